"""The doors of teams: partners see them, the board's secretary keeps them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Request

from services.needs.answers import in_full
from services.needs.meetings.guarding import board_router
from services.needs.teams import commands
from services.needs.teams.decider import TEAM
from services.needs.teams.views import TEAMS, TeamRow
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Body, Id, OlderDay, Title
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import Parties, allowed
from shared.http.reading import Listed, Paging, rows
from shared.http.routing import Router

router: Router = board_router()

Teams = Annotated[ViewStore[TeamRow], rows(TEAMS)]


async def team_partners(request: Request) -> Parties:
    """The partners, where the team named is of their own partnership. Raises Missing."""
    partnership = request.path_params["partnership"]
    if "team" in request.path_params:
        store: ViewStore[TeamRow] = request.app.state.house.stores[TEAMS.name]
        row = await store.get(request.path_params["team"])
        if row is None or row.partnership != partnership:
            raise Missing
    return await members_of(request, partnership)


Reader = Annotated[Actor, allowed("board:read", "member", of=team_partners)]
Secretary = Annotated[Actor, allowed("board:write", "lead", of=team_partners)]


class TeamBody(Body):
    """`reports_to` is `board`, or the name of a team above it."""

    name: Title
    purpose: Title
    reports_to: Title
    formed_on: OlderDay


class TeamMemberBody(Body):
    person: Id
    agency: Id
    chair: bool = False


class TeamPersonBody(Body):
    person: Id


@router.get("/teams")
async def list_teams(
    partnership: Id, teams: Teams, paging: Paging, _: Reader
) -> Listed[dict[str, Any]]:
    """The partnership's teams with their members and chairs, also those that have ended."""
    found = await teams.find(
        where={"partnership": partnership}, after=paging.after, limit=paging.limit + 1
    )
    return paging.page({key: in_full(row) for key, row in found.items()})


@router.post("/teams", status_code=201)
async def form_team(
    partnership: Id, body: TeamBody, handle: Handling, actor: Secretary
) -> Accepted:
    """Form a team beside the board."""
    team = handle.new_id()
    command = commands.FormTeam(
        team=team,
        partnership=partnership,
        name=body.name,
        purpose=body.purpose,
        reports_to=body.reports_to,
        formed_on=body.formed_on,
        now=handle.now(),
    )
    return await handle(actor, TEAM, team, command)


@router.post("/teams/{team}/members", status_code=201)
async def name_team_member(
    request: Request, team: Id, body: TeamMemberBody, handle: Handling, actor: Secretary
) -> Accepted:
    """Name who is in the team; a new chair replaces the old. 409: team-ended. 422: not-partner."""
    command = commands.NameTeamMember(
        person=body.person,
        agency=body.agency,
        partner=body.agency in await team_partners(request),
        chair=body.chair,
        now=handle.now(),
    )
    return await handle(actor, TEAM, team, command)


@router.post("/teams/{team}/standings-down", status_code=201)
async def stand_down_team_member(
    team: Id, body: TeamPersonBody, handle: Handling, actor: Secretary
) -> Accepted:
    """A person leaves the team. 409: not-in-team, team-ended."""
    command = commands.StandDownTeamMember(person=body.person, now=handle.now())
    return await handle(actor, TEAM, team, command)


@router.post("/teams/{team}/ending", status_code=201)
async def end_team(team: Id, handle: Handling, actor: Secretary) -> Accepted:
    """The team's work is over. 409: team-ended."""
    return await handle(actor, TEAM, team, commands.EndTeam(now=handle.now()))
