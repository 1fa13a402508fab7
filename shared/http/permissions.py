"""The one place that decides who may do what: scope, then the agency's relation to the object.

Denied by default: a route without a guard fails the architecture tests, a role without a scope has
nothing, and an object an agency has no relation to answers as if it were not there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from fastapi import Request, Security
from fastapi.security.base import SecurityBase
from fastapi.security.http import HTTPBearer

from shared.eventsourcing.commands import Missing, NotPermitted
from shared.http.identity import Actor, InvalidToken, Verifier
from shared.http.problems import Unauthenticated

# What each role may do, wherever its agency's relation to the object allows it.
ROLES: Mapping[str, frozenset[str]] = {
    "commissioner": frozenset(
        {
            "needs:read", "needs:write", "board:read", "tenders:read", "tenders:write",
            "providers:read", "contracts:read", "contracts:write", "funds:read",
            "returns:read", "returns:review", "flags:read", "flags:write", "reviews:write",
            "incidents:read", "incidents:write", "thread:read", "record:import", "texts:erase",
            "cards:write", "votes:write", "votes:hand-out", "bids:open",
        }
    ),
    "board-secretary": frozenset(
        {"needs:read", "board:read", "board:write", "contracts:read", "funds:read",
         "incidents:read", "thread:read", "flags:read", "returns:read", "tenders:read",
         "providers:read", "texts:erase", "bids:open"}
    ),
    "board-member": frozenset(
        {"needs:read", "board:read", "board:vote", "contracts:read", "funds:read",
         "incidents:read", "thread:read", "flags:read", "returns:read", "tenders:read"}
    ),
    "procurement-officer": frozenset(
        {"needs:read", "tenders:read", "tenders:write", "providers:read", "providers:write",
         "contracts:read", "thread:read", "record:import", "texts:erase", "bids:open"}
    ),
    "evaluator": frozenset({"needs:read", "tenders:read", "tenders:evaluate", "providers:read"}),
    "contract-manager": frozenset(
        {"needs:read", "tenders:read", "providers:read", "contracts:read", "contracts:write",
         "funds:read", "returns:read", "returns:review", "flags:read", "flags:write",
         "reviews:write", "incidents:read", "incidents:write", "thread:read", "texts:erase",
         "cards:write", "bids:open"}
    ),
    "finance": frozenset(
        {"needs:read", "contracts:read", "funds:read", "funds:write", "payments:write",
         "payments:approve", "proofs:cosign", "thread:read", "returns:read", "flags:read"}
    ),
    "chief-finance-officer": frozenset(
        {"needs:read", "contracts:read", "funds:read", "suspense:approve", "thread:read"}
    ),
    "provider": frozenset(
        {"needs:read", "tenders:read", "bids:write", "providers:read", "contracts:read",
         "returns:read", "returns:submit", "flags:read", "flags:answer", "incidents:read",
         "incidents:write", "invoices:write", "thread:read", "texts:erase", "cards:write",
         "votes:hand-out"}
    ),
    "provider-signatory": frozenset(
        {"needs:read", "contracts:read", "returns:read", "returns:sign", "flags:read",
         "incidents:read", "thread:read", "texts:erase"}
    ),
    "auditor": frozenset(
        {"needs:read", "board:read", "tenders:read", "providers:read", "contracts:read",
         "funds:read", "returns:read", "flags:read", "incidents:read", "thread:read",
         "operations:read"}
    ),
    "accounts-auditor": frozenset(
        {"needs:read", "board:read", "contracts:read", "funds:read", "audits:write"}
    ),
    "partner-system": frozenset(
        {"needs:read", "contracts:read", "funds:read", "returns:read", "flags:read",
         "thread:read", "partner-feed:read", "webhooks:write", "proofs:cosign"}
    ),
    "operator": frozenset({"operations:read", "operations:write", "sandbox:write"}),
    "collector": frozenset({"operations:read"}),
    "service": frozenset(
        {"board:read", "feed:read", "operations:read", "tenders:read", "needs:read", "votes:cast"}
    ),
}  # fmt: skip

SCOPES = frozenset(scope for scopes in ROLES.values() for scope in scopes)

Parties = Mapping[str, frozenset[str]]
"""The agencies that have to do with an object, and how: `member`, `lead`, `provider` …"""

ANYONE = "*"
"""In the parties of something public: what every agency not named is to it."""

PartiesOf = Callable[[Request], Awaitable[Parties]]
"""Finds the parties of the object a request names; raises Missing if there is none."""


def scopes_of(roles: frozenset[str]) -> frozenset[str]:
    """Everything a set of roles may do."""
    return frozenset(scope for role in roles for scope in ROLES.get(role, frozenset()))


def may(actor: Actor, scope: str) -> bool:
    """Whether the token was given the scope and one of its roles includes it."""
    return scope in actor.scopes and scope in scopes_of(actor.roles)


def admit(actor: Actor, parties: Parties, relations: frozenset[str]) -> None:
    """Lets an actor at an object pass whose agency stands in one of the relations to it.

    Raises Missing for an agency with no relation at all, NotPermitted for one with another.
    """
    standing = parties.get(actor.agency) or parties.get(ANYONE, frozenset())
    if not standing:
        raise Missing
    if standing.isdisjoint(relations):
        raise NotPermitted


class Guard(SecurityBase):
    """The permission of one route: a scope and, where it names an object, relations to it."""

    def __init__(self, scope: str, relations: frozenset[str], parties: PartiesOf | None) -> None:
        if scope not in SCOPES:
            raise ValueError(f"no role has the scope {scope!r}")
        self.model = HTTPBearer(bearerFormat="JWT").model
        self.scheme_name = "bearer"
        self.scope = scope
        self.relations = relations
        self.parties = parties

    async def __call__(self, request: Request) -> Actor:
        actor = await signed_in(request)
        if not may(actor, self.scope):
            raise NotPermitted
        if self.parties is not None:
            admit(actor, await self.parties(request), self.relations)
        return actor


class Sessions(Protocol):
    """Where a service that people use in a browser keeps what a cookie stands for."""

    async def bearer(self, request: Request) -> str:
        """The session's token, empty where there is none. Refuses a write another site forged."""
        ...


async def signed_in(request: Request) -> Actor:
    """The actor of the request's bearer token, or of its session. Raises Unauthenticated.

    Only a service whose `app.state.sessions` is set looks at cookies: the gateway.
    """
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        sessions: Sessions | None = getattr(request.app.state, "sessions", None)
        token = await sessions.bearer(request) if sessions else ""
    if not token:
        raise Unauthenticated
    verifier: Verifier = request.app.state.verifier
    try:
        return verifier.actor(token)
    except InvalidToken as error:
        raise Unauthenticated from error


def allowed(scope: str, *relations: str, of: PartiesOf | None = None) -> Any:
    """The dependency that guards a route: `actor: Annotated[Actor, allowed("tenders:write")]`.

    With `of`, the actor's agency must also stand in one of `relations` to the object named.
    """
    if bool(relations) != (of is not None):
        raise ValueError("relations and the object they are to belong together")
    return Security(Guard(scope, frozenset(relations), of), scopes=[scope])
