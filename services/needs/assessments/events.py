"""The facts of an assessment: what was measured, heard and found, and the needs that follow."""

from __future__ import annotations

from datetime import date
from typing import Literal

from services.needs.assessments.figures import Figure
from services.needs.findings.events import Origin
from shared.eventsourcing.events import Event
from shared.published.needs import AssessmentPublished, Need
from shared.published.reviewing import FindingKind as FoundIn
from shared.published.terms import (
    AgencyId,
    ContractId,
    Direction,
    FinancialYear,
    Outcome,
    OutcomeId,
    PartnershipId,
    PersonId,
    TextRef,
    Unit,
)

Asked = Literal["children", "families", "practitioners"]
FindingKind = Literal["guidance", "research"] | Origin
Level = Literal["individual", "operational"]
SignalSource = Literal[
    "school", "youth-club", "counselling-service", "health", "social-care", "police", "provider",
    "community", "other",
]  # fmt: skip


class AssessmentOpened(Event, frozen=True, kw_only=True, tag="needs.assessment-opened.v1"):
    """`age_bands` are the partnership's own."""

    assessment: str
    partnership: PartnershipId
    year: FinancialYear
    title: str
    outcomes: tuple[Outcome, ...]
    age_bands: tuple[str, ...]
    opened_by: PersonId


class IndicatorRecorded(Event, frozen=True, kw_only=True, tag="needs.indicator-recorded.v1"):
    """What quantifies an outcome for the whole population of `area`.

    `per` is set for a rate: so many in 1,000, say; its unit is `score`. `reference` names the
    outcome it was adopted with.
    """

    indicator: str
    title: str
    outcome: OutcomeId
    unit: Unit
    direction: Direction
    area: str
    source: str
    per: int | None = None
    reference: str = ""


class OutcomeAdopted(Event, frozen=True, kw_only=True, tag="needs.outcome-adopted.v1"):
    """An outcome of the reference set that this assessment looks at from now on."""

    outcome: Outcome
    reference: str
    adopted_by: PersonId


class SeriesRecorded(Event, frozen=True, kw_only=True, tag="needs.series-recorded.v1"):
    """Figures of one indicator; a later one for the same place and time restates the earlier.

    `layout` says in which form a file brought them; empty where they were typed or sent singly.
    """

    indicator: str
    figures: tuple[Figure, ...]
    layout: str = ""


class ViewsRecorded(Event, frozen=True, kw_only=True, tag="needs.views-recorded.v1"):
    evidence: str
    title: str
    asked: Asked
    people: int
    said: TextRef


class FindingRecorded(Event, frozen=True, kw_only=True, tag="needs.finding-recorded.v1"):
    """For a review, of which contract, and how it ended; its texts are kept by monitoring.

    `kinds` says of each text whose views it holds or where else it comes from. `count` is of
    complaints or compliments in a return of the contract, from eight up.
    """

    evidence: str
    kind: FindingKind
    title: str
    texts: tuple[TextRef, ...]
    contract: ContractId = ""
    conclusion: str = ""
    kinds: tuple[FoundIn, ...] = ()
    count: int | None = None


class SignalRaised(Event, frozen=True, kw_only=True, tag="needs.signal-raised.v1"):
    """How often one place met one theme. No particulars: the theme is a word, the rest a count."""

    evidence: str
    theme: str
    level: Level
    source: SignalSource
    count: int
    raised_by: AgencyId
    raised_on: date | None = None


class NeedIdentified(Event, frozen=True, kw_only=True, tag="needs.need-identified.v1"):
    """`need.signals` is the sum of the signals cited, which none of their sources could see."""

    need: Need
    evidence: tuple[str, ...]


AssessmentEvent = (
    AssessmentOpened
    | OutcomeAdopted
    | IndicatorRecorded
    | SeriesRecorded
    | ViewsRecorded
    | FindingRecorded
    | SignalRaised
    | NeedIdentified
    | AssessmentPublished
)
