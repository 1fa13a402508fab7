"""The doors of the Compact: each contract of a partnership held against its policy."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Request
from pydantic import Field

from services.contracts.compacts import commands
from services.contracts.compacts.decider import COMPACTS, held_against
from services.contracts.compacts.events import Point
from services.contracts.compacts.views import COMPACT_ROWS, CompactRow, reason_key
from services.contracts.contracts.state import Signed
from services.contracts.contracts.views import ContractRow
from services.contracts.reading import Contracts
from shared.eventsourcing.commands import Missing, NotPermitted
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Body, Id, Prose
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import Parties, allowed
from shared.http.reading import Texts, rows
from shared.http.routing import Router

router = Router(prefix="/v1/compacts", tags=["compacts"])

Compacts = Annotated[ViewStore[CompactRow], rows(COMPACT_ROWS)]


class PolicyBody(Body):
    """`clause` says where the Compact or the framework says so."""

    shortest_months: Annotated[int, Field(strict=True, ge=1, le=240)]
    review_every_months: Annotated[int, Field(strict=True, ge=1, le=60)]
    full_cost: bool
    clause: Annotated[str, Field(min_length=1, max_length=80)]


class DifferenceBody(Body):
    contract: Id
    point: Point
    reason: Prose


async def parties(request: Request) -> Parties:
    """The partners, the leading one also as `lead`."""
    return await members_of(request, request.path_params["partnership"])


Reader = Annotated[Actor, allowed("contracts:read", "member", "lead", of=parties)]
Lead = Annotated[Actor, allowed("contracts:write", "lead", of=parties)]
Partner = Annotated[Actor, allowed("contracts:write", "member", "lead", of=parties)]


@router.get("/{partnership}")
async def read_compact(
    partnership: Id, compacts: Compacts, contracts: Contracts, texts: Texts, _: Reader
) -> dict[str, Any]:
    """The policy, and of each running contract what it meets, what not, and the reason given. 404.

    Without a policy there is nothing to hold a contract against.
    """
    row = await compacts.get(partnership)
    if row is None or row.policy is None:
        return {"partnership": partnership, "policy": None, "contracts": []}
    found: list[dict[str, Any]] = []
    after = ""
    while page := await contracts.find(where={"partnership": partnership}, after=after, limit=500):
        found += [await _held(row, one, texts) for one in page.values() if one.status == "running"]
        after = max(page)
    policy = msgspec.to_builtins(row.policy)
    return {"partnership": partnership, "policy": policy, "contracts": found}


async def _held(row: CompactRow, contract: ContractRow, texts: Texts) -> dict[str, Any]:
    assert row.policy is not None
    assert isinstance(contract.state, Signed), "what runs is signed"
    points: list[dict[str, Any]] = []
    for finding in held_against(row.policy, contract.state.terms):
        said = row.reasons.get(reason_key(contract.contract, finding.point))
        kept = await texts.get(said.reason.text) if said and not finding.met else None
        reason = kept.content.decode() if kept and kept.content else None
        points.append(msgspec.to_builtins(finding) | {"reason": reason})
    return {
        "contract": contract.contract,
        "title": contract.title,
        "provider": contract.provider,
        "commissioner": contract.commissioner,
        "points": points,
        "unexplained": sum(not one["met"] and one["reason"] is None for one in points),
    }


@router.post("/{partnership}/policy", status_code=201)
async def set_compact_policy(
    partnership: Id, body: PolicyBody, handle: Handling, actor: Lead
) -> Accepted:
    """The leading partner says what the partnership wants of its contracts."""
    command = commands.SetCompactPolicy(
        partnership=partnership,
        shortest_months=body.shortest_months,
        review_every_months=body.review_every_months,
        full_cost=body.full_cost,
        clause=body.clause,
        set_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, COMPACTS, partnership, command)


@router.post("/{partnership}/reasons", status_code=201)
async def explain_difference(
    partnership: Id,
    body: DifferenceBody,
    compacts: Compacts,
    contracts: Contracts,
    handle: Handling,
    actor: Partner,
) -> Accepted:
    """The commissioner of a contract says why it differs. 403: not its commissioner. 404.
    409: compact-policy-missing, compact-point-met.
    """
    contract = await contracts.get(body.contract)
    if (
        contract is None
        or contract.partnership != partnership
        or not isinstance(contract.state, Signed)
    ):
        raise Missing
    if contract.commissioner != actor.agency:
        raise NotPermitted
    row = await compacts.get(partnership)
    policy = row.policy if row else None
    found = held_against(policy, contract.state.terms) if policy else ()
    command = commands.ExplainDifference(
        contract=body.contract,
        point=body.point,
        misses=frozenset(one.point for one in found if not one.met),
        reason=await handle.keep_text(actor, "reason", body.reason),
        explained_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, COMPACTS, partnership, command)
