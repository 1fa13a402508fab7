"""What may be asked of a fund's year; each command states who asks and when."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from services.contracts.pooled_funds.events import ProposedContribution
from shared.eventsourcing.commands import Command
from shared.published.funds import AssetShare, StaffShare
from shared.published.terms import (
    AgencyId,
    AgencyKind,
    ContractId,
    Element,
    FinancialYear,
    FundId,
    LegalBasis,
    PartnershipId,
    Period,
    PersonId,
    TakenOver,
    TextRef,
)
from shared.values.closing import ElementCost
from shared.values.contributions import Instalments
from shared.values.risk_shares import RiskShareRules


class Agreed(msgspec.Struct, frozen=True, kw_only=True):
    """The agreement a new fund rests on."""

    name: str
    pool_manager: PersonId
    legal_basis: LegalBasis


class OpenYear(Command, frozen=True, kw_only=True):
    """`agreement` with a fund's first year; `promised` is what contracts signed before then take
    of the year's authority, `spendings` what they are for. `unwound`: the fund has ended.
    """

    fund: FundId
    year: FinancialYear
    partnership: PartnershipId
    host: AgencyId
    partners: tuple[AgencyId, ...]
    attribution_weights: tuple[int, ...]
    agreement: Agreed | None = None
    promised: dict[ContractId, int] = msgspec.field(default_factory=dict[ContractId, int])
    spendings: dict[ContractId, str] = msgspec.field(default_factory=dict[ContractId, str])
    proposals: tuple[ProposedContribution, ...] = ()
    aligned: bool = False
    unwound: bool = False
    now: datetime


class AgreeRiskShare(Command, frozen=True, kw_only=True):
    overspend_weights: tuple[int, ...]
    carry_forward_limit_basis_points: int
    rules: RiskShareRules = RiskShareRules()
    now: datetime


class ChangePartners(Command, frozen=True, kw_only=True):
    """`partners` are those from the day on, their weights in the same order."""

    partners: tuple[AgencyId, ...]
    attribution_weights: tuple[int, ...]
    from_on: date
    now: datetime


class BringForward(Command, frozen=True, kw_only=True):
    """`carried` is what the year before carried forward; None where there was none here.

    `year_before_open`: the fund has a year before this one that is not closed.
    """

    balances: dict[AgencyId, int]
    carried: dict[AgencyId, int] | None
    year_before_open: bool
    now: datetime


class AgreeContribution(Command, frozen=True, kw_only=True):
    partner: AgencyId
    partner_kind: AgencyKind
    annual_pence: int
    legal_basis: LegalBasis
    ring_fence: str
    recurrent: bool = True
    instalments: Instalments = "quarterly"
    now: datetime


class ReduceContribution(Command, frozen=True, kw_only=True):
    """Less of what a partner agreed under one power and for its eligible spending."""

    partner: AgencyId
    amount_pence: int
    legal_basis: LegalBasis
    ring_fence: str
    recurrent: bool
    now: datetime


class InvoiceContributions(Command, frozen=True, kw_only=True):
    """Every partner's instalments up to the end of a quarter or month."""

    period: Period
    now: datetime


class ReceiveContribution(Command, frozen=True, kw_only=True):
    partner: AgencyId
    amount_pence: int
    reference: str
    towards: Literal["contribution", "risk-share"]
    received_on: date
    now: datetime


class GiveOverride(Command, frozen=True, kw_only=True):
    override: str
    contract: ContractId
    above_pence: int
    reason: TextRef
    given_by: PersonId
    now: datetime


class ReserveCommitment(Command, frozen=True, kw_only=True):
    """Minus where a contract needs less than before; none where it only must not miss a year.

    `spending` is what a ring fence must name to be charged with it; `commissioner` who bears it
    where budgets are aligned.
    """

    contract: ContractId
    amount_pence: int
    spending: str = ""
    commissioner: AgencyId = ""
    now: datetime


class FreeCommitment(Command, frozen=True, kw_only=True):
    contract: ContractId
    amount_pence: int
    now: datetime


class ChargeFund(Command, frozen=True, kw_only=True):
    contract: ContractId
    element: Element
    reference: str
    cost_pence: int
    of_commitment_pence: int
    now: datetime


class PrepareClose(Command, frozen=True, kw_only=True):
    """`contracts` are those told in the same breath that the year is being closed."""

    contracts: frozenset[ContractId]
    prepared_by: PersonId
    now: datetime


class WithdrawClose(Command, frozen=True, kw_only=True):
    reason: TextRef
    withdrawn_by: PersonId
    now: datetime


class CloseYear(Command, frozen=True, kw_only=True):
    """`costs` is what each contract element has cost each partner, in the order they posted."""

    costs: tuple[ElementCost, ...]
    approved_by: PersonId
    now: datetime


class PayUnderspend(Command, frozen=True, kw_only=True):
    """What is due back to the partners has left the bank."""

    now: datetime


class PrepareUnwinding(Command, frozen=True, kw_only=True):
    """`running` are the contracts that must be named; `years_open` and `later_year` say whether
    other years of the fund stand in the way. `staff` and `assets` are None where nobody counted.
    """

    contracts: tuple[TakenOver, ...]
    staff: tuple[StaffShare, ...] | None
    assets: tuple[AssetShare, ...] | None
    running: frozenset[ContractId]
    years_open: bool
    later_year: bool
    prepared_by: PersonId
    now: datetime


class ApproveUnwinding(Command, frozen=True, kw_only=True):
    """`unsettled`: providers are owed, or money of theirs is withheld. `later_year` as prepared."""

    unsettled: bool
    later_year: bool
    approved_by: PersonId
    now: datetime


FundCommand = (
    OpenYear
    | ChangePartners
    | ReduceContribution
    | PrepareUnwinding
    | ApproveUnwinding
    | AgreeRiskShare
    | BringForward
    | AgreeContribution
    | InvoiceContributions
    | ReceiveContribution
    | GiveOverride
    | ReserveCommitment
    | FreeCommitment
    | ChargeFund
    | PrepareClose
    | WithdrawClose
    | CloseYear
    | PayUnderspend
)
