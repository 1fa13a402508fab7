"""How a return is handed in, whichever way it came: looked up, tried, kept, decided, counted.

Law: what is refused leaves nothing behind, not even a text; the same request twice is one version.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from fastapi import Request
from msgspec.structs import replace
from pydantic import BaseModel

from services.monitoring.flags.views import SERIES, SeriesRow
from services.monitoring.heard import contract_row
from services.monitoring.incidents.views import INCIDENT_ROWS, IncidentRow
from services.monitoring.reactions import return_subject
from services.monitoring.returns.bodies import RestateBody, ReturnBody, SignatureBody
from services.monitoring.returns.commands import RestateReturn, SignReturn, SubmitReturn
from services.monitoring.returns.decider import RETURNS
from services.monitoring.returns.events import ReturnPrepared
from services.monitoring.returns.files import Filed, Found, located
from services.monitoring.returns.looks import Look, Past
from services.monitoring.returns.offers import Counts, Figures, Offer, counted
from services.monitoring.returns.refusals import HasProblems, UnknownIncident
from services.monitoring.returns.rules import Problem, problems
from services.monitoring.returns.state import Return, Standing
from services.monitoring.returns.views import RETURN_ROWS, ReturnRow
from shared.eventsourcing.view_store import ViewStore
from shared.http.handling import Accepted, Handle
from shared.http.identity import Actor
from shared.published.monitoring import ReturnRestated, ReturnSubmitted
from shared.published.terms import ContractId, ContractTerms, Period, TextRef
from shared.values.quarters import previous_period

UNKEPT = TextRef(text=UUID(int=0), digest="")


class Handed(BaseModel):
    """What became of a return: counted, judged, and the receipt of what came.

    `notes` of a dry run are what was explained at the last return and stops nothing.
    `return_version` is the version these figures are or, unless `signed`, will be once they are.
    """

    id: str
    version: int
    dry_run: bool = False
    signed: bool = False
    return_version: int = 0
    late: bool = False
    receipt: str = ""
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[dict[str, Any]] = []
    notes: list[dict[str, Any]] = []


class Asked(BaseModel):
    """A return as it came; `content` is what the receipt is of, `filed` where rows stood."""

    model_config = {"arbitrary_types_allowed": True}

    contract: ContractId
    period: Period
    body: ReturnBody
    content: bytes
    media_type: str = "application/json"
    filed: Filed | None = None

    @property
    def subject(self) -> str:
        return return_subject(self.contract, self.period)


async def terms_and_past(
    request: Request, contract: ContractId, period: Period
) -> tuple[ContractTerms, Past]:
    """What a return is judged against. Raises Missing."""
    terms = (await contract_row(request, contract)).terms
    stores = request.app.state.house.stores
    returns: ViewStore[ReturnRow] = stores[RETURN_ROWS.name]
    series: ViewStore[SeriesRow] = stores[SERIES.name]
    before = await returns.get(return_subject(contract, previous_period(period)))
    latest = before.standing.latest if before else None
    of_contract = await series.find(where={"contract": contract})
    past = Past(
        last=latest.readings if latest else (),
        values={row.measure.measure: values_before(row, period) for row in of_contract.values()},
        explained=tuple(
            (one.rule, one.measure) for one in (before.standing.explained if before else ())
        ),
    )
    return terms, past


def values_before(row: SeriesRow, period: Period) -> tuple[Decimal, ...]:
    """A measure's values of whole periods before one, oldest first, each in its last version."""
    last: dict[Period, Decimal | None] = {
        point.return_period: point.reading.value
        for point in row.points
        if point.reading.period == point.return_period < period
    }
    found = (last[key] for key in sorted(last))
    return tuple(value for value in found if value is not None)


async def hand_in(
    request: Request, handle: Handle, actor: Actor, asked: Asked, *, dry_run: bool
) -> Handed:
    """Refuses like the decider; problems are told at the row and column they were found in."""
    terms, past = await terms_and_past(request, asked.contract, asked.period)
    await _incidents_of(request, asked)
    state = await handle.load(RETURNS, asked.subject)
    body = asked.body
    unkept = ([UNKEPT for _ in body.explanations], [UNKEPT for _ in body.risks])
    offer = body.offer(UNKEPT if body.story else None, *unkept)
    command = _command(handle, actor, asked, offer, terms, past)
    if dry_run:
        return _tried(asked, state, command)
    if await handle.answered(actor, RETURNS, asked.subject) is None:
        _try(asked, state, command)
    command = await _kept(handle, actor, asked, command)
    accepted = await handle(actor, RETURNS, asked.subject, command)
    after = await handle.load(RETURNS, asked.subject)
    handed = Handed(id=accepted.id, version=accepted.version, signed=bool(body.declaration))
    return _handed(after, command.content.digest, handed)


async def _incidents_of(request: Request, asked: Asked) -> None:
    """The incidents a return names were reported under its contract. Refuses: UnknownIncident."""
    store: ViewStore[IncidentRow] = request.app.state.house.stores[INCIDENT_ROWS.name]
    for n, incident in enumerate(asked.body.incidents):
        row = await store.get(incident)
        if row is None or row.contract != asked.contract:
            raise UnknownIncident(pointer=f"/body/incidents/{n}")


def _command(
    handle: Handle, actor: Actor, asked: Asked, offer: Offer, terms: ContractTerms, past: Past
) -> SubmitReturn | RestateReturn:
    declaration = UNKEPT if asked.body.declaration else None
    if isinstance(asked.body, RestateBody):
        return RestateReturn(
            offer=offer,
            terms=terms,
            past=past,
            content=UNKEPT,
            declaration=declaration,
            reason=UNKEPT,
            restated_by=actor.person,
            now=handle.now(),
        )
    return SubmitReturn(
        offer=offer,
        terms=terms,
        past=past,
        content=UNKEPT,
        declaration=declaration,
        submitted_by=actor.person,
        now=handle.now(),
    )


def _try(asked: Asked, state: Return, command: SubmitReturn | RestateReturn) -> Figures:
    """The figures as they would stand; refuses as the command would."""
    try:
        event = RETURNS.decide(command, state)[0]
    except HasProblems as refused:
        refused.faults = [
            {"code": one.code, "pointer": one.pointer, "detail": one.message}
            for one in _located(asked, refused)
        ]
        raise
    match event:
        case ReturnPrepared():
            return event.offer.figures
        case ReturnSubmitted() | ReturnRestated():
            return Figures(
                readings=event.readings, breakdowns=event.breakdowns, budget=event.budget
            )
        case _:
            raise TypeError(f"a return handed in became {type(event).__name__}")


def _located(asked: Asked, refused: HasProblems) -> list[Found]:
    return [located(problem, asked.filed) for problem in refused.problems]


def _tried(asked: Asked, state: Return, command: SubmitReturn | RestateReturn) -> Handed:
    """What would become of it: the counts, or the problems; other refusals stay refusals."""
    notes = [_listed(located(one, asked.filed)) for one in _explained_before(asked, command)]
    handed = Handed(id=asked.subject, version=0, dry_run=True, notes=notes)
    try:
        figures = _try(asked, state, command)
    except HasProblems as refused:
        problems = [_listed(one) for one in _located(asked, refused)]
        return handed.model_copy(update={"problems": problems})
    latest = state.latest if isinstance(state, Standing) else None
    return _with(handed, counted(latest.figures if latest else Figures(), figures))


def _explained_before(asked: Asked, command: SubmitReturn | RestateReturn) -> list[Problem]:
    if not command.past.explained:
        return []
    look = Look(command.offer, command.terms, asked.period, command.past)
    return [one for one in problems(look) if one.previously_explained]


def _listed(found: Found) -> dict[str, Any]:
    return {name: getattr(found, name) for name in found.__struct_fields__}


def _with(handed: Handed, counts: Counts) -> Handed:
    return handed.model_copy(
        update={
            "created": counts.created,
            "updated": counts.updated,
            "unchanged": counts.unchanged,
        }
    )


async def _kept(
    handle: Handle, actor: Actor, asked: Asked, command: SubmitReturn | RestateReturn
) -> SubmitReturn | RestateReturn:
    """The command with its texts in the store; of what came, the salted hash is the receipt."""
    received = await handle.keep_text(actor, "return", asked.content, asked.media_type)
    body = asked.body
    story = await handle.keep_text(actor, "story", body.story) if body.story else None
    explanations = [
        await handle.keep_text(actor, f"explanation-{n}", one.text)
        for n, one in enumerate(body.explanations)
    ]
    risks = [
        await handle.keep_text(actor, f"risk-{n}", one.text) for n, one in enumerate(body.risks)
    ]
    said = body.declaration
    declared = await handle.keep_text(actor, "declaration", said) if said else None
    offer = body.offer(story, explanations, risks)
    command = replace(command, offer=offer, content=received, declaration=declared)
    if isinstance(command, RestateReturn) and isinstance(body, RestateBody):
        reason = await handle.keep_text(actor, "reason", body.reason)
        return replace(command, reason=reason)
    return command


def _handed(state: Return, receipt: str, handed: Handed) -> Handed:
    """The answer about the figures that carry the receipt, whatever became of them since."""
    if not isinstance(state, Standing):
        raise TypeError("a return that was handed in is owed")
    versions = state.versions
    if handed.signed:
        at, late, figures = next(
            (n, one.late, one.figures) for n, one in enumerate(versions) if one.receipt == receipt
        )
    else:
        at, late, figures = next(
            (one.after, False, one.offer.figures)
            for one in state.preparations
            if one.receipt == receipt
        )
    before = versions[at - 1].figures if at else Figures()
    update = {"return_version": at + 1, "late": late, "receipt": receipt}
    return _with(handed.model_copy(update=update), counted(before, figures))


async def sign(
    request: Request,
    handle: Handle,
    actor: Actor,
    contract: ContractId,
    period: Period,
    body: SignatureBody,
) -> Accepted:
    """Signs what was prepared; nothing is kept of a signature that is refused."""
    terms, past = await terms_and_past(request, contract, period)
    subject = return_subject(contract, period)
    command = SignReturn(
        receipt=body.receipt,
        terms=terms,
        past=past,
        declaration=UNKEPT if body.declaration else None,
        signed_by=actor.person,
        now=handle.now(),
    )
    if await handle.answered(actor, RETURNS, subject) is None:
        RETURNS.decide(command, await handle.load(RETURNS, subject))
    if body.declaration:
        declared = await handle.keep_text(actor, "declaration", body.declaration)
        command = replace(command, declaration=declared)
    return await handle(actor, RETURNS, subject, command)
