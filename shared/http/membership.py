"""Who belongs to which partnership, in every service: folded from what needs publishes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fastapi import Request

from shared.eventsourcing.commands import Missing
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.remembered import Remembered
from shared.eventsourcing.views import Row, View, subject_of
from shared.http.permissions import Parties
from shared.published.needs import PartnerJoined, PartnerLeft, PartnershipFormed
from shared.published.terms import AgencyId, Member, PartnershipId


class PartnershipRow(Row, frozen=True, kw_only=True):
    """A partnership and its partner agencies, as they are now."""

    partnership: PartnershipId
    name: str
    lead: AgencyId
    members: tuple[Member, ...]
    agencies: tuple[AgencyId, ...]


def _with(row: PartnershipRow, members: tuple[Member, ...]) -> PartnershipRow:
    return PartnershipRow(
        partnership=row.partnership,
        name=row.name,
        lead=row.lead,
        members=members,
        agencies=tuple(member.agency for member in members),
    )


def _fold(row: PartnershipRow | None, recorded: Recorded) -> PartnershipRow | None:
    match recorded.event:
        case PartnershipFormed() as formed:
            return PartnershipRow(
                partnership=formed.partnership,
                name=formed.name,
                lead=formed.lead,
                members=formed.members,
                agencies=tuple(member.agency for member in formed.members),
            )
        case PartnerJoined() as joined if row:
            member = Member(agency=joined.agency, kind=joined.kind, name=joined.name)
            return _with(row, (*row.members, member))
        case PartnerLeft() as left if row:
            return _with(row, tuple(m for m in row.members if m.agency != left.agency))
        case _:
            return row


PARTNERSHIPS: View[PartnershipRow] = View(
    name="partnerships",
    source="needs",
    row=PartnershipRow,
    events=(PartnershipFormed, PartnerJoined, PartnerLeft),
    key=subject_of,
    fold=_fold,
)


async def partnerships(request: Request) -> Mapping[PartnershipId, PartnershipRow]:
    """All of them, in the order of their ids."""
    remembered: Remembered[PartnershipRow] = request.app.state.house.remembered(PARTNERSHIPS.name)
    return await remembered.rows()


async def members_of(request: Request, partnership: PartnershipId) -> Parties:
    """Every partner as `member`, the lead also as `lead`. Raises Missing."""
    row = (await partnerships(request)).get(partnership)
    if row is None:
        raise Missing
    return {
        agency: frozenset({"member", "lead"} if agency == row.lead else {"member"})
        for agency in row.agencies
    }


async def sharers_of(
    request: Request, shared_by: Iterable[PartnershipId], keeper: AgencyId
) -> Parties:
    """Every partner of the partnerships that share an entry as `member`, and whoever keeps it as
    `keeper`, partner or not.
    """
    known = await partnerships(request)
    found = {
        agency: frozenset({"member"})
        for name in shared_by
        if name in known
        for agency in known[name].agencies
    }
    found[keeper] = found.get(keeper, frozenset()) | {"keeper"}
    return found


async def partnerships_of(request: Request, agency: AgencyId) -> list[PartnershipId]:
    """The partnerships an agency belongs to; for lists."""
    known = await partnerships(request)
    return [name for name, row in known.items() if agency in row.agencies]
