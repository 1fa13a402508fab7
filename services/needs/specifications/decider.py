"""The rules of a specification. Pure: no clock, no I/O, no chance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.needs.specifications.commands import (
    ApproveSpecification,
    DraftSpecification,
    PublishSpecification,
    SpecificationCommand,
    SpecifyMeasure,
    SupersedeSpecification,
    WantFigure,
    WithdrawSpecification,
)
from services.needs.specifications.events import (
    FigureWanted,
    MeasureSpecified,
    SpecificationApproved,
    SpecificationDrafted,
    SpecificationEvent,
)
from services.needs.specifications.refusals import (
    AlreadyDrafted,
    DatesReversed,
    DrafterApproves,
    ExpectationReversed,
    MeasuresMissing,
    NotApproved,
    NotDraft,
    NotPublished,
    OutcomeMissing,
    RatioWordsMissing,
    RecommendationUnknown,
    StockIsNumber,
    StrategyNotPublished,
    SuccessorNotPublished,
    TargetMissing,
    TargetOutOfRange,
    TargetOutside,
    TargetsOutOfOrder,
    UnitMismatch,
    WantedTooLate,
)
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.decider import Decider
from shared.published.needs import (
    SpecificationPublished,
    SpecificationSuperseded,
    SpecificationWithdrawn,
)
from shared.published.terms import MeasureTerms, Wanted
from shared.values.quarters import first_day, last_day

WHOLE_PERCENT = Decimal(100)
COUNTED_AT_THE_END = frozenset({"number", "pence"})
UNIT_OF_QUADRANT = {"better-off-percent": "percent", "better-off-number": "number"}


class State(msgspec.Struct, frozen=True, kw_only=True):
    """Any state of a specification."""


class Undrafted(State, frozen=True, kw_only=True):
    """Nothing has happened yet."""


class Draft(State, frozen=True, kw_only=True):
    """Measures are specified, by id; wanted figures by title."""

    drafted: SpecificationDrafted
    measures: dict[str, MeasureTerms] = {}
    wanted: dict[str, Wanted] = {}


class Approved(State, frozen=True, kw_only=True):
    """Ready to be published."""

    draft: Draft


class Specified(State, frozen=True, kw_only=True):
    """Published: it can be tendered on."""

    published: SpecificationPublished


class Ended(State, frozen=True, kw_only=True):
    """Superseded or withdrawn."""

    published: SpecificationPublished


Specification = Undrafted | Draft | Approved | Specified | Ended


def decide(
    command: SpecificationCommand, specification: Specification
) -> Sequence[SpecificationEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case DraftSpecification():
            return [_draft(command, specification)]
        case SpecifyMeasure():
            return [_measure(command.measure, _drafted(specification))]
        case WantFigure():
            return [_want(command.wanted, _drafted(specification))]
        case ApproveSpecification():
            return [_approve(command, _drafted(specification))]
        case PublishSpecification():
            return [_publish(specification)]
        case SupersedeSpecification():
            return [_supersede(command, specification)]
        case WithdrawSpecification():
            published = _published(specification)
            return [
                SpecificationWithdrawn(
                    specification=published.specification,
                    partnership=published.partnership,
                    reason=command.reason,
                )
            ]


def _drafted(specification: Specification) -> Draft:
    """Refuses: Missing, NotDraft."""
    match specification:
        case Undrafted():
            raise Missing
        case Approved() | Specified() | Ended():
            raise NotDraft
        case Draft():
            return specification


def _published(specification: Specification) -> SpecificationPublished:
    """Refuses: NotPublished."""
    if not isinstance(specification, Specified):
        raise NotPublished
    return specification.published


def _draft(command: DraftSpecification, specification: Specification) -> SpecificationDrafted:
    """Refuses: AlreadyDrafted, StrategyNotPublished, RecommendationUnknown, OutcomeMissing,
    DatesReversed.
    """
    if not isinstance(specification, Undrafted):
        raise AlreadyDrafted
    if command.strategy is None:
        raise StrategyNotPublished
    made = {item.recommendation: item for item in command.strategy.recommendations}
    recommendation = made.get(command.recommendation)
    if recommendation is None:
        raise RecommendationUnknown
    known = {outcome.outcome: outcome for outcome in command.known}
    served = dict.fromkeys((recommendation.outcome, *command.outcomes))
    if not known.keys() >= served.keys():
        raise OutcomeMissing
    if command.ends_on <= command.starts_on:
        raise DatesReversed(pointer="/body/ends_on")
    return SpecificationDrafted(
        specification=command.specification,
        partnership=command.strategy.partnership,
        strategy=command.strategy.strategy,
        recommendation=command.recommendation,
        need=recommendation.need,
        title=command.title,
        outcomes=tuple(known[outcome] for outcome in served),
        tier=command.tier,
        annual_value_pence=command.annual_value_pence,
        starts_on=command.starts_on,
        ends_on=command.ends_on,
        description=command.description,
        drafted_by=command.drafted_by,
    )


def _measure(measure: MeasureTerms, draft: Draft) -> MeasureSpecified:
    """Refuses: OutcomeMissing, UnitMismatch, RatioWordsMissing, TargetMissing, TargetOutOfRange,
    ExpectationReversed, StockIsNumber, TargetsOutOfOrder, TargetOutside.
    """
    if measure.outcome not in {outcome.outcome for outcome in draft.drafted.outcomes}:
        raise OutcomeMissing
    if UNIT_OF_QUADRANT.get(measure.quadrant, measure.unit) != measure.unit:
        raise UnitMismatch(pointer="/body/unit")
    for name in ("counted", "out_of"):
        if measure.unit == "percent" and not getattr(measure, name):
            raise RatioWordsMissing(pointer=f"/body/{name}")
    if (measure.direction == "neutral") != (measure.target is None):
        raise TargetMissing(pointer="/body/target")
    later = [(f"targets/{n}/target", one.target) for n, one in enumerate(measure.targets)]
    said = (
        ("target", measure.target),
        ("baseline", measure.baseline),
        ("expected_from", measure.expected_from),
        ("expected_to", measure.expected_to),
        *later,
    )
    for name, value in said:
        if measure.unit == "percent" and value is not None and not 0 <= value <= WHOLE_PERCENT:
            raise TargetOutOfRange(pointer=f"/body/{name}")
    _expectation(measure)
    _targets(measure, draft.drafted.starts_on, draft.drafted.ends_on)
    return MeasureSpecified(measure=measure)


def _expectation(measure: MeasureTerms) -> None:
    """Refuses: ExpectationReversed, StockIsNumber."""
    lowest, highest = measure.expected_from, measure.expected_to
    if lowest is not None and highest is not None and highest < lowest:
        raise ExpectationReversed(pointer="/body/expected_to")
    if measure.stock and measure.unit not in COUNTED_AT_THE_END:
        raise StockIsNumber(pointer="/body/stock")


def _targets(measure: MeasureTerms, starts_on: date, ends_on: date) -> None:
    """Refuses: TargetMissing, TargetOutside, TargetsOutOfOrder."""
    if measure.targets and measure.direction == "neutral":
        raise TargetMissing(pointer="/body/targets")
    before = date.min
    for place, one in enumerate(measure.targets):
        first = first_day(one.from_period)
        if first > ends_on or last_day(one.from_period) < starts_on:
            raise TargetOutside(pointer=f"/body/targets/{place}/from_period")
        if first <= before:
            raise TargetsOutOfOrder(pointer=f"/body/targets/{place}/from_period")
        before = first


def _want(wanted: Wanted, draft: Draft) -> FigureWanted:
    """Refuses: OutcomeMissing, WantedTooLate."""
    if wanted.outcome not in {outcome.outcome for outcome in draft.drafted.outcomes}:
        raise OutcomeMissing
    if wanted.wanted_by > draft.drafted.ends_on:
        raise WantedTooLate(pointer="/body/wanted_by")
    return FigureWanted(wanted=wanted)


def _approve(command: ApproveSpecification, draft: Draft) -> SpecificationApproved:
    """Refuses: MeasuresMissing, DrafterApproves."""
    if not draft.measures:
        raise MeasuresMissing
    if command.approved_by == draft.drafted.drafted_by:
        raise DrafterApproves
    return SpecificationApproved(approved_by=command.approved_by)


def _publish(specification: Specification) -> SpecificationPublished:
    """Refuses: NotApproved."""
    if not isinstance(specification, Approved):
        raise NotApproved
    drafted = specification.draft.drafted
    return SpecificationPublished(
        specification=drafted.specification,
        partnership=drafted.partnership,
        strategy=drafted.strategy,
        recommendation=drafted.recommendation,
        need=drafted.need,
        title=drafted.title,
        outcomes=drafted.outcomes,
        measures=tuple(specification.draft.measures.values()),
        wanted=tuple(specification.draft.wanted.values()),
        tier=drafted.tier,
        annual_value_pence=drafted.annual_value_pence,
        starts_on=drafted.starts_on,
        ends_on=drafted.ends_on,
    )


def _supersede(
    command: SupersedeSpecification, specification: Specification
) -> SpecificationSuperseded:
    """Refuses: NotPublished, SuccessorNotPublished."""
    published = _published(specification)
    if not command.by_published or command.by == published.specification:
        raise SuccessorNotPublished
    return SpecificationSuperseded(
        specification=published.specification, partnership=published.partnership, by=command.by
    )


def evolve(specification: Specification, event: SpecificationEvent) -> Specification:
    """The specification after one more fact."""
    match event:
        case SpecificationDrafted():
            return Draft(drafted=event)
        case MeasureSpecified():
            if not isinstance(specification, Draft):
                return specification
            measures = {**specification.measures, event.measure.measure: event.measure}
            return replace(specification, measures=measures)
        case FigureWanted():
            if not isinstance(specification, Draft):
                return specification
            wanted = {**specification.wanted, event.wanted.title: event.wanted}
            return replace(specification, wanted=wanted)
        case SpecificationApproved():
            return (
                Approved(draft=specification) if isinstance(specification, Draft) else specification
            )
        case SpecificationPublished():
            return Specified(published=event)
        case SpecificationSuperseded() | SpecificationWithdrawn():
            if not isinstance(specification, Specified):
                return specification
            return Ended(published=specification.published)


SPECIFICATION: Decider[SpecificationCommand, Specification, SpecificationEvent] = Decider(
    category="specification",
    initial=Undrafted(),
    decide=decide,
    evolve=evolve,
    events=get_args(SpecificationEvent),
)
