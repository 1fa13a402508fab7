"""Why an audit says no; each says what to do."""

from __future__ import annotations

from shared.eventsourcing.commands import NotPermitted, Refused


class AuditorKeepsBooks(NotPermitted):
    """Let an auditor give or withdraw the opinion who may not write in the books."""

    code = "auditor-keeps-books"


class YearNotClosed(Refused):
    """Give the opinion once the fund's year is closed; until then its account may still change."""

    code = "year-not-closed"


class AccountMoved(Refused):
    """The account is not the one you have read: read it again and give the opinion on it."""

    code = "account-moved"


class OpinionStands(Refused):
    """This account has its opinion; withdraw that one first, with the reason."""

    code = "opinion-stands"


class OpinionUnknown(Refused):
    """Name an opinion of your agency on this year that has not been withdrawn."""

    code = "opinion-unknown"
