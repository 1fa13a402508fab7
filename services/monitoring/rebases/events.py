"""The facts of a contract's rebases; what is in force others hear of, in `shared.published`."""

from __future__ import annotations

from shared.eventsourcing.events import Event
from shared.published.monitoring import SeriesRebased
from shared.published.terms import ContractId, MeasureId, PartnershipId, Period, PersonId, TextRef


class RebaseProposed(Event, frozen=True, kw_only=True, tag="monitoring.rebase-proposed.v1"):
    """Someone holds that the process changed with this period, and says why."""

    contract: ContractId
    partnership: PartnershipId
    measure: MeasureId
    from_period: Period
    reason: TextRef
    proposed_by: PersonId


class RebaseRefused(Event, frozen=True, kw_only=True, tag="monitoring.rebase-refused.v1"):
    """Another person does not hold so; it may be proposed again."""

    contract: ContractId
    measure: MeasureId
    from_period: Period
    reason: TextRef
    refused_by: PersonId


RebaseEvent = RebaseProposed | RebaseRefused | SeriesRebased
