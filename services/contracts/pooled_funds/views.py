"""Fund years as they are listed and shown: authority, money in, promises, cost and result."""

from __future__ import annotations

from typing import cast

from services.contracts.pooled_funds.decider import POOLED_FUNDS
from services.contracts.pooled_funds.events import FundEvent
from services.contracts.pooled_funds.state import Fund, Opened, Status, Unopened, evolve
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.contracts import AgreementSigned
from shared.published.terms import AgencyId, FinancialYear, FundId, PartnershipId


class FundRow(Row, frozen=True, kw_only=True):
    """A fund's year. `name` is the agreement's, with the fund's first year."""

    fund: FundId
    year: FinancialYear = ""
    partnership: PartnershipId
    host: AgencyId
    name: str
    status: Status = "open"
    authority_pence: int = 0
    available_pence: int = 0
    reserved_pence: int = 0
    cost_pence: int = 0
    invoiced_pence: int = 0
    received_pence: int = 0
    result_pence: int | None = None
    state: Fund
    version: int


def fold(row: FundRow | None, recorded: Recorded) -> FundRow:
    """The row after one more event of its stream."""
    before: Fund = row.state if row else Unopened()
    state = evolve(before, cast(FundEvent, recorded.event))
    version = recorded.envelope.version
    if isinstance(state, Opened):
        return _opened(state, version)
    assert state.signed is not None, "a fund's first event is its agreement or its opening"
    return _signed(state, state.signed, version)


def _signed(state: Unopened, signed: AgreementSigned, version: int) -> FundRow:
    return FundRow(
        fund=signed.fund,
        partnership=signed.partnership,
        host=signed.host,
        name=signed.name,
        state=state,
        version=version,
    )


def _opened(state: Opened, version: int) -> FundRow:
    opened = state.opened
    return FundRow(
        fund=opened.fund,
        year=opened.year,
        partnership=opened.partnership,
        host=opened.host,
        name=state.signed.name if state.signed else "",
        status=state.status,
        authority_pence=state.authority_pence,
        available_pence=state.available_pence,
        reserved_pence=state.reserved_pence,
        cost_pence=state.cost_pence,
        invoiced_pence=sum(state.invoiced.values()),
        received_pence=sum(state.received.values()),
        result_pence=state.result_pence,
        state=state,
        version=version,
    )


POOLED_FUND_ROWS: View[FundRow] = View(
    name="pooled_funds",
    source="contracts",
    row=FundRow,
    events=POOLED_FUNDS.events,
    key=subject_of,
    fold=fold,
    indexes=("fund", "partnership"),
)
