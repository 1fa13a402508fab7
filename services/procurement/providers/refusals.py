"""Why the register says no: conditions, each with its code."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, Refused


class AlreadyRegistered(Refused):
    """This provider is in the register."""

    code = "already-registered"


class ProviderNotRegistered(Refused):
    """The provider is not in the register."""

    code = "provider-not-registered"


class ProviderIsSuspended(Refused):
    """A suspended provider may not bid and is given no award."""

    code = "provider-suspended"


class NotSuspended(Refused):
    """The provider is not suspended."""

    code = "provider-not-suspended"


class UnknownScheme(Invalid):
    """An identifier belongs to GB-COH, GB-CHC or GB-ODS."""

    code = "unknown-identifier-scheme"


class IdentifierMalformed(Invalid):
    """The identifier does not have the form that its scheme gives."""

    code = "identifier-malformed"


class AlreadyExpired(Invalid):
    """A standard is recorded while it holds, not after."""

    code = "already-expired"


class StandardStillHeld(Refused):
    """The standard holds to the end of its last day."""

    code = "standard-still-held"
