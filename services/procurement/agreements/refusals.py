"""Why a framework agreement says no: conditions, each with its code."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, Refused


class AgreementStands(Refused):
    """This framework agreement is in the register."""

    code = "framework-registered"


class AgreementOver(Refused):
    """The framework agreement has ended: nothing more is called off."""

    code = "framework-over"


class UnknownLot(Invalid):
    """The framework agreement has no such lot: name one that it has."""

    code = "unknown-lot"


class LotsNumberedTwice(Invalid):
    """Each lot has a number of its own, and each provider is on it once."""

    code = "lots-numbered-twice"


class UntilPast(Invalid):
    """The last day is not over yet: name a later one."""

    code = "until-past"


class NotOnFramework(Refused):
    """The provider is not on this lot: choose one that is, or have it added."""

    code = "provider-not-on-framework"


class NotAUser(Refused):
    """The partnership may not call off under this framework agreement."""

    code = "partnership-not-on-framework"


class CompetitionNeeded(Refused):
    """This framework agreement asks for a competition among those on the lot."""

    code = "competition-needed"
