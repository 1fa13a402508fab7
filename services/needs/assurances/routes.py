"""The doors of quality assurance: partners set standards, look, and follow up what was found."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import Query, Request
from pydantic import Field

from services.needs.answers import PartAccepted, in_full
from services.needs.assurances import commands
from services.needs.assurances.decider import ASSURANCE
from services.needs.assurances.events import ArrangementKind, Met, StandardFinding
from services.needs.assurances.reading import arrangements_of, assured, summary
from services.needs.assurances.standing import Standing
from services.needs.assurances.views import ASSURANCES, AssuranceRow
from services.needs.frameworks.bodies import Words
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Body, Day, Id, Title
from shared.http.handling import Accepted, Handle, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import Parties, allowed
from shared.http.reading import Texts
from shared.http.routing import Router
from shared.published.terms import TextRef
from shared.texts.store import TextStore

router = Router(prefix="/v1/assurances", tags=["quality assurance"])

Months = Annotated[int, Field(strict=True, ge=1, le=60)]


async def partners(request: Request) -> Parties:
    """Raises Missing."""
    return await members_of(request, request.path_params["partnership"])


Reader = Annotated[Actor, allowed("needs:read", "member", of=partners)]
Writer = Annotated[Actor, allowed("needs:write", "member", of=partners)]


class StandardBody(Body):
    title: Title
    kinds: Annotated[tuple[ArrangementKind, ...], Field(min_length=1, max_length=6)]
    every_months: Months


class FindingBody(Body):
    standard: Id
    met: Met
    text: Words | None = None


class LookBody(Body):
    """What was found of each standard that applies; `looked_on` is today unless stated."""

    arrangement: Id
    looked_on: Day | None = None
    findings: Annotated[tuple[FindingBody, ...], Field(max_length=50)]


class RemedyBody(Body):
    arrangement: Id
    standard: Id
    text: Words
    owner: Id
    due_on: Day


@router.get("/{partnership}")
async def read_assurance(
    request: Request,
    partnership: Id,
    texts: Texts,
    _: Reader,
    on: Annotated[date | None, Query(description="as it stood on this day")] = None,
) -> dict[str, Any]:
    """What the framework asks, and where each arrangement that runs stands. 404: not-found."""
    day = on or london_date(request.app.state.house.clock())
    found = await assured(request, partnership, day)
    store: ViewStore[AssuranceRow] = request.app.state.house.stores[ASSURANCES.name]
    row = await store.get(partnership)
    return {
        "partnership": partnership,
        "on": day.isoformat(),
        "standards": [
            {
                "standard": one.asked.standard,
                "title": one.asked.title,
                "kinds": list(one.asked.kinds),
                "every_months": one.asked.every_months,
                "set_on": one.asked.set_on.isoformat(),
            }
            for one in (row.standards if row else ())
            if one.asks(day)
        ],
        "arrangements": [await _shown(one, texts) for one in found],
    }


async def _shown(standing: Standing, texts: TextStore) -> dict[str, Any]:
    """An arrangement in full, its words with it; an erased text is null."""
    of = standing.arrangement
    return in_full(summary(standing)) | {
        "other": of.other,
        "begins_on": of.begins_on.isoformat(),
        "ends_on": of.ends_on.isoformat() if of.ends_on else None,
        "standards": [
            in_full(one) | {"text": await _said(one.text, texts), "short": one.short}
            for one in standing.standards
        ],
        "looks": [
            {
                "look": look.look,
                "looked_on": look.looked_on.isoformat(),
                "agency": look.agency,
                "findings": [
                    {"standard": one.standard, "met": one.met, "text": await _said(one.text, texts)}
                    for one in look.findings
                ],
            }
            for look in standing.looks
        ],
        "remedies": [
            {
                "remedy": one.agreed.remedy,
                "standard": one.agreed.standard,
                "text": await _said(one.agreed.text, texts),
                "owner": one.agreed.owner,
                "due_on": one.agreed.due_on.isoformat(),
                "done_on": one.done_on.isoformat() if one.done_on else None,
                "overdue": one.done_on is None and one.agreed.due_on < standing.on,
            }
            for one in standing.remedies
        ],
    }


async def _said(reference: TextRef | None, texts: TextStore) -> str | None:
    kept = await texts.get(reference.text) if reference else None
    return kept.content.decode() if kept and kept.content is not None else None


@router.post("/{partnership}/standards", status_code=201)
async def set_assurance_standard(
    partnership: Id, body: StandardBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """Say what is asked of formal arrangements. 409: standard-set-before, standards-full."""
    command = commands.SetStandard(
        partnership=partnership,
        standard=handle.part_id(actor, "standard"),
        title=body.title,
        kinds=body.kinds,
        every_months=body.every_months,
        set_by=actor.person,
        now=handle.now(),
    )
    return await _part(partnership, command, command.standard, handle, actor)


@router.post("/{partnership}/standards/{standard}/withdrawal", status_code=201)
async def withdraw_assurance_standard(
    partnership: Id, standard: Id, handle: Handling, actor: Writer
) -> Accepted:
    """Ask for it no more from today; what was found stays on record. 409: standard-unknown."""
    command = commands.WithdrawStandard(
        standard=standard, withdrawn_by=actor.person, now=handle.now()
    )
    return await handle(actor, ASSURANCE, partnership, command)


@router.post("/{partnership}/looks", status_code=201)
async def look_at_arrangement(
    request: Request, partnership: Id, body: LookBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """Record what was found of an arrangement. 403: looks-at-own. 409: arrangement-unknown,
    arrangement-over, standards-unanswered. 422: look-out-of-time, finding-unexplained.
    """
    now = handle.now()
    today = london_date(now)
    stores = request.app.state.house.stores
    of = (await arrangements_of(stores, partnership, today)).get(body.arrangement)
    command = commands.LookAtArrangement(
        look=handle.part_id(actor, "look"),
        arrangement=body.arrangement,
        kind=of.kind if of else None,
        begins_on=of.begins_on if of else today,
        ended=bool(of and of.ends_on and of.ends_on < today),
        officer=of.officer if of else "",
        made_by=of.made_by if of else "",
        provider=of.other if of else "",
        looked_on=body.looked_on or today,
        findings=tuple(
            [await _finding(one, n, handle, actor) for n, one in enumerate(body.findings)]
        ),
        agency=actor.agency,
        looked_by=actor.person,
        now=now,
    )
    return await _part(partnership, command, command.look, handle, actor)


async def _finding(body: FindingBody, n: int, handle: Handle, actor: Actor) -> StandardFinding:
    text = await handle.keep_text(actor, f"finding-{n}", body.text) if body.text else None
    return StandardFinding(standard=body.standard, met=body.met, text=text)


@router.post("/{partnership}/remedies", status_code=201)
async def agree_assurance_remedy(
    request: Request, partnership: Id, body: RemedyBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """Agree what is done about a shortfall. 409: nothing-to-remedy. 422: not-partner,
    due-in-past.
    """
    command = commands.AgreeRemedy(
        remedy=handle.part_id(actor, "remedy"),
        arrangement=body.arrangement,
        standard=body.standard,
        text=await handle.keep_text(actor, "remedy", body.text),
        owner=body.owner,
        partner=body.owner in await partners(request),
        due_on=body.due_on,
        agreed_by=actor.person,
        now=handle.now(),
    )
    return await _part(partnership, command, command.remedy, handle, actor)


@router.post("/{partnership}/remedies/{remedy}/completion", status_code=201)
async def complete_assurance_remedy(
    partnership: Id, remedy: Id, handle: Handling, actor: Writer
) -> Accepted:
    """Mark a remedy done today. 409: remedy-not-open."""
    command = commands.MarkRemedy(remedy=remedy, marked_by=actor.person, now=handle.now())
    return await handle(actor, ASSURANCE, partnership, command)


async def _part(
    partnership: str, command: Any, part: str, handle: Handle, actor: Actor
) -> PartAccepted:
    accepted = await handle(actor, ASSURANCE, partnership, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=part)
