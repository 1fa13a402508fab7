"""The rules of an assessment and of waiting evidence, as sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import cast
from uuid import UUID

import pytest

from services.needs.assessments.commands import (
    IdentifyNeed,
    OpenAssessment,
    PublishAssessment,
    RaiseSignal,
    RecordFinding,
    RecordIndicator,
    RecordSeries,
    RecordViews,
)
from services.needs.assessments.decider import ASSESSMENT
from services.needs.assessments.events import (
    FindingRecorded,
    NeedIdentified,
    SeriesRecorded,
    SignalRaised,
)
from services.needs.assessments.figures import Figure
from services.needs.assessments.refusals import (
    AgeBandUnknown,
    AlreadyOpened,
    AssessmentIsPublished,
    EvidenceMissing,
    GroupUnclear,
    NeedsMissing,
    NotAYear,
    OutcomeMissing,
    OutcomesUnclear,
    PercentOutOfRange,
    ThemeUnknown,
    UnknownIndicator,
    ValueAndStatus,
)
from services.needs.assessments.sums import summed
from services.needs.assessments.views import Theme, themes
from services.needs.findings.commands import KeepEvidence, TakeUpEvidence
from services.needs.findings.decider import FINDINGS, EvidenceNotWaiting
from services.needs.findings.events import EvidenceKept, EvidenceTakenUp
from shared.eventsourcing.commands import Missing, Refused
from shared.published.needs import AssessmentPublished, Need
from shared.published.terms import Outcome, TextRef
from shared.testing.scenarios import Scenario

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
TEXT = TextRef(text=UUID("00000000-0000-4000-8000-000000000001"), digest="d")
SAFE = Outcome(outcome="safe", title="Children are safe")
REVIEW = EvidenceKept(
    evidence="r1", origin="review", title="Review", texts=(TEXT,), contract="c1",
    conclusion="redesign", effective_on=date(2026, 3, 1),
)  # fmt: skip


def opening(**changes: object) -> OpenAssessment:
    fields = {
        "assessment": "a1",
        "partnership": "p1",
        "year": "2026/27",
        "title": "Needs",
        "outcomes": (SAFE,),
        "age_bands": ("0-7", "8-12", "13+"),
        "waiting": (),
        "opened_by": "com",
        "now": NOW,
    }
    return OpenAssessment(**(fields | changes))  # type: ignore[arg-type]


def signal(evidence: str, source: str, count: int, theme: str = "bullying") -> RaiseSignal:
    return RaiseSignal(
        evidence=evidence, theme=theme, level="individual", source=source,  # type: ignore[arg-type]
        count=count, raised_by="council", now=NOW,
    )  # fmt: skip


def needing(*evidence: str, outcome: str = "safe") -> IdentifyNeed:
    return IdentifyNeed(
        need="n1", title="Help", outcome=outcome, groups=(), evidence=evidence, now=NOW
    )


def series(*figures: Figure) -> RecordSeries:
    return RecordSeries(indicator="i1", figures=figures, now=NOW)


assessment = Scenario(ASSESSMENT)
opened = assessment.when_done(opening())
measured = opened.when_done(
    RecordIndicator(
        indicator="i1", title="Plans", outcome="safe", unit="percent", direction="higher",
        area="Alder", source="DfE", now=NOW,
    )
)  # fmt: skip
signalled = opened.when_done(
    signal("s1", "school", 5), signal("s2", "youth-club", 4), signal("s3", "counselling-service", 3)
)
publish = PublishAssessment(summary=TEXT, now=NOW)


@pytest.mark.parametrize(
    ("changes", "refusal", "pointer"),
    [
        ({"year": "2026/28"}, NotAYear, "/body/year"),
        ({"outcomes": ()}, OutcomesUnclear, "/body/outcomes"),
        ({"outcomes": (SAFE, SAFE)}, OutcomesUnclear, "/body/outcomes"),
    ],
)
def test_an_assessment_is_of_a_year_and_of_outcomes(
    changes: dict[str, object], refusal: type[Refused], pointer: str
) -> None:
    assessment.when(opening(**changes)).then_refused(refusal, pointer)
    opened.when(opening()).then_refused(AlreadyOpened)


def test_what_has_waited_is_evidence_from_the_start() -> None:
    begun = assessment.when(opening(waiting=(REVIEW,))).events()
    assert begun[1] == FindingRecorded(
        evidence="r1", kind="review", title="Review", texts=(TEXT,), contract="c1",
        conclusion="redesign",
    )  # fmt: skip
    assert assessment.when_done(opening(waiting=(REVIEW,))).when(needing("r1")).events()


def test_three_places_add_up_to_a_need_that_none_of_them_could_see() -> None:
    need = Need(need="n1", title="Help", outcome="safe", signals=12)
    signalled.when(needing("s1", "s2", "s3")).then(
        NeedIdentified(need=need, evidence=("s1", "s2", "s3"))
    )


def test_a_signal_cited_twice_counts_once() -> None:
    identified = cast(NeedIdentified, signalled.when(needing("s1", "s1")).events()[0])
    assert (identified.need.signals, identified.evidence) == (5, ("s1",))


def test_signals_of_a_theme_are_added_up_by_source() -> None:
    raised = [
        cast(SignalRaised, opened.when(command).events()[0])
        for command in (
            signal("s1", "school", 5),
            signal("s2", "school", 2),
            signal("s3", "police", 4),
            signal("s4", "health", 20, theme="sleep"),
        )
    ]
    assert themes(tuple(raised)) == [
        Theme(theme="sleep", signals=1, count=20, sources={"health": 20}),
        Theme(theme="bullying", signals=3, count=11, sources={"school": 7, "police": 4}),
    ]


def test_signals_of_three_places_show_what_none_of_them_could_see() -> None:
    commands = (
        signal("s1", "school", 5),
        signal("s2", "youth-club", 4),
        signal("s3", "counselling-service", 3),
        signal("s4", "health", 20, theme="sleep"),
        signal("s5", "school", 7, theme="anxiety"),
    )
    raised = [cast(SignalRaised, opened.when(one).events()[0]) for one in commands]
    need = Need(need="n1", title="Help", outcome="safe", signals=12)
    told = summed(raised, [NeedIdentified(need=need, evidence=("s1", "s2"))])
    assert [(one.theme, one.count, one.none_could_see) for one in told] == [
        ("sleep", 20, False),
        ("bullying", 12, True),
        ("anxiety", 7, False),
    ]
    assert [step.so_far for step in told[1].steps] == [5, 9, 12]
    assert (told[1].most_by_one, told[1].needs, told[0].needs) == (5, ("Help",), ())
    more = [*raised, cast(SignalRaised, opened.when(signal("s6", "school", 3)).events()[0])]
    assert not summed(more, [])[1].none_could_see  # the school alone has met it eight times


def test_a_signal_has_no_room_for_a_childs_particulars() -> None:
    opened.when(signal("s1", "school", 1, theme="john-smith")).then_refused(
        ThemeUnknown, "/body/theme"
    )
    event = cast(SignalRaised, opened.when(signal("s1", "school", 1)).events()[0])
    assert (event.theme, event.count, event.raised_on) == ("bullying", 1, date(2026, 4, 1))


def test_a_need_names_an_outcome_and_evidence_of_this_assessment() -> None:
    signalled.when(needing("s1", outcome="")).then_refused(OutcomeMissing)
    signalled.when(needing("s1", outcome="rich")).then_refused(OutcomeMissing)
    signalled.when(needing()).then_refused(EvidenceMissing)
    signalled.when(needing("s1", "s9")).then_refused(EvidenceMissing)


@pytest.mark.parametrize(("count", "published"), [(2, 0), (3, 8)])
def test_a_sum_of_signals_below_eight_is_not_published(count: int, published: int) -> None:
    past = opened.when_done(signal("s1", "school", 5), signal("s2", "police", count))
    done = past.when_done(needing("s1", "s2")).when(publish).events()[0]
    assert cast(AssessmentPublished, done).needs[0].signals == published


def test_an_assessment_is_published_with_its_needs_and_then_stands() -> None:
    opened.when(publish).then_refused(NeedsMissing)
    published = signalled.when_done(needing("s1"), publish)
    for command in (publish, signal("s4", "school", 1), needing("s1"), series()):
        published.when(command).then_refused(AssessmentIsPublished)
    assessment.when(publish).then_refused(Missing)


def test_views_and_findings_can_be_cited() -> None:
    past = opened.when_done(
        RecordViews(evidence="v1", title="Survey", asked="children", people=9, said=TEXT, now=NOW),
        RecordFinding(evidence="f1", kind="research", title="Paper", text=TEXT, now=NOW),
    )
    assert past.when(needing("v1", "f1")).events()


def test_an_indicator_belongs_to_an_outcome_and_a_series_to_an_indicator() -> None:
    odd = RecordIndicator(
        indicator="i1", title="Plans", outcome="rich", unit="percent", direction="higher",
        area="Alder", source="DfE", now=NOW,
    )  # fmt: skip
    opened.when(odd).then_refused(OutcomeMissing)
    opened.when(series()).then_refused(UnknownIndicator)


def test_a_value_that_is_not_there_is_kept_apart_from_zero() -> None:
    zero = Figure(area="Alder", period="2024", value=Decimal(0))
    missing = Figure(area="Alder", period="2023", value=None, status="missing")
    measured.when(series(zero, missing)).then(
        SeriesRecorded(indicator="i1", figures=(zero, missing))
    )


@pytest.mark.parametrize(
    ("figure", "refusal"),
    [
        (Figure(area="A", period="2024", value=None), ValueAndStatus),
        (Figure(area="A", period="2024", value=Decimal(1), status="suppressed"), ValueAndStatus),
        (Figure(area="A", period="2024", value=Decimal(1), group="x"), GroupUnclear),
        (Figure(area="A", period="2024", value=Decimal(1), breakdown="sex"), GroupUnclear),
        (
            Figure(area="A", period="2024", value=Decimal(1), breakdown="age-band", group="5"),
            AgeBandUnknown,
        ),
        (Figure(area="A", period="2024", value=Decimal("100.5")), PercentOutOfRange),
        (Figure(area="A", period="2024", value=Decimal(-1)), PercentOutOfRange),
    ],
)
def test_a_figure_that_cannot_be_right_is_pointed_at(
    figure: Figure, refusal: type[Refused]
) -> None:
    good = Figure(area="A", period="2024", value=Decimal(100))
    measured.when(series(good, figure)).then_refused(refusal, "/body/figures/1")


def keeping(evidence: str) -> KeepEvidence:
    return KeepEvidence(
        evidence=evidence, origin="complaint", title="Late", texts=(TEXT,),
        effective_on=date(2026, 3, 1), now=NOW,
    )  # fmt: skip


def taking(*evidence: str) -> TakeUpEvidence:
    return TakeUpEvidence(assessment="a1", evidence=evidence, now=NOW)


def test_evidence_is_kept_once_and_taken_up_once() -> None:
    kept = Scenario(FINDINGS).when_done(keeping("e1"), keeping("e2"))
    kept.when(keeping("e1")).then_nothing()
    kept.when(taking("e1")).then(EvidenceTakenUp(assessment="a1", evidence=("e1",)))
    taken = kept.when_done(taking("e1"))
    taken.when(taking("e1")).then_refused(EvidenceNotWaiting)
    taken.when(keeping("e1")).then_nothing()
    assert taken.when(taking("e2")).events()
    kept.when(taking()).then_nothing()
