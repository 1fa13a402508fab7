"""What the partners of a fund agreed, year by year, as it was known at any time.

Law: an agreement is read with the lines of the same moment, or a forecast would share out a result
by weights that nobody knew yet.
"""

from __future__ import annotations

import msgspec
from msgspec.structs import replace

from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View
from shared.published.contracts import (
    AgreementSigned,
    ContractSigned,
    PartnersChanged,
    PooledFundOpened,
    RiskShareAgreed,
    YearClosed,
)
from shared.published.terms import AgencyId, ContractId, FinancialYear, FundId, PartnershipId
from shared.values.weightings import Agreement, changed


class FundAgreementRow(Row, frozen=True, kw_only=True):
    """A fund, who holds it, and each year's agreement. `closed` names the years that are;
    `schemes` has the group of contracts each contract is of, where it is of one.
    """

    fund: FundId
    partnership: PartnershipId = ""
    name: str = ""
    host: AgencyId = ""
    years: dict[FinancialYear, Agreement] = msgspec.field(
        default_factory=dict[FinancialYear, Agreement]
    )
    closed: tuple[FinancialYear, ...] = ()
    schemes: dict[ContractId, str] = msgspec.field(default_factory=dict[ContractId, str])


def fold(row: FundAgreementRow | None, recorded: Recorded) -> FundAgreementRow | None:
    match recorded.event:
        case AgreementSigned() as event:
            row = row or FundAgreementRow(fund=event.fund)
            return replace(row, partnership=event.partnership, name=event.name, host=event.host)
        case PooledFundOpened() as event:
            row = row or FundAgreementRow(fund=event.fund)
            agreement = Agreement(
                partners=event.partners,
                attribution_weights=event.attribution_weights,
                aligned=event.aligned,
            )
            years = row.years | {event.year: agreement}
            return replace(row, partnership=event.partnership, host=event.host, years=years)
        case PartnersChanged() as event if row and event.year in row.years:
            agreement = changed(
                row.years[event.year],
                event.partners,
                event.attribution_weights,
                event.effective_on,
                event.left,
            )
            return replace(row, years=row.years | {event.year: agreement})
        case RiskShareAgreed() as event if row and event.year in row.years:
            agreement = replace(
                row.years[event.year],
                overspend_weights=event.overspend_weights,
                carry_forward_limit_basis_points=event.carry_forward_limit_basis_points,
                rules=event.rules,
            )
            return replace(row, years=row.years | {event.year: agreement})
        case YearClosed() as event if row:
            return replace(row, closed=(*row.closed, event.year))
        case ContractSigned() as event if row and event.terms.risk_scheme:
            return replace(row, schemes=row.schemes | {event.contract: event.terms.risk_scheme})
        case _:
            return row


def _fund_of(recorded: Recorded) -> str | None:
    event = recorded.event
    return event.terms.fund if isinstance(event, ContractSigned) else getattr(event, "fund", None)


FUND_AGREEMENTS: View[FundAgreementRow] = View(
    name="fund_agreements",
    source="contracts",
    row=FundAgreementRow,
    events=(
        AgreementSigned,
        PooledFundOpened,
        PartnersChanged,
        RiskShareAgreed,
        YearClosed,
        ContractSigned,
    ),
    key=_fund_of,
    fold=fold,
    history=True,
    indexes=("partnership",),
)
