"""From a file to two sides that can be matched: kept, read, compared with what is stated, taken.

Law: a file that cannot be read whole is not kept, and an extract that is not what was stated is
not taken.
"""

from __future__ import annotations

import asyncio
import hashlib
from datetime import date, timedelta
from typing import Any

import msgspec
from fastapi import Request

from services.gateway.ledgers.views import FUND_BOOKS
from services.gateway.reconciliations import commands, refusals
from services.gateway.reconciliations.accounts import ACCOUNTS, subject
from services.gateway.reconciliations.bodies import Checked, TakeBody, Uploaded
from services.gateway.reconciliations.decider import RECONCILIATIONS
from services.gateway.reconciliations.events import Account, FileTaken, SideTaken
from services.gateway.reconciliations.kept_lines import MEDIA_TYPE, KeptLines, packed
from services.gateway.reconciliations.lines import Line, total_pence
from services.gateway.reconciliations.mapping import ColumnMapping, Read, mapped, proposed
from services.gateway.reconciliations.sides import (
    JournalLine,
    OurSide,
    Outstanding,
    balanced,
    our_side,
    outstanding,
    their_side,
)
from services.gateway.reconciliations.state import Done, Working
from services.gateway.reconciliations.state import Uploaded as UploadedState
from services.gateway.reconciliations.tables import Sheet, read_sheet
from services.gateway.reconciliations.views import MAPPINGS, MappingRow, mapping_key
from shared.eventsourcing.handle import Step
from shared.eventsourcing.view_store import ViewStore
from shared.http.handling import Handle
from shared.http.identity import Actor
from shared.published.terms import TextRef
from shared.texts.store import TextStore

SHOWN_ROWS = 8
JOURNAL = """
select place, effective_on, amount_pence, code, reference, contract, partner from (
    select row_number() over (order by number, line) as place, effective_on, amount_pence, code,
           reference, contract, partner, account
    from {table} where key = $1
) journal where account = $2 and effective_on <= $3 order by place
"""


# -- upload


async def upload(
    request: Request, handle: Handle, actor: Actor, account: Account, content: bytes
) -> Uploaded:
    """Keeps the file and opens the account's next reconciliation.

    Refuses, in this order: what `read_sheet` does, ExtractKnown, ReconciliationOpen.
    """
    sheet = await asyncio.to_thread(read_sheet, content)
    sha256 = hashlib.sha256(content).hexdigest()
    # Judged before anything is kept; the append judges again.
    reconciliation = handle.part_id(actor, "reconciliation")
    answered = await handle.answered(actor, RECONCILIATIONS, reconciliation)
    engage = commands.EngageAccount(reconciliation=reconciliation, sha256=sha256)
    if answered is None:
        ACCOUNTS.decide(engage, await _chain(request, account))
    media = "text/csv" if sheet.kind == "csv" else "application/octet-stream"
    file = FileTaken(
        kind=sheet.kind,
        sha256=sha256,
        bytes=len(content),
        file=await handle.keep_text(actor, "extract", content, media),
    )
    command = commands.UploadExtract(
        reconciliation=reconciliation,
        account=account,
        file=file,
        uploaded_by=actor.person,
        now=handle.now(),
    )
    accepted = await handle.together(
        actor,
        [
            Step(RECONCILIATIONS, reconciliation, command),
            Step(ACCOUNTS, subject(account), engage),
        ],
    )
    shown = await preview(request, account, sheet)
    return Uploaded(id=reconciliation, version=accepted.version, sha256=sha256, preview=shown)


async def _chain(request: Request, account: Account) -> Any:
    loaded = await request.app.state.house.handler.load(ACCOUNTS, subject(account))
    return loaded.state


async def preview(request: Request, account: Account, sheet: Sheet) -> dict[str, Any]:
    """What the file looks like, and the columns as remembered or proposed."""
    store: ViewStore[MappingRow] = request.app.state.house.stores[MAPPINGS.name]
    row = await store.get(mapping_key(account))
    remembered = row.mapping if row else None
    mapping = proposed(sheet.headings, sheet.rows, remembered)
    return {
        "kind": sheet.kind,
        "headings": list(sheet.headings),
        "rows": len(sheet.rows),
        "first_rows": [
            {"row": number, "cells": [_said(cell) for cell in cells]}
            for number, cells in sheet.rows[:SHOWN_ROWS]
        ],
        "mapping": msgspec.structs.asdict(mapping),
        "remembered": mapping is remembered,
    }


def _said(cell: object) -> str:
    return "formula" if cell == "\x00formula" else str(cell)


async def read_again(texts: TextStore, file: TextRef) -> Sheet:
    """The kept file, read again. Raises LinesErased."""
    kept = await texts.get(file.text)
    if kept is None or kept.content is None:
        raise refusals.LinesErased
    return await asyncio.to_thread(read_sheet, kept.content)


# -- taking


class Sides(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that would be taken, and what the file is compared by."""

    read: Read
    ours: OurSide
    theirs: tuple[Line, ...]
    before: Outstanding
    previous: str
    from_on: date
    opening_pence: int


async def take(
    request: Request,
    handle: Handle,
    actor: Actor,
    reconciliation: str,
    body: TakeBody,
    *,
    dry_run: bool,
) -> Checked:
    """Takes the extract under its columns, or says what is wrong with it by row and column.

    Refuses, in this order: Discarded, SignedOff, AlreadyTaken, LinesErased, MappingIncomplete,
    PeriodNotNext, ExtractHasErrors, RowsDiffer, ControlTotalDiffers, OpeningDiffers.
    """
    state = await handle.load(RECONCILIATIONS, reconciliation)
    if not isinstance(state, UploadedState):
        answered = await handle.answered(actor, RECONCILIATIONS, reconciliation)
        if answered is None or not isinstance(state, Working):
            _not_uploaded(state)
            raise refusals.AlreadyTaken
        return _of_taken(state, reconciliation, answered.version)
    sides = await _sides(request, handle, state, body)
    if sides.read.problems:
        if dry_run:
            return _checked(sides, body)
        raise _has_errors(sides.read)
    if dry_run:
        return _checked(sides, body)
    command = await _command(handle, actor, body, sides)
    accepted = await handle(actor, RECONCILIATIONS, reconciliation, command)
    checked = _checked(sides, body)
    return checked.model_copy(update={"id": reconciliation, "version": accepted.version})


def _not_uploaded(state: object) -> None:
    if isinstance(state, Done):
        raise refusals.SignedOff
    if not isinstance(state, Working):
        raise refusals.Discarded


def _of_taken(state: Working, reconciliation: str, version: int) -> Checked:
    taken = state.taken
    return Checked(
        rows=taken.rows,
        total_pence=taken.control_total_pence,
        opening_pence=taken.theirs.balance_pence - taken.control_total_pence,
        problems=[],
        id=reconciliation,
        version=version,
    )


def _has_errors(read: Read) -> refusals.ExtractHasErrors:
    return refusals.ExtractHasErrors(
        [(one.code, f"/file/{one.row}/{one.column}", one.message) for one in read.problems]
    )


def _checked(sides: Sides, body: TakeBody) -> Checked:
    total = total_pence(sides.read.lines)
    rows = len(sides.read.lines)
    apart = {
        "stated_rows": (body.stated_rows, rows),
        "stated_total_pence": (body.stated_total_pence, total),
    }
    if sides.before.to_on is not None:
        apart["opening_pence"] = (sides.before.their_balance_pence, sides.opening_pence)
    return Checked(
        rows=rows,
        total_pence=total,
        opening_pence=sides.opening_pence,
        problems=[msgspec.to_builtins(one) for one in sides.read.problems],
        more_problems=sides.read.more_problems,
        differences=[
            {"figure": name, "stated": stated, "found": found}
            for name, (stated, found) in apart.items()
            if stated != found and not sides.read.problems
        ],
    )


async def _sides(request: Request, handle: Handle, state: UploadedState, body: TakeBody) -> Sides:
    account = state.uploaded.account
    sheet = await read_again(handle.texts, state.uploaded.file.file)
    mapping = ColumnMapping(**body.mapping.model_dump())
    _complete(mapping, sheet)
    previous, before = await _before(request, account)
    from_on = _begins(before, body)
    read = await asyncio.to_thread(
        mapped, sheet.headings, sheet.rows, mapping, before.last_number + 1, from_on, body.to_on
    )
    opening = body.closing_pence - total_pence(read.lines)
    journal, journal_to = await _journal(request, account, body.to_on)
    ours = our_side(journal, journal_to, before, from_on, opening)
    return Sides(
        read=read,
        ours=ours,
        theirs=their_side(read.lines, before),
        before=before,
        previous=previous,
        from_on=from_on,
        opening_pence=opening,
    )


def _complete(mapping: ColumnMapping, sheet: Sheet) -> None:
    columns = mapping.columns()
    for role, heading in columns.items():
        if heading not in sheet.headings:
            raise refusals.MappingIncomplete(pointer=f"/body/mapping/{role}")
    one, parted = bool(mapping.amount), bool(mapping.debit or mapping.credit)
    if not mapping.date or one == parted:
        raise refusals.MappingIncomplete(pointer="/body/mapping/amount")


def _begins(before: Outstanding, body: TakeBody) -> date:
    """Refuses: PeriodNotNext."""
    after = before.to_on + timedelta(days=1) if before.to_on else body.from_on
    if after is None or (body.from_on not in (None, after)) or body.to_on < after:
        raise refusals.PeriodNotNext(pointer="/body/from_on")
    return after


async def _before(request: Request, account: Account) -> tuple[str, Outstanding]:
    """The last reconciliation signed off for the account, and what it left. Raises LinesErased."""
    chain = await _chain(request, account)
    if not chain.last:
        return "", Outstanding()
    loaded = await request.app.state.house.handler.load(RECONCILIATIONS, chain.last)
    work = loaded.state.work
    lines: KeptLines = request.app.state.kept_lines
    ours = await lines.read(work.taken.ours.lines.text)
    theirs = await lines.read(work.taken.theirs.lines.text)
    return chain.last, outstanding(work, tuple(ours.values()), tuple(theirs.values()))


async def _journal(
    request: Request, account: Account, to_on: date
) -> tuple[list[JournalLine], int]:
    """The account's lines to a day, and how long the fund's whole journal is now."""
    house = request.app.state.house
    table = house.stores[FUND_BOOKS.name].tables.lines_table
    async with (
        house.pool.acquire() as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        length = await connection.fetchval(
            f"select count(*) from {table} where key = $1", account.fund
        )
        found = await connection.fetch(
            JOURNAL.format(table=table), account.fund, account.account, to_on
        )
    lines = [
        JournalLine(
            number=row["place"],
            effective_on=row["effective_on"],
            amount_pence=row["amount_pence"],
            code=row["code"],
            reference=row["reference"],
            text=", ".join(filter(None, (_worded(row["code"]), row["contract"], row["partner"]))),
        )
        for row in found
    ]
    return lines, length


def _worded(code: str) -> str:
    return code.replace("-", " ").capitalize()


async def _command(
    handle: Handle, actor: Actor, body: TakeBody, sides: Sides
) -> commands.TakeExtract:
    ours, theirs = sides.ours, sides.theirs
    begins_apart = sides.before.to_on and sides.opening_pence != sides.before.their_balance_pence
    assert begins_apart or balanced(ours, theirs, body.closing_pence)
    return commands.TakeExtract(
        mapping=ColumnMapping(**body.mapping.model_dump()),
        from_on=sides.from_on,
        to_on=body.to_on,
        previous=sides.previous,
        stated_rows=body.stated_rows,
        stated_total_pence=body.stated_total_pence,
        rows=len(sides.read.lines),
        control_total_pence=total_pence(sides.read.lines),
        opening_pence=sides.opening_pence,
        before_pence=sides.before.their_balance_pence if sides.before.to_on else None,
        journal_to=ours.journal_to,
        last_number=sides.before.last_number + len(sides.read.lines),
        ours=SideTaken(
            lines=await handle.keep_text(actor, "our-lines", packed(ours.lines), MEDIA_TYPE),
            count=len(ours.lines),
            total_pence=total_pence(ours.lines),
            carried=len(sides.before.ours),
            balance_pence=ours.balance_pence,
        ),
        theirs=SideTaken(
            lines=await handle.keep_text(actor, "their-lines", packed(theirs), MEDIA_TYPE),
            count=len(theirs),
            total_pence=total_pence(theirs),
            carried=len(sides.before.theirs),
            balance_pence=body.closing_pence,
        ),
        taken_by=actor.person,
    )
