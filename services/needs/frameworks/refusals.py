"""Why a framework says no; each says what to do."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, Refused


class DraftBegun(Refused):
    """Work on the draft that has begun: there is one at a time."""

    code = "framework-draft-begun"


class NoFrameworkDraft(Refused):
    """Begin a draft first: what was adopted does not change."""

    code = "framework-not-drafted"


class FrameworkFull(Refused):
    """Take something away first: a framework has two hundred entries at most."""

    code = "framework-full"


class FrameworkEntryUnknown(Refused):
    """Name an entry of the draft."""

    code = "entry-unknown"


class LevelStatedBefore(Refused):
    """Take away the level stated for this kind of service before you state another."""

    code = "level-stated-before"


class FlexibilityUnclear(Invalid):
    """Name the fund of a pooled budget, the lead of lead commissioning, the provider of integrated
    provision, each of them once, and nothing for a flexibility that is not used.
    """

    code = "flexibility-unclear"

    @classmethod
    def sentence(cls) -> str:
        return " ".join((cls.__doc__ or "").split())


class LeadNotPartner(Invalid):
    """Name a partner agency as the lead."""

    code = "not-partner"


class FrameworkIncomplete(Refused):
    """Write what the draft lacks before the board adopts it."""

    code = "framework-incomplete"


class FrameworkNotDecided(Refused):
    """The board has carried no decision about the draft as it now stands; bring it to a meeting."""

    code = "framework-not-decided"


class InForceTooEarly(Refused):
    """Let it begin on the day of the decision or later, and after the version before it."""

    code = "framework-in-force-too-early"
