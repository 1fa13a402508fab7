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


class ProviderIsExcluded(Refused):
    """A mandatory ground stands against the provider: it is given no award."""

    code = "provider-excluded"


class ExcludableNotConsidered(Invalid):
    """A discretionary ground stands against the provider: say why it is not excluded."""

    code = "excludable-not-considered"


class StandardsLapsed(Refused):
    """A check of the provider has lapsed: have it renewed and recorded first."""

    code = "standards-lapsed"


class ConditionsUnmet(Refused):
    """The provider does not hold what is asked of it."""

    code = "conditions-unmet"


class UnknownGround(Invalid):
    """The law of that day knows no such ground: choose one of the list."""

    code = "unknown-ground"


class GroundTooOld(Invalid):
    """What happened more than five years ago, or has not happened yet, excludes nobody."""

    code = "ground-too-old"


class GroundStands(Refused):
    """This ground stands already: end it before you record it anew."""

    code = "ground-stands"


class GroundNotStanding(Refused):
    """No such ground stands against the provider."""

    code = "ground-not-standing"
