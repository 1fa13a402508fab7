"""What monitoring has heard from contracts: who has to do with each contract, and on what terms."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from fastapi import Request
from msgspec.structs import replace

from shared.eventsourcing.commands import Missing
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.view_store import ViewStore
from shared.eventsourcing.views import R, Row, View
from shared.http.identity import Actor
from shared.http.membership import partnerships, partnerships_of
from shared.http.permissions import Parties
from shared.http.reading import Cursor
from shared.published.contracts import (
    ContractCompleted,
    ContractExtended,
    ContractSigned,
    ContractTerminated,
    ContractVaried,
)
from shared.published.terms import AgencyId, ContractId, ContractTerms, PartnershipId

MANAGERS = frozenset({"contract-manager", "commissioner"})


class ContractRow(Row, frozen=True, kw_only=True):
    """A contract as it was last agreed."""

    contract: ContractId
    partnership: PartnershipId
    provider: AgencyId
    commissioner: AgencyId
    terms: ContractTerms
    signed_at: datetime
    status: Literal["live", "terminated", "completed"] = "live"


def contract_of(recorded: Recorded) -> str | None:
    return getattr(recorded.event, "contract", None)


def fold(row: ContractRow | None, recorded: Recorded) -> ContractRow | None:
    match recorded.event:
        case ContractSigned() | ContractVaried() | ContractExtended() as event:
            return ContractRow(
                contract=event.contract,
                partnership=event.terms.partnership,
                provider=event.terms.provider,
                commissioner=event.terms.commissioner,
                terms=event.terms,
                signed_at=row.signed_at if row else recorded.recorded_at,
                status=row.status if row else "live",
            )
        case ContractTerminated() if row:
            return replace(row, status="terminated")
        case ContractCompleted() if row:
            return replace(row, status="completed")
        case _:
            return row


CONTRACTS: View[ContractRow] = View(
    name="contracts",
    source="contracts",
    row=ContractRow,
    events=(
        ContractSigned,
        ContractVaried,
        ContractExtended,
        ContractTerminated,
        ContractCompleted,
    ),
    key=contract_of,
    fold=fold,
    indexes=("partnership", "provider", "commissioner"),
)


async def contract_row(request: Request, contract: ContractId) -> ContractRow:
    """The contract as heard. Raises Missing."""
    store: ViewStore[ContractRow] = request.app.state.house.stores[CONTRACTS.name]
    row = await store.get(contract)
    if row is None:
        raise Missing
    return row


async def parties_to(request: Request, contract: ContractId) -> Parties:
    """Every partner as `member`, the commissioner also as `lead`, the provider as `provider`.

    `reviewer` judges what the provider reports: the commissioner, or where that is the provider
    itself any other partner. A partnership not yet heard of has no members here.
    """
    row = await contract_row(request, contract)
    partnership = (await partnerships(request)).get(row.partnership)
    found: dict[AgencyId, frozenset[str]] = {
        agency: frozenset({"member"}) for agency in (partnership.agencies if partnership else ())
    }
    for agency, relation in ((row.commissioner, "lead"), (row.provider, "provider")):
        found[agency] = found.get(agency, frozenset()) | {relation}
    in_house = row.commissioner == row.provider
    return {
        agency: relations | {"reviewer"}
        if agency == row.commissioner != row.provider or (in_house and agency != row.provider)
        else relations
        for agency, relations in found.items()
    }


async def parties_of_contract(request: Request) -> Parties:
    """The parties of the contract that the request's path names."""
    return await parties_to(request, request.path_params["contract"])


def manages(actor: Actor, commissioner: AgencyId) -> bool:
    """Whether someone is the contract manager: by role, in the commissioner's agency."""
    return actor.agency == commissioner and not MANAGERS.isdisjoint(actor.roles)


def sees_all(actor: Actor, provider: AgencyId, commissioner: AgencyId) -> bool:
    """Breakdowns, small counts and stories are for the provider and the contract manager."""
    return actor.agency == provider or manages(actor, commissioner)


async def visible(
    request: Request, store: ViewStore[R], actor: Actor, paging: Cursor, **where: object
) -> dict[str, R]:
    """The rows an actor's agency has to do with, in key order, one more than the page may hold.

    The rows' struct has the columns `provider`, `commissioner` and `partnership`.
    """
    mine: list[dict[str, str]] = [{"provider": actor.agency}, {"commissioner": actor.agency}]
    mine += [{"partnership": one} for one in await partnerships_of(request, actor.agency)]
    found: dict[str, R] = {}
    for one in mine:
        conflict = any(where.get(name, value) != value for name, value in one.items())
        if not conflict:
            found |= await store.find(
                where={**where, **one}, after=paging.after, limit=paging.limit + 1
            )
    return {key: found[key] for key in sorted(found)[: paging.limit + 1]}
