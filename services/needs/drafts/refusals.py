"""Why something may not be done about drafts; each says what to do."""

from __future__ import annotations

from shared.eventsourcing.commands import Refused


class SentToItself(Refused):
    """A partnership sends its draft to another; name the strategic partnership."""

    code = "draft-sent-to-itself"


class NoDraftAnyMore(Refused):
    """This strategy is approved; only a draft is sent in."""

    code = "no-draft-any-more"


class NothingNew(Refused):
    """This draft was sent in as it stands; change it first."""

    code = "draft-already-sent"


class IssueUnknown(Refused):
    """No two drafts say this; choose one of the issues found among them."""

    code = "shared-issue-unknown"


class NotConcerned(Refused):
    """No draft of this partnership touches this issue; only those concerned agree to it."""

    code = "partnership-not-concerned"


class NotProposed(Refused):
    """Nobody has proposed how to take this forward; propose it first."""

    code = "shared-issue-not-proposed"


class AlreadyAgreed(Refused):
    """This partnership has agreed to the proposal; nothing more is to be done."""

    code = "shared-issue-already-agreed"
