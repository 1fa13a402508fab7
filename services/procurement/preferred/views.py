"""Lists of preferred providers as the partnerships on them see them."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from services.procurement.preferred.decider import PREFERRED_LISTS
from services.procurement.preferred.events import (
    ListAgreed,
    ListDrafted,
    ListEnded,
    ProviderListed,
    ProviderUnlisted,
)
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import AgencyId, PartnershipId, PersonId, Term, TextRef


class Listed(Term, frozen=True, kw_only=True):
    """A provider on the list, and why."""

    provider: AgencyId
    reason: TextRef


class Agreement(Term, frozen=True, kw_only=True):
    """Who agreed to the list as it stands, for which partnership, and when."""

    partnership: PartnershipId
    agency: AgencyId
    agreed_by: PersonId
    agreed_on: date


class PreferredRow(Row, frozen=True, kw_only=True):
    """A list; `agreed` by every one of its `partnerships` it holds, to `valid_until`."""

    list: str
    partnership: PartnershipId
    partnerships: tuple[PartnershipId, ...]
    title: str
    need: str
    keeper: AgencyId
    valid_until: date
    providers: tuple[Listed, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    agreed: bool = False
    ended: bool = False
    version: int = 0


def fold(row: PreferredRow | None, recorded: Recorded) -> PreferredRow | None:
    """The row after one more event of its list."""
    match recorded.event:
        case ListDrafted() as event:
            row = PreferredRow(
                list=event.list,
                partnership=event.partnership,
                partnerships=event.partnerships,
                title=event.title,
                need=event.need,
                keeper=event.keeper,
                valid_until=event.valid_until,
            )
        case ProviderListed() as event if row:
            line = Listed(provider=event.provider, reason=event.reason)
            row = _as_changed(row, (*row.providers, line))
        case ProviderUnlisted() as event if row:
            left = tuple(one for one in row.providers if one.provider != event.provider)
            row = _as_changed(row, left)
        case ListAgreed() as event if row:
            said = Agreement(
                partnership=event.partnership,
                agency=event.agency,
                agreed_by=event.agreed_by,
                agreed_on=event.agreed_on,
            )
            agreements = (*row.agreements, said)
            whole = {one.partnership for one in agreements} >= {*row.partnerships}
            row = replace(row, agreements=agreements, agreed=whole)
        case ListEnded() if row:
            row = replace(row, ended=True)
        case _:
            pass
    return row and replace(row, version=recorded.envelope.version)


def _as_changed(row: PreferredRow, providers: tuple[Listed, ...]) -> PreferredRow:
    """A changed list has to be agreed anew."""
    return replace(row, providers=providers, agreements=(), agreed=False)


PREFERRED_ROWS: View[PreferredRow] = View(
    name="preferred_lists",
    source="procurement",
    row=PreferredRow,
    events=PREFERRED_LISTS.events,
    key=subject_of,
    fold=fold,
)
