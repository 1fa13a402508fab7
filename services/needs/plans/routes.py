"""The doors of the children's plan: agencies read it, partners record what the board adopted."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from fastapi import Request

from services.needs.meetings.views import DECISIONS, DecisionRow
from services.needs.plans import commands
from services.needs.plans.bodies import PlanBody
from services.needs.plans.decider import PLAN_OF
from services.needs.plans.views import PLANS, PlanRow
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import Parties, allowed
from shared.http.reading import rows
from shared.http.routing import Router
from shared.published.terms import Outcome

router = Router(prefix="/v1/plans", tags=["children's plan"])

Plans = Annotated[ViewStore[PlanRow], rows(PLANS)]
Decisions = Annotated[ViewStore[DecisionRow], rows(DECISIONS)]


SUBJECT = "childrens-plan"
"""What the board's decision is about."""


async def partners(request: Request) -> Parties:
    """Raises Missing."""
    return await members_of(request, request.path_params["partnership"])


@router.get("/{partnership}")
async def read_plan(
    partnership: Id, plans: Plans, _: Annotated[Actor, allowed("needs:read")]
) -> dict[str, Any]:
    """The children's plan as adopted last. 404: not-found."""
    row = await plans.get(partnership)
    if row is None:
        raise Missing
    return msgspec.to_builtins(row)


@router.post("/{partnership}", status_code=201)
async def adopt_plan(
    partnership: Id,
    body: PlanBody,
    handle: Handling,
    decisions: Decisions,
    actor: Annotated[Actor, allowed("needs:write", "member", of=partners)],
) -> Accepted:
    """Record the plan that the board adopted, by a decision about `childrens-plan`.

    409: outcome-named-twice, plan-not-decided.
    """
    decision = await decisions.get(body.decision)
    carried = decision and decision.carries("other", SUBJECT, partnership)
    command = commands.AdoptPlan(
        partnership=partnership,
        title=body.title,
        year=body.year,
        outcomes=tuple(Outcome(outcome=o.outcome, title=o.title) for o in body.outcomes),
        decision=body.decision if carried else "",
        recorded_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, PLAN_OF, partnership, command)
