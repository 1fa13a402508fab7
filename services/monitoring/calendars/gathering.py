"""What a calendar gathers of contracts with NHS bodies, which are monitored monthly. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

import msgspec

from services.monitoring.returns.views import ReturnRow
from shared.eventsourcing.clock import london_date
from shared.published.terms import ContractId, ContractTerms, FinancialYear
from shared.values.quarters import year_of


class NhsLine(msgspec.Struct, frozen=True, kw_only=True):
    """A contract with an NHS body, which is monitored monthly: what its returns are asked by, how
    many of the year are in, and which are late.
    """

    contract: ContractId
    title: str
    asked: str
    monthly: bool
    received: int
    late: tuple[str, ...]


def nhs_lines(
    live: Mapping[ContractId, ContractTerms],
    returns: Iterable[ReturnRow],
    year: FinancialYear,
    today: date,
) -> list[NhsLine]:
    """A line for each live contract whose provider is an NHS body."""
    of_year = [one for one in returns if year_of(one.period) == year]
    return [
        NhsLine(
            contract=contract,
            title=terms.title,
            asked=terms.returns,
            monthly=terms.returns == "monthly",
            received=sum(
                one.contract == contract and one.submitted_at is not None for one in of_year
            ),
            late=tuple(
                one.period
                for one in of_year
                if one.contract == contract
                and one.submitted_at is None
                and one.status != "cancelled"
                and london_date(one.due_at) < today
            ),
        )
        for contract, terms in sorted(live.items())
    ]
