"""The rules of a specification, as sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import cast
from uuid import UUID

import pytest
from msgspec.structs import replace

from services.needs.specifications.commands import (
    ApproveSpecification,
    DraftSpecification,
    PublishSpecification,
    SpecifyMeasure,
    SupersedeSpecification,
    WantFigure,
    WithdrawSpecification,
)
from services.needs.specifications.decider import SPECIFICATION
from services.needs.specifications.events import (
    FigureWanted,
    MeasureSpecified,
    SpecificationApproved,
    SpecificationDrafted,
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
from shared.eventsourcing.commands import Missing, Refused
from shared.published.needs import (
    Recommendation,
    SpecificationPublished,
    SpecificationSuperseded,
    SpecificationWithdrawn,
    StrategyPublished,
)
from shared.published.terms import MeasureTerms, Outcome, TargetFrom, TextRef, Wanted
from shared.testing.scenarios import Scenario

NOW = datetime(2026, 8, 1, 9, tzinfo=UTC)
TEXT = TextRef(text=UUID("00000000-0000-4000-8000-000000000001"), digest="d")
SAFE = Outcome(outcome="safe", title="Children are safe")
WELL = Outcome(outcome="well", title="Children are well")
STRATEGY = StrategyPublished(
    strategy="st1", partnership="p1", assessment="a1", title="Plan",
    recommendations=(
        Recommendation(
            recommendation="r1", title="Counsel", need="n1", outcome="safe", evidence=("e1",),
            priority=1,
        ),
    ),
)  # fmt: skip
SEEN = MeasureTerms(
    measure="seen", title="Seen in two weeks", outcome="safe", quadrant="how-well",
    unit="percent", direction="higher", target=Decimal(90), tolerance=Decimal(2),
    breach_periods=2, minimum_volume=10, counted="Seen in two weeks", out_of="Referred",
)  # fmt: skip


SECOND = "/body/targets/1/from_period"


def asked(period: str, target: int = 92) -> TargetFrom:
    return TargetFrom(from_period=period, target=Decimal(target))


def drafting(**changes: object) -> DraftSpecification:
    fields = {
        "specification": "sp1",
        "strategy": STRATEGY,
        "known": (SAFE, WELL),
        "recommendation": "r1",
        "title": "Counselling",
        "outcomes": ("well",),
        "tier": 2,
        "annual_value_pence": 120_000_00,
        "starts_on": date(2026, 9, 1),
        "ends_on": date(2029, 8, 31),
        "description": TEXT,
        "drafted_by": "com",
        "now": NOW,
    }
    return DraftSpecification(**(fields | changes))  # type: ignore[arg-type]


def measuring(**changes: object) -> SpecifyMeasure:
    return SpecifyMeasure(measure=replace(SEEN, **changes), now=NOW)


specification = Scenario(SPECIFICATION)
drafted = specification.when_done(drafting())
measured = drafted.when_done(measuring())
approve = ApproveSpecification(approved_by="app", now=NOW)
publish = PublishSpecification(now=NOW)
approved = measured.when_done(approve)
published = approved.when_done(publish)
withdraw = WithdrawSpecification(reason=TEXT, now=NOW)


def superseding(by: str = "sp2", *, by_published: bool = True) -> SupersedeSpecification:
    return SupersedeSpecification(by=by, by_published=by_published, now=NOW)


def test_a_specification_carries_need_and_outcomes_of_its_recommendation() -> None:
    event = cast(SpecificationDrafted, specification.when(drafting()).events()[0])
    assert (event.need, event.outcomes, event.partnership) == ("n1", (SAFE, WELL), "p1")
    drafted.when(drafting()).then_refused(AlreadyDrafted)


@pytest.mark.parametrize(
    ("changes", "refusal", "pointer"),
    [
        ({"strategy": None}, StrategyNotPublished, ""),
        ({"recommendation": "r9"}, RecommendationUnknown, ""),
        ({"outcomes": ("rich",)}, OutcomeMissing, ""),
        ({"ends_on": date(2026, 9, 1)}, DatesReversed, "/body/ends_on"),
    ],
)
def test_a_specification_comes_from_a_recommendation_of_a_published_strategy(
    changes: dict[str, object], refusal: type[Refused], pointer: str
) -> None:
    specification.when(drafting(**changes)).then_refused(refusal, pointer)


@pytest.mark.parametrize(
    ("changes", "refusal", "pointer"),
    [
        ({"outcome": "rich"}, OutcomeMissing, ""),
        ({"quadrant": "better-off-number"}, UnitMismatch, "/body/unit"),
        ({"quadrant": "better-off-percent", "unit": "number"}, UnitMismatch, "/body/unit"),
        ({"target": None}, TargetMissing, "/body/target"),
        ({"direction": "neutral"}, TargetMissing, "/body/target"),
        ({"target": Decimal("100.1")}, TargetOutOfRange, "/body/target"),
        ({"baseline": Decimal(-1)}, TargetOutOfRange, "/body/baseline"),
        ({"counted": ""}, RatioWordsMissing, "/body/counted"),
        ({"out_of": ""}, RatioWordsMissing, "/body/out_of"),
        ({"targets": (asked("2027-28-Q1", 101),)}, TargetOutOfRange, "/body/targets/0/target"),
        ({"targets": (asked("2027-28-Q1"), asked("2026-27-Q4"))}, TargetsOutOfOrder, SECOND),
        ({"targets": (asked("2027-28-Q1"), asked("2027-28-M01"))}, TargetsOutOfOrder, SECOND),
        ({"targets": (asked("2026-27-Q2"), asked("2039-40-Y"))}, TargetOutside, SECOND),
    ],
)
def test_a_measure_that_cannot_be_judged_by_is_refused(
    changes: dict[str, object], refusal: type[Refused], pointer: str
) -> None:
    drafted.when(measuring(**changes)).then_refused(refusal, pointer)


def test_someone_other_than_the_drafter_approves_and_only_with_measures() -> None:
    drafted.when(approve).then_refused(MeasuresMissing)
    own = ApproveSpecification(approved_by="com", now=NOW)
    measured.when(own).then_refused(DrafterApproves)
    measured.when(approve).then(SpecificationApproved(approved_by="app"))
    for command in (approve, measuring()):
        approved.when(command).then_refused(NotDraft)


def test_what_is_published_is_what_was_drafted_with_its_latest_measures() -> None:
    measured.when(publish).then_refused(NotApproved)
    raised = replace(SEEN, target=Decimal(95))
    again = measured.when_done(SpecifyMeasure(measure=raised, now=NOW), approve)
    again.when(publish).then(
        SpecificationPublished(
            specification="sp1",
            partnership="p1",
            strategy="st1",
            recommendation="r1",
            need="n1",
            title="Counselling",
            outcomes=(SAFE, WELL),
            measures=(raised,),
            tier=2,
            annual_value_pence=120_000_00,
            starts_on=date(2026, 9, 1),
            ends_on=date(2029, 8, 31),
        )
    )
    published.when(publish).then_refused(NotApproved)


def test_a_figure_nobody_can_give_yet_is_put_on_the_agenda_with_owner_and_day() -> None:
    wanted = Wanted(
        title="Children in kinship care", outcome="safe", quadrant="how-much", owner="ann",
        wanted_by=date(2027, 3, 31),
    )  # fmt: skip
    want = WantFigure(wanted=wanted, now=NOW)
    measured.when(want).then(FigureWanted(wanted=wanted))
    later = replace(wanted, wanted_by=date(2027, 6, 30))
    agreed = measured.when_done(want, WantFigure(wanted=later, now=NOW), approve)
    event = cast(SpecificationPublished, agreed.when(publish).events()[0])
    assert event.wanted == (later,)
    unknown = WantFigure(wanted=replace(wanted, outcome="rich"), now=NOW)
    measured.when(unknown).then_refused(OutcomeMissing)
    late = WantFigure(wanted=replace(wanted, wanted_by=date(2029, 9, 1)), now=NOW)
    measured.when(late).then_refused(WantedTooLate, "/body/wanted_by")


def test_only_a_published_specification_ends_and_only_once() -> None:
    superseded = SpecificationSuperseded(specification="sp1", partnership="p1", by="sp2")
    published.when(superseding()).then(superseded)
    withdrawn = SpecificationWithdrawn(specification="sp1", partnership="p1", reason=TEXT)
    published.when(withdraw).then(withdrawn)
    published.when(superseding(by_published=False)).then_refused(SuccessorNotPublished)
    published.when(superseding("sp1")).then_refused(SuccessorNotPublished)
    for past in (approved, published.given(superseded), published.given(withdrawn)):
        past.when(withdraw).then_refused(NotPublished)
        past.when(superseding()).then_refused(NotPublished)
    specification.when(approve).then_refused(Missing)


def test_what_is_expected_goes_upwards_and_a_percentage_stays_one() -> None:
    expected = measuring(expected_from=Decimal(80), expected_to=Decimal(80))
    drafted.when(expected).then(MeasureSpecified(measure=expected.measure))
    reversed_ = measuring(expected_from=Decimal(90), expected_to=Decimal(80))
    drafted.when(reversed_).then_refused(ExpectationReversed, pointer="/body/expected_to")
    above = measuring(expected_to=Decimal(101))
    drafted.when(above).then_refused(TargetOutOfRange, pointer="/body/expected_to")


def test_only_what_is_counted_at_the_end_is_a_stock() -> None:
    places = measuring(quadrant="how-much", unit="number", stock=True)
    drafted.when(places).then(MeasureSpecified(measure=places.measure))
    drafted.when(measuring(stock=True)).then_refused(StockIsNumber, pointer="/body/stock")
