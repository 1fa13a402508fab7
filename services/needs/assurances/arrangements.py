"""The formal arrangements of each partnership, as contracts tells of them.

Law: an arrangement is in the list because it was signed, so none is forgotten for want of an entry.
"""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from services.needs.assurances.events import ArrangementKind
from services.needs.frameworks.events import FlexibilityStated
from services.needs.frameworks.views import FrameworkRow
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View
from shared.published.contracts import (
    AgreementSigned,
    ContractCompleted,
    ContractExtended,
    ContractSigned,
    ContractTerminated,
    ContractVaried,
    FundUnwound,
    PooledFundOpened,
)
from shared.published.terms import AgencyId, ContractTerms, PartnershipId, PersonId


class ArrangementRow(Row, frozen=True, kw_only=True):
    """One formal arrangement. `lead` answers for it, `other` is the provider if it has one,
    `officer` monitors it, and `made_by` signed or stated it, where that is known. It runs to
    `ends_on`, for ever where that is None.
    """

    arrangement: str
    partnership: PartnershipId
    kind: ArrangementKind
    title: str
    lead: AgencyId
    other: AgencyId = ""
    officer: PersonId = ""
    made_by: PersonId = ""
    begins_on: date
    ends_on: date | None = None

    def runs(self, on: date) -> bool:
        """Whether it had begun and not ended on a day."""
        return self.begins_on <= on and (self.ends_on is None or on <= self.ends_on)


def _of_contract(contract: str, terms: ContractTerms) -> ArrangementRow:
    return ArrangementRow(
        arrangement=contract,
        partnership=terms.partnership,
        kind=terms.kind,
        title=terms.title,
        lead=terms.commissioner,
        other=terms.provider,
        officer=terms.monitoring_officer,
        begins_on=terms.starts_on,
        ends_on=terms.ends_on,
    )


def fold(row: ArrangementRow | None, recorded: Recorded) -> ArrangementRow | None:
    """The row after one more event of contracts."""
    match recorded.event:
        case ContractSigned() as event:
            return replace(_of_contract(event.contract, event.terms), made_by=event.signed_by)
        case ContractVaried() | ContractExtended() as event:
            made_by = row.made_by if row else ""
            return replace(_of_contract(event.contract, event.terms), made_by=made_by)
        case ContractTerminated() | ContractCompleted() | FundUnwound() as event if row:
            return replace(row, ends_on=event.effective_on)
        case AgreementSigned() as event:
            return ArrangementRow(
                arrangement=event.fund,
                partnership=event.partnership,
                kind="pooled-fund",
                title=event.name,
                lead=event.host,
                officer=event.pool_manager,
                begins_on=event.effective_on,
            )
        case PooledFundOpened() as event if row and event.aligned:
            return replace(row, kind="aligned-fund")
        case _:
            return row


def _key(recorded: Recorded) -> str | None:
    match recorded.event:
        case AgreementSigned() | PooledFundOpened() | FundUnwound() as event:
            return event.fund
        case _:
            return getattr(recorded.event, "contract", None)


ARRANGEMENTS: View[ArrangementRow] = View(
    name="formal_arrangements",
    source="contracts",
    row=ArrangementRow,
    events=(
        ContractSigned,
        ContractVaried,
        ContractExtended,
        ContractTerminated,
        ContractCompleted,
        AgreementSigned,
        PooledFundOpened,
        FundUnwound,
    ),
    key=_key,
    fold=fold,
    indexes=("partnership",),
)


def flexibilities(framework: FrameworkRow | None, on: date) -> list[ArrangementRow]:
    """The Health Act flexibilities that the framework in force on a day states."""
    if framework is None or (version := framework.at(on)) is None:
        return []
    since: dict[str, date] = {}
    for one in framework.versions:
        for entry in one.entries:
            since.setdefault(entry.entry, one.in_force_from)
    return [
        ArrangementRow(
            arrangement=entry.entry,
            partnership=framework.partnership,
            kind="health-act-flexibility",
            title=entry.service,
            lead=entry.lead,
            other=entry.provider,
            made_by=entry.written_by,
            begins_on=since[entry.entry],
        )
        for entry in version.entries
        if isinstance(entry, FlexibilityStated)
    ]
