"""The doors of a framework: partners draft it, the board adopts it, then all may read it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any

from fastapi import Query, Request

from services.needs.answers import PartAccepted, in_full
from services.needs.frameworks import commands
from services.needs.frameworks.bodies import (
    AdoptionBody,
    FlexibilityBody,
    LevelBody,
    StatementBody,
)
from services.needs.frameworks.decider import FRAMEWORK
from services.needs.frameworks.events import Entry, LevelStated, StatementWritten
from services.needs.frameworks.state import lacking
from services.needs.frameworks.views import FRAMEWORKS, AdoptedVersion, FrameworkRow
from services.needs.meetings.views import DECISIONS, DecisionRow
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handle, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of, partnerships
from shared.http.permissions import ANYONE, Parties, allowed
from shared.http.reading import Texts, rows
from shared.http.routing import Router
from shared.published.terms import TextRef
from shared.texts.store import TextStore
from shared.values.cycle import STAGES

router = Router(prefix="/v1/frameworks", tags=["framework"])

Frameworks = Annotated[ViewStore[FrameworkRow], rows(FRAMEWORKS)]
Decisions = Annotated[ViewStore[DecisionRow], rows(DECISIONS)]


async def partners(request: Request) -> Parties:
    """Raises Missing."""
    return await members_of(request, request.path_params["partnership"])


async def readers(request: Request) -> Parties:
    """The partners, and everyone as `reader` once a version was adopted. Raises Missing."""
    found = await partners(request)
    store: ViewStore[FrameworkRow] = request.app.state.house.stores[FRAMEWORKS.name]
    row = await store.get(request.path_params["partnership"])
    return {**found, ANYONE: frozenset({"reader"})} if row and row.versions else found


Reader = Annotated[Actor, allowed("needs:read", "member", "reader", of=readers)]
Writer = Annotated[Actor, allowed("needs:write", "member", of=partners)]


@router.get("/{partnership}")
async def read_framework(
    request: Request,
    partnership: Id,
    frameworks: Frameworks,
    texts: Texts,
    actor: Reader,
    on: Annotated[date | None, Query()] = None,
) -> dict[str, Any]:
    """The framework in force on a day, today by default; to partners also the draft. 404."""
    of = (await partnerships(request))[partnership]
    row = await frameworks.get(partnership)
    day = on or london_date(request.app.state.house.clock())
    version = row.at(day) if row else None
    drafted = row is not None and row.newest.drafting and actor.agency in of.agencies
    return {
        "partnership": partnership,
        "on": day.isoformat(),
        "partners": in_full(of.members),
        "lead": of.lead,
        "model": [stage._asdict() for stage in STAGES],
        "version": await _shown(version, texts) if version else None,
        "versions": [
            {"number": one.number, "in_force_from": one.in_force_from.isoformat(),
             "decision": one.decision}
            for one in (row.versions if row else ())
        ],
        "draft": {
            "number": row.newest.number,
            "about": row.newest.about,
            "lacking": lacking(row.newest.entries),
            **await _contents(row.newest.entries, texts),
        } if row and drafted else None,
    }  # fmt: skip


async def _shown(version: AdoptedVersion, texts: TextStore) -> dict[str, Any]:
    return {
        "number": version.number,
        "decision": version.decision,
        "in_force_from": version.in_force_from.isoformat(),
        **await _contents(version.entries, texts),
    }


async def _contents(entries: Iterable[Entry], texts: TextStore) -> dict[str, list[Any]]:
    """Entries by kind with their words; an erased text is null."""
    found: dict[str, list[Any]] = {"statements": [], "levels": [], "flexibilities": []}
    for one in entries:
        content = in_full(one)
        for name in ("type", "written_by"):
            content.pop(name, None)
        if isinstance(one, StatementWritten):
            found["statements"].append(content | {"text": await _said(one.text, texts)})
        elif isinstance(one, LevelStated):
            found["levels"].append(content | {"reason": await _said(one.reason, texts)})
        else:
            found["flexibilities"].append(content)
    return found


async def _said(reference: TextRef, texts: TextStore) -> str | None:
    kept = await texts.get(reference.text)
    return kept.content.decode() if kept and kept.content is not None else None


@router.post("/{partnership}/draft", status_code=201)
async def draft_framework(partnership: Id, handle: Handling, actor: Writer) -> Accepted:
    """Begin the next version with what the last one says. 409: framework-draft-begun."""
    command = commands.DraftFramework(
        partnership=partnership, drafted_by=actor.person, now=handle.now()
    )
    return await handle(actor, FRAMEWORK, partnership, command)


@router.post("/{partnership}/statements", status_code=201)
async def write_framework_statement(
    partnership: Id, body: StatementBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """Write words of a section of the draft. 409: framework-not-drafted, framework-full."""
    command = commands.WriteStatement(
        entry=handle.part_id(actor, "entry"),
        section=body.section,
        text=await handle.keep_text(actor, "framework", body.text),
        written_by=actor.person,
        now=handle.now(),
    )
    return await _written(partnership, command, handle, actor)


@router.post("/{partnership}/levels", status_code=201)
async def state_framework_level(
    partnership: Id, body: LevelBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """Say at which level a kind of service is commissioned, and why.

    409: framework-not-drafted, framework-full, level-stated-before.
    """
    command = commands.StateLevel(
        entry=handle.part_id(actor, "entry"),
        service=body.service,
        level=body.level,
        reason=await handle.keep_text(actor, "framework", body.reason),
        written_by=actor.person,
        now=handle.now(),
    )
    return await _written(partnership, command, handle, actor)


@router.post("/{partnership}/flexibilities", status_code=201)
async def state_framework_flexibility(
    request: Request, partnership: Id, body: FlexibilityBody, handle: Handling, actor: Writer
) -> PartAccepted:
    """Say which flexibilities one service uses. 409: framework-not-drafted, framework-full.

    422: flexibility-unclear, not-partner.
    """
    command = commands.StateFlexibility(
        entry=handle.part_id(actor, "entry"),
        service=body.service,
        uses=body.uses,
        fund=body.fund or "",
        lead=body.lead or "",
        partner=body.lead in await partners(request),
        provider=body.provider or "",
        written_by=actor.person,
        now=handle.now(),
    )
    return await _written(partnership, command, handle, actor)


async def _written(
    partnership: str,
    command: commands.WriteStatement | commands.StateLevel | commands.StateFlexibility,
    handle: Handle,
    actor: Actor,
) -> PartAccepted:
    accepted = await handle(actor, FRAMEWORK, partnership, command)
    return PartAccepted(id=accepted.id, version=accepted.version, part=command.entry)


@router.post("/{partnership}/entries/{entry}/removal", status_code=201)
async def remove_framework_entry(
    partnership: Id, entry: Id, handle: Handling, actor: Writer
) -> Accepted:
    """Take something out of the draft. 409: framework-not-drafted, entry-unknown."""
    command = commands.RemoveFrameworkEntry(entry=entry, removed_by=actor.person, now=handle.now())
    return await handle(actor, FRAMEWORK, partnership, command)


@router.post("/{partnership}/adoption", status_code=201)
async def adopt_framework(
    partnership: Id,
    body: AdoptionBody,
    handle: Handling,
    decisions: Decisions,
    frameworks: Frameworks,
    actor: Writer,
) -> Accepted:
    """Record that the board adopted the draft, by a later decision about its `about`.

    409: framework-not-drafted, framework-incomplete, framework-not-decided,
    framework-in-force-too-early.
    """
    decision, row = await decisions.get(body.decision), await frameworks.get(partnership)
    carried = bool(
        row
        and decision
        and decision.carries("other", row.newest.about, partnership)
        and decision.position > row.changed_position
    )
    command = commands.AdoptFramework(
        decision=body.decision,
        about=decision.about if decision and carried else "",
        decided_on=decision.decided_on if decision and carried else None,
        in_force_from=body.in_force_from,
        recorded_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, FRAMEWORK, partnership, command)
