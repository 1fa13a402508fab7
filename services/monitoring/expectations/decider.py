"""The rules of an expectation: a provider scores its commissioner, for a year it served. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from services.monitoring.expectations.commands import ExpectationCommand
from services.monitoring.expectations.events import ClarityRated, ExpectationEvent
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Invalid, NotPermitted
from shared.eventsourcing.decider import Decider
from shared.values.quarters import first_day, last_day


class NotThatYear(Invalid):
    """Give a year that has begun and in which the contract was live."""

    code = "year-not-served"


class OwnCommissioner(NotPermitted):
    """An agency that provides to itself does not score itself."""

    code = "own-commissioner"


class Expectation(msgspec.Struct, frozen=True, kw_only=True):
    """What was last said of one contract in one year."""

    rated: ClarityRated | None = None


def decide(command: ExpectationCommand, _: Expectation) -> Sequence[ExpectationEvent]:
    """Refuses: OwnCommissioner, NotThatYear."""
    if command.provider == command.commissioner:
        raise OwnCommissioner
    begins, ends = first_day(command.year), last_day(command.year)
    served = command.starts_on <= ends and begins <= command.ends_on
    if not served or begins > london_date(command.now):
        raise NotThatYear(pointer="/body/year")
    return [
        ClarityRated(
            contract=command.contract,
            partnership=command.partnership,
            provider=command.provider,
            commissioner=command.commissioner,
            year=command.year,
            score=command.score,
            text=command.text,
            rated_by=command.rated_by,
        )
    ]


def evolve(_: Expectation, event: ExpectationEvent) -> Expectation:
    """The expectation after one more fact."""
    return Expectation(rated=event)


EXPECTATIONS: Decider[ExpectationCommand, Expectation, ExpectationEvent] = Decider(
    category="expectation",
    initial=Expectation(),
    decide=decide,
    evolve=evolve,
    events=(ClarityRated,),
)
