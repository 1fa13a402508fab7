"""The facts of a measure under watch; those that others may hear are in `shared.published`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from shared.eventsourcing.events import Event
from shared.published.monitoring import (
    BasisChanged,
    ExplanationGiven,
    ExplanationRequested,
    FlagClosed,
    FlagDismissed,
    FlagEscalated,
    FlagUpheld,
    MilestoneMet,
    MilestoneMissed,
    PlanAgreed,
    UnderperformanceFlagged,
)
from shared.published.terms import (
    AgencyId,
    ContractId,
    MeasureTerms,
    PartnershipId,
    Period,
    Reading,
)

Judgement = Literal["met", "missed", "not-counted"]


class MeasureTaken(Event, frozen=True, kw_only=True, tag="monitoring.measure-taken.v1"):
    """The terms that a measure of a contract is judged by from now on."""

    contract: ContractId
    partnership: PartnershipId
    provider: AgencyId
    commissioner: AgencyId
    measure: MeasureTerms
    sanctions_live_on: date | None = None


class ReadingJudged(Event, frozen=True, kw_only=True, tag="monitoring.reading-judged.v1"):
    """One version of one period against the target; `readings` hold the months too."""

    contract: ContractId
    measure: str
    period: Period
    return_version: int
    readings: tuple[Reading, ...]
    judgement: Judgement
    value: Decimal | None = None
    target: Decimal | None = None


FlagEvent = (
    MeasureTaken
    | ReadingJudged
    | UnderperformanceFlagged
    | ExplanationRequested
    | ExplanationGiven
    | FlagUpheld
    | FlagDismissed
    | PlanAgreed
    | MilestoneMet
    | MilestoneMissed
    | FlagEscalated
    | BasisChanged
    | FlagClosed
)
