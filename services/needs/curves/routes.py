"""The doors of an outcome's curve: its partners write and read, nobody else."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

import msgspec
from fastapi import Query, Request
from pydantic import AwareDatetime, BaseModel

from services.needs.assessments.views import ASSESSMENTS, SERIES, AssessmentRow, SeriesRow
from services.needs.curves import commands
from services.needs.curves.bodies import CurveAimBody, CurveDoneBody, CurveEntryBody
from services.needs.curves.decider import CURVES
from services.needs.curves.views import CURVE_ROWS, CurveEntryLine, CurveRow, lacking
from shared.eventsourcing.commands import Invalid, Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handle, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import Parties, allowed
from shared.http.reading import Texts, rows
from shared.http.routing import Router
from shared.texts.store import TextStore

router = Router(prefix="/v1/curves", tags=["turning the curve"])

Curves = Annotated[ViewStore[CurveRow], rows(CURVE_ROWS)]
Series = Annotated[ViewStore[SeriesRow], rows(SERIES)]


async def partners_to(request: Request) -> Parties:
    """The partners whose assessments name the outcome. Raises Missing."""
    path = request.path_params
    found = await members_of(request, path["partnership"])
    store: ViewStore[AssessmentRow] = request.app.state.house.stores[ASSESSMENTS.name]
    rows_found = await store.find(where={"partnership": path["partnership"]})
    named = {one.outcome for row in rows_found.values() for one in row.outcomes}
    if path["outcome"] not in named:
        raise Missing
    return found


Reader = Annotated[Actor, allowed("needs:read", "member", of=partners_to)]
Writer = Annotated[Actor, allowed("needs:write", "member", of=partners_to)]


class CurveAccepted(BaseModel):
    """What changed, the version it now has, and the entry written."""

    id: str
    version: int
    entry: str


def subject(partnership: str, outcome: str) -> str:
    """The stream of one outcome in one partnership."""
    return f"{partnership}:{outcome}"


@router.get("/{partnership}/{outcome}")
async def read_curve(
    partnership: Id,
    outcome: Id,
    curves: Curves,
    texts: Texts,
    _: Reader,
    known_at: Annotated[AwareDatetime | None, Query()] = None,
) -> dict[str, Any]:
    """Story, partners, ideas, actions and aims; `lacking` names what is missing."""
    row = await _known(curves, subject(partnership, outcome), known_at)
    entries = row.entries if row else ()
    return {
        "partnership": partnership,
        "outcome": outcome,
        "entries": [await _shown(one, texts) for one in entries],
        "aims": msgspec.to_builtins(row.aims) if row else [],
        "lacking": lacking(row),
        "version": row.version if row else 0,
    }


async def _known(
    curves: ViewStore[CurveRow], key: str, known_at: datetime | None
) -> CurveRow | None:
    if known_at is None:
        return await curves.get(key)
    known = await curves.known_at(key, known_at)
    return known.row if known else None


async def _shown(line: CurveEntryLine, texts: TextStore) -> dict[str, Any]:
    """An entry with its words; an erased text is null."""
    kept = await texts.get(line.written.text.text)
    content: dict[str, Any] = msgspec.to_builtins(line.written)
    content.pop("type", None)
    return content | {
        "text": kept.content.decode() if kept and kept.content else None,
        "at": msgspec.to_builtins(line.at),
        "done_on": msgspec.to_builtins(line.done_on),
    }


@router.post("/{partnership}/{outcome}", status_code=201)
async def write_curve_entry(
    request: Request,
    partnership: Id,
    outcome: Id,
    body: CurveEntryBody,
    handle: Handling,
    actor: Writer,
) -> CurveAccepted:
    """Write the story, a partner's part, an idea or an action. 409: cost-unclear, action-unclear.

    422: owner-unknown.
    """
    entry = handle.part_id(actor, "entry")
    command = await _words(request, (partnership, outcome), body, handle, actor, entry, new=True)
    accepted = await handle(actor, CURVES, subject(partnership, outcome), command)
    return CurveAccepted(id=accepted.id, version=accepted.version, entry=entry)


@router.post("/{partnership}/{outcome}/entries/{entry}", status_code=201)
async def rewrite_curve_entry(
    request: Request,
    partnership: Id,
    outcome: Id,
    entry: Id,
    body: CurveEntryBody,
    handle: Handling,
    actor: Writer,
) -> CurveAccepted:
    """Put an entry in other words. 409: entry-unknown, section-fixed, cost-unclear."""
    command = await _words(request, (partnership, outcome), body, handle, actor, entry, new=False)
    accepted = await handle(actor, CURVES, subject(partnership, outcome), command)
    return CurveAccepted(id=accepted.id, version=accepted.version, entry=entry)


async def _words(
    request: Request,
    of: tuple[str, str],
    body: CurveEntryBody,
    handle: Handle,
    actor: Actor,
    entry: str,
    *,
    new: bool,
) -> commands.WriteCurveEntry:
    if body.owner and body.owner not in await members_of(request, of[0]):
        raise Invalid("The owner is a partner.", pointer="/body/owner")
    return commands.WriteCurveEntry(
        partnership=of[0],
        outcome=of[1],
        entry=entry,
        section=body.section,
        text=await handle.keep_text(actor, "curve-entry", body.text),
        cost=body.cost,
        owner=body.owner or "",
        due_on=body.due_on,
        agency=actor.agency,
        written_by=actor.person,
        new=new,
        now=handle.now(),
    )


@router.post("/{partnership}/{outcome}/entries/{entry}/removal", status_code=201)
async def remove_curve_entry(
    partnership: Id, outcome: Id, entry: Id, handle: Handling, actor: Writer
) -> Accepted:
    """Take an entry off the page; what was said stays known. 409: entry-unknown."""
    command = commands.RemoveCurveEntry(
        partnership=partnership,
        outcome=outcome,
        entry=entry,
        removed_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, CURVES, subject(partnership, outcome), command)


@router.post("/{partnership}/{outcome}/entries/{entry}/completion", status_code=201)
async def complete_curve_action(
    partnership: Id,
    outcome: Id,
    entry: Id,
    body: CurveDoneBody,
    handle: Handling,
    actor: Writer,
) -> Accepted:
    """Mark an action done.

    409: entry-unknown, not-an-action, action-already-done, done-in-future.
    """
    command = commands.CompleteCurveAction(
        partnership=partnership,
        outcome=outcome,
        entry=entry,
        done_on=body.done_on,
        marked_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, CURVES, subject(partnership, outcome), command)


@router.post("/{partnership}/{outcome}/aims", status_code=201)
async def set_curve_aim(
    request: Request,
    partnership: Id,
    outcome: Id,
    body: CurveAimBody,
    series: Series,
    handle: Handling,
    actor: Writer,
) -> Accepted:
    """Say where an indicator of the outcome is to be by a period. 404. 409: aim-in-past."""
    store: ViewStore[AssessmentRow] = request.app.state.house.stores[ASSESSMENTS.name]
    own = {
        one.indicator
        for row in (await store.find(where={"partnership": partnership})).values()
        for one in row.indicators
        if one.outcome == outcome
    }
    found = await series.get(body.indicator)
    if found is None or body.indicator not in own:
        raise Missing
    command = commands.SetCurveAim(
        partnership=partnership,
        outcome=outcome,
        indicator=body.indicator,
        target=body.target,
        by_period=body.by_period,
        last_period=max((f.period for f in found.figures if f.area == found.area), default=""),
        set_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, CURVES, subject(partnership, outcome), command)
