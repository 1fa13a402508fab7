"""What may be asked about a contract's rebases; each command states who asks and when."""

from __future__ import annotations

from datetime import datetime

from shared.eventsourcing.commands import Command
from shared.published.terms import ContractId, ContractTerms, MeasureId, Period, PersonId, TextRef


class ProposeRebase(Command, frozen=True, kw_only=True):
    """`from_period` is a month, quarter or year of the contract."""

    contract: ContractId
    terms: ContractTerms
    measure: MeasureId
    from_period: Period
    reason: TextRef
    proposed_by: PersonId
    now: datetime


class ApproveRebase(Command, frozen=True, kw_only=True):
    measure: MeasureId
    from_period: Period
    approved_by: PersonId
    now: datetime


class RefuseRebase(Command, frozen=True, kw_only=True):
    measure: MeasureId
    from_period: Period
    reason: TextRef
    refused_by: PersonId
    now: datetime


RebaseCommand = ProposeRebase | ApproveRebase | RefuseRebase
