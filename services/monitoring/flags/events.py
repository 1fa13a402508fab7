"""The facts of a measure under watch; those that others may hear are in `shared.published`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from shared.eventsourcing.events import Event
from shared.published.monitoring import (
    BasisChanged,
    CaseClockMissed,
    CaseClockPaused,
    CaseClockResumed,
    CaseClockStarted,
    CaseMeetingHeld,
    ExplanationGiven,
    ExplanationRequested,
    FlagClosed,
    FlagDismissed,
    FlagEscalated,
    FlagSteppedDown,
    FlagUpheld,
    MilestoneMet,
    MilestoneMissed,
    NoteMade,
    PlanAgreed,
    UnderperformanceFlagged,
)
from shared.published.procurement import Standard
from shared.published.terms import (
    AgencyId,
    Clause,
    ContractId,
    MeasureTerms,
    PartnershipId,
    Period,
    Reading,
)

Judgement = Literal["met", "missed", "not-counted"]
Rating = Literal["good", "approaching-target", "requires-improvement", "inadequate", "other"]
"""Procurement Act 2023 s.71 and the regulations under it, in their words."""


class MeasureTaken(Event, frozen=True, kw_only=True, tag="monitoring.measure-taken.v1"):
    """The terms that a measure of a contract is judged by from now on."""

    contract: ContractId
    partnership: PartnershipId
    provider: AgencyId
    commissioner: AgencyId
    measure: MeasureTerms
    sanctions_live_on: date | None = None
    rating: Clause | None = None


class ReadingJudged(Event, frozen=True, kw_only=True, tag="monitoring.reading-judged.v1"):
    """One version of one period against the target that held in it; `readings` hold the months too.

    `rating` only where the contract asks for one.
    """

    contract: ContractId
    measure: str
    period: Period
    return_version: int
    readings: tuple[Reading, ...]
    judgement: Judgement
    value: Decimal | None = None
    target: Decimal | None = None
    rating: Rating | None = None


class StandardRenewed(Event, frozen=True, kw_only=True, tag="monitoring.standard-renewed.v1"):
    """What a case was opened for is held again: the evidence that it may be closed with."""

    flag: str
    contract: ContractId
    standard: Standard
    valid_until: date


FlagEvent = (
    MeasureTaken
    | ReadingJudged
    | UnderperformanceFlagged
    | StandardRenewed
    | ExplanationRequested
    | ExplanationGiven
    | FlagUpheld
    | FlagDismissed
    | PlanAgreed
    | MilestoneMet
    | MilestoneMissed
    | FlagEscalated
    | FlagSteppedDown
    | CaseClockStarted
    | CaseClockPaused
    | CaseClockResumed
    | CaseClockMissed
    | CaseMeetingHeld
    | NoteMade
    | BasisChanged
    | FlagClosed
)
