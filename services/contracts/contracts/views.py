"""Contracts as they are listed and shown, with their payment position; and their deadlines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal, cast

from services.contracts.contracts import prices
from services.contracts.contracts.commands import CertifyDue, ContractCommand
from services.contracts.contracts.decider import CONTRACTS
from services.contracts.contracts.events import ContractDrafted, ContractEvent
from services.contracts.contracts.state import Contract, Drafted, Signed, Undrafted, evolve
from shared.eventsourcing.deadlines import Timed
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.contracts import (
    ContractExtended,
    ContractSigned,
    ContractTerminated,
    PaymentCertified,
)
from shared.published.terms import (
    AgencyId,
    AgreementKind,
    ContractId,
    ContractTerms,
    FundId,
    PartnershipId,
)
from shared.values.quarters import last_day, periods
from shared.values.working_days import end_of_day_london

Status = Literal["drafted", "running", "terminated", "completed"]


class ContractRow(Row, frozen=True, kw_only=True):
    """A contract, SLA or grant. `payable_pence` below nothing is owed back by the provider;
    `due_on` is the day by which the oldest certificate still owed is to be paid.
    """

    contract: ContractId
    kind: AgreementKind
    partnership: PartnershipId
    specification: str
    commissioner: AgencyId
    provider: AgencyId
    status: Status = "drafted"
    annual_price_pence: int
    fund: FundId = ""
    title: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    certified_pence: int = 0
    withheld_pence: int = 0
    forfeited_pence: int = 0
    paid_pence: int = 0
    payable_pence: int = 0
    due_on: date | None = None
    drafted: ContractDrafted
    state: Contract
    version: int


def fold(row: ContractRow | None, recorded: Recorded) -> ContractRow:
    """The row after one more event of its stream."""
    before: Contract = row.state if row else Undrafted()
    state = evolve(before, cast(ContractEvent, recorded.event))
    version = recorded.envelope.version
    if isinstance(state, Signed):
        assert row is not None, "a contract is drafted before it is signed"
        return _signed(row.drafted, state, version)
    assert isinstance(state, Drafted), "a contract's first event is its draft"
    return _drafted(state.drafted, state, version)


def _drafted(drafted: ContractDrafted, state: Contract, version: int) -> ContractRow:
    return ContractRow(
        contract=drafted.contract,
        kind=drafted.kind,
        partnership=drafted.partnership,
        specification=drafted.specification,
        commissioner=drafted.commissioner,
        provider=drafted.provider,
        annual_price_pence=drafted.annual_price_pence,
        drafted=drafted,
        state=state,
        version=version,
    )


def _signed(drafted: ContractDrafted, state: Signed, version: int) -> ContractRow:
    terms, books = state.terms, state.books
    owed = [c.due_on for c in books.standing.values() if c.owed_pence > 0]
    return ContractRow(
        contract=state.contract,
        kind=terms.kind,
        partnership=terms.partnership,
        specification=terms.specification,
        commissioner=terms.commissioner,
        provider=terms.provider,
        status=state.status,
        annual_price_pence=drafted.annual_price_pence,
        fund=terms.fund,
        title=terms.title,
        starts_on=terms.starts_on,
        ends_on=state.ends_on,
        certified_pence=books.certified_pence,
        withheld_pence=books.withheld_pence,
        forfeited_pence=books.forfeited_pence,
        paid_pence=books.paid_pence,
        payable_pence=books.payable_pence,
        due_on=min(owed, default=None),
        drafted=drafted,
        state=state,
        version=version,
    )


CONTRACT_ROWS: View[ContractRow] = View(
    name="contracts",
    source="contracts",
    row=ContractRow,
    events=CONTRACTS.events,
    key=subject_of,
    fold=fold,
    indexes=("partnership", "provider", "fund", "due_on"),
)


def due(recorded: Recorded) -> Mapping[str, datetime | None]:
    """The instalment days of a contract, each until it is certified; an early end is one more."""
    match recorded.event:
        case ContractSigned() | ContractExtended() as agreed:
            return _instalment_days(agreed.terms)
        case PaymentCertified() as certified if not certified.return_version:
            return {f"instalment:{certified.period}": None}
        case ContractTerminated() as terminated:
            return {"instalment:last": end_of_day_london(terminated.effective_on)}
        case _:
            return {}


def _instalment_days(terms: ContractTerms) -> dict[str, datetime | None]:
    frequency = prices.instalments(terms.mechanism)
    if frequency is None:
        return {}
    return {
        f"instalment:{period}": end_of_day_london(min(last_day(period), terms.ends_on))
        for period in periods(terms.starts_on, terms.ends_on, frequency)
    }


def timely(name: str, now: datetime) -> ContractCommand:
    """The command that a contract's deadline issues."""
    if not name.startswith("instalment:"):
        raise ValueError(f"a contract sets no deadline {name!r}")
    return CertifyDue(now=now)


CONTRACT_DEADLINES = Timed(decider=CONTRACTS, due=due, command=timely)
