"""Reading a reconciliation: its figures, its lines and its matches, as the doors show them.

Law: what a bank wrote of a payment is shown to the agency whose account it is, to no other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

import msgspec
from fastapi import Request

from services.gateway.ledgers.agreements import FUND_AGREEMENTS
from services.gateway.reconciliations.decider import RECONCILIATIONS
from services.gateway.reconciliations.events import Account
from services.gateway.reconciliations.kept_lines import KeptLines
from services.gateway.reconciliations.lines import RULES, Line, Match, Side
from services.gateway.reconciliations.running import progress_of
from services.gateway.reconciliations.state import (
    Confirmed,
    Done,
    Gone,
    Nothing,
    Reconciliation,
    Uploaded,
    Working,
)
from services.gateway.reconciliations.statement import aged
from shared.eventsourcing.commands import Missing
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import Parties

LineStatus = Literal["open", "timing", "error", "matched", "proposed"]
Lines = Mapping[int, Line]


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A reconciliation as one actor may see it."""

    id: str
    state: Reconciliation
    version: int
    own: bool

    @property
    def account(self) -> Account:
        return account_of(self.state)

    @property
    def work(self) -> Working:
        """Raises Missing before the extract was taken."""
        match self.state:
            case Working():
                return self.state
            case Done():
                return self.state.work
            case Nothing() | Uploaded() | Gone():
                raise Missing

    @property
    def status(self) -> str:
        match self.state:
            case Nothing():
                raise Missing
            case Uploaded():
                return "uploaded"
            case Working():
                return "prepared" if self.state.prepared else "open"
            case Done():
                return "signed-off"
            case Gone():
                return "discarded"


def account_of(state: Reconciliation) -> Account:
    """Raises Missing."""
    match state:
        case Nothing():
            raise Missing
        case Uploaded() | Working() | Gone():
            return state.uploaded.account
        case Done():
            return state.work.uploaded.account


async def seen(request: Request, reconciliation: str, actor: Actor) -> Seen:
    """Raises Missing."""
    state, version = await request.app.state.house.handler.load(RECONCILIATIONS, reconciliation)
    own = account_of(state).agency == actor.agency
    return Seen(id=reconciliation, state=state, version=version, own=own)


async def parties(request: Request) -> Parties:
    """The fund's partners; the agency whose books they are is also the `reconciler`."""
    reconciliation: str = request.path_params["reconciliation"]
    state, _ = await request.app.state.house.handler.load(RECONCILIATIONS, reconciliation)
    account = account_of(state)
    members = await members_of(request, account.partnership)
    own = members.get(account.agency, frozenset())
    return {**members, account.agency: own | {"reconciler"}} if own else members


async def sides_of(request: Request, work: Working) -> tuple[Lines, Lines]:
    """Both sides' lines by number. Raises LinesErased."""
    lines: KeptLines = request.app.state.kept_lines
    ours = await lines.read(work.taken.ours.lines.text)
    theirs = await lines.read(work.taken.theirs.lines.text)
    return ours, theirs


# -- the whole


async def whole(request: Request, found: Seen) -> dict[str, Any]:
    """The head of a reconciliation, and its figures once the extract is taken."""
    account = msgspec.to_builtins(found.account)
    content: dict[str, Any] = {
        "id": found.id,
        "version": found.version,
        "status": found.status,
        "own": found.own,
        "fund_name": await fund_name(request, found.account.fund),
        **account,
    }
    if isinstance(found.state, Uploaded | Gone):
        return content | {"file": _file(found.state.uploaded)}
    return content | await _figures(request, found)


async def fund_name(request: Request, fund: str) -> str:
    row = await request.app.state.house.stores[FUND_AGREEMENTS.name].get(fund)
    return row.name or fund if row else fund


def _file(uploaded: Any) -> dict[str, Any]:
    file = uploaded.file
    return {
        "kind": file.kind,
        "sha256": file.sha256,
        "bytes": file.bytes,
        "uploaded_by": uploaded.uploaded_by,
        "uploaded_at": msgspec.to_builtins(uploaded.uploaded_at),
    }


async def _figures(request: Request, found: Seen) -> dict[str, Any]:
    work = found.work
    taken = work.taken
    signed = found.state.signed_off if isinstance(found.state, Done) else None
    suspense = work.suspense
    return {
        "file": _file(work.uploaded),
        "texts": _texts(work) if found.own else [],
        "from_on": taken.from_on.isoformat(),
        "to_on": taken.to_on.isoformat(),
        "previous": taken.previous,
        "rows": taken.rows,
        "control_total_pence": taken.control_total_pence,
        "carried": {"ours": taken.ours.carried, "theirs": taken.theirs.carried},
        "taken_by": taken.taken_by,
        "settings": msgspec.to_builtins(work.settings),
        "statement": _builtins(signed.statement if signed else work.statement()),
        "proposed": _by_rule(work.proposed.values()),
        "confirmed": _by_rule(one.match for one in work.confirmed.values()),
        "suspense": suspense
        and {**msgspec.to_builtins(suspense.parked), "approved_by": suspense.approved_by},
        "prepared_by": work.prepared.prepared_by if work.prepared else "",
        "reviewed_by": signed.reviewed_by if signed else "",
        "reviewed_at": msgspec.to_builtins(signed.reviewed_at) if signed else None,
        "running": await running(request, found.id, work),
        "failed": work.failed,
    }


def _texts(work: Working) -> list[str]:
    """What is to be erased where the extract must go: the file, and both sides' lines."""
    kept = (work.uploaded.file.file, work.taken.ours.lines, work.taken.theirs.lines)
    return [str(one.text) for one in kept]


def _builtins(term: msgspec.Struct) -> dict[str, Any]:
    """Every field, also those at their default."""
    return msgspec.to_builtins(msgspec.structs.asdict(term))


def _by_rule(matches: Iterable[Match]) -> dict[str, int]:
    counted = Counter(one.rule for one in matches)
    return {rule: counted[rule] for rule in (*RULES, "by-hand") if counted[rule]}


async def running(request: Request, reconciliation: str, work: Working) -> dict[str, Any] | None:
    """How far the run under way is; None where there is none."""
    if work.run is None:
        return None
    told = await progress_of(request.app.state.house.pool, reconciliation)
    known = told is not None and told.run == work.run.run
    return {
        "run": work.run.run,
        "rule": told.rule if told and known else "",
        "rule_number": RULES.index(told.rule) + 1 if told and known and told.rule in RULES else 0,
        "rules": len(RULES),
        "done": told.done if told and known else 0,
        "total": told.total if told and known else 0,
    }


async def statement(request: Request, found: Seen) -> dict[str, Any]:
    """Both balances, what explains their difference, and what is outstanding by age."""
    work = found.work
    ours, theirs = await sides_of(request, work)
    figures = await _figures(request, found)
    ages: dict[str, Any] = {}
    sides: tuple[tuple[Side, Lines], ...] = (("ours", ours), ("theirs", theirs))
    for side, lines in sides:
        for status in ("timing", "error", "open"):
            held = standing(work, side, lines, status)
            bands = [_builtins(band) for band in aged(held, work.to_on)]
            ages[f"{side}_{status}"] = bands
    return {**figures["statement"], "aged": ages, "owners": _owners(work)}


def _owners(work: Working) -> dict[str, dict[str, int]]:
    """Who puts errors right: how many, and what they come to, ours less theirs."""
    owned: list[tuple[str, int]] = [
        (mark.owner, mark.amount_pence if side == "ours" else -mark.amount_pence)
        for (side, _), mark in work.marks.items()
        if mark.kind == "error"
    ]
    owned += [(c.owner, c.match.difference_pence) for c in work.confirmed.values() if c.owner]
    found: dict[str, dict[str, int]] = {}
    for owner, pence in owned:
        each = found.setdefault(owner, {"items": 0, "total_pence": 0})
        each["items"] += 1
        each["total_pence"] += pence
    return dict(sorted(found.items()))


# -- lines and matches


def status_of(work: Working, side: Side, number: int) -> LineStatus:
    held = work.held.get((side, number))
    if held is None:
        return "open"
    if held < 0:
        return work.marks[side, number].kind
    return "proposed" if held in work.proposed else "matched"


def shown_line(line: Line, *, own: bool) -> dict[str, Any]:
    return {
        "number": line.number,
        "on": line.on.isoformat(),
        "amount_pence": line.amount_pence,
        "reference": line.reference,
        "batch": line.batch,
        "text": line.text if own else "",
        "kind": line.kind,
        "row": line.row,
    }


def standing(work: Working, side: Side, lines: Lines, status: str) -> list[Line]:
    """One side's lines of a status, without looking at more of them than need be."""
    match status:
        case "timing" | "error":
            marks = [n for (of, n), mark in work.marks.items() if (of, mark.kind) == (side, status)]
            return [lines[number] for number in marks]
        case "open":
            held = work.held
            return [line for number, line in lines.items() if (side, number) not in held]
        case "":
            return list(lines.values())
        case _:
            return [
                line for number, line in lines.items() if status_of(work, side, number) == status
            ]


def wanted_lines(work: Working, side: Side, lines: Lines, status: str, text: str) -> list[Line]:
    """Lines of one side by status and by what their reference, text or amount contains."""
    said = text.casefold().strip()
    found = standing(work, side, lines, status)
    kept = [line for line in found if said in _searched(line)] if said else found
    return sorted(kept, key=lambda line: (line.on, line.number))


def _searched(line: Line) -> str:
    whole, odd = divmod(abs(line.amount_pence), 100)
    return f"{line.reference} {line.batch} {line.text} {whole}.{odd:02d}".casefold()


def shown_match(
    one: Match, confirmed: Confirmed | None, ours: Lines, theirs: Lines, *, own: bool
) -> dict[str, Any]:
    return {
        "match": one.match,
        "rule": one.rule,
        "reason": one.reason,
        "status": "confirmed" if confirmed else "proposed",
        "ours": [shown_line(ours[n], own=own) for n in one.ours],
        "theirs": [shown_line(theirs[n], own=own) for n in one.theirs],
        "ours_pence": one.ours_pence,
        "theirs_pence": one.theirs_pence,
        "difference_pence": one.difference_pence,
        "owner": confirmed.owner if confirmed else "",
        "confirmed_by": confirmed.by if confirmed else "",
    }


def wanted_matches(
    work: Working, status: str, rule: str
) -> Sequence[tuple[Match, Confirmed | None]]:
    """Proposals first, each kind in the order of its numbers."""
    found: list[tuple[Match, Confirmed | None]] = []
    if status in ("", "proposed"):
        found += [(one, None) for _, one in sorted(work.proposed.items())]
    if status in ("", "confirmed"):
        found += [(one.match, one) for _, one in sorted(work.confirmed.items())]
    return [one for one in found if one[0].rule == rule] if rule else found
