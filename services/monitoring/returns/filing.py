"""A file of many returns, worked off one return after another while people watch how far it is.

Law: every return is judged as if it had come alone. The request's key and a return's place in the
file name its command, so the same file sent again finishes what broke off and takes nothing twice.
"""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import structlog
from fastapi import Request

from services.monitoring.heard import parties_to
from services.monitoring.returns.bodies import ReturnBody
from services.monitoring.returns.files import HasRowProblems, WrongContract, body_of
from services.monitoring.returns.gathering import Gathered, Gathering, filed_of
from services.monitoring.returns.submission import Asked, Handed, hand_in
from shared.eventsourcing.commands import Missing, Refused
from shared.http.handling import Handle
from shared.http.identity import Actor
from shared.http.permissions import admit
from shared.http.problems import Problem, told
from shared.postgres.pool import Pool
from shared.values.quarters import parse_period

logger = structlog.get_logger(__name__)

SHOWN_PROBLEMS = 1_000
TELL_SECONDS = 0.5
BROKE_OFF_AFTER = timedelta(minutes=1)
KEPT_FOR = timedelta(days=7)
CONTRACT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,79}")


class Outcome(msgspec.Struct, kw_only=True):
    """What became of one return of the file."""

    contract: str
    period: str
    first_row: int
    rows: int
    outcome: str
    """`taken`, `right` (in a dry run), or `refused`."""
    code: str = ""
    detail: str = ""
    problems: int = 0
    return_version: int = 0
    receipt: str = ""
    created: int = 0
    updated: int = 0
    unchanged: int = 0


class Filing(msgspec.Struct, kw_only=True):
    """How far a file is, and what was found so far; at most 1,000 problems are listed."""

    file: str
    dry_run: bool
    status: str
    rows: int
    returns: int
    done: int = 0
    rows_done: int = 0
    right: int = 0
    refused: int = 0
    results: list[Outcome] = []
    problems: list[dict[str, Any]] = []
    more_problems: int = 0


class FilingStore:
    """Where it is kept how far files are; both replicas of the service read it."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def get(self, file: UUID, now: datetime) -> tuple[str, str, Filing] | None:
        """Whose it is, the request's fingerprint, and the filing."""
        row = await self._pool.fetchrow(
            "select agency, digest, told, told_at from kept.return_files where file = $1", file
        )
        if row is None:
            return None
        filing = msgspec.json.decode(row[2], type=Filing)
        if filing.status == "running" and row[3] < now - BROKE_OFF_AFTER:
            filing.status = "broke-off"
        return row[0], row[1], filing

    async def begin(self, filing: Filing, agency: str, digest: str, now: datetime) -> None:
        await self._pool.execute(
            "delete from kept.return_files where agency = $1 and begun_at < $2",
            agency,
            now - KEPT_FOR,
        )
        await self._pool.execute(
            "insert into kept.return_files values ($1, $2, $3, $4, $5, $6, $6)"
            " on conflict (file) do update set status = excluded.status, told = excluded.told,"
            " told_at = excluded.told_at",
            UUID(filing.file), agency, digest, filing.status, msgspec.json.encode(filing), now,
        )  # fmt: skip

    async def tell(self, filing: Filing, now: datetime) -> None:
        await self._pool.execute(
            "update kept.return_files set status = $2, told = $3, told_at = $4 where file = $1",
            UUID(filing.file), filing.status, msgspec.json.encode(filing), now,
        )  # fmt: skip


class Filer:
    """Works one file off."""

    def __init__(
        self, request: Request, actor: Actor, parts: list[Handle], found: Gathering, filing: Filing
    ) -> None:
        self._request = request
        self._actor = actor
        self._parts = parts
        self._found = found
        self._filing = filing
        self._house = request.app.state.house
        self._store = FilingStore(self._house.pool)

    async def run(self) -> None:
        """To the end of the file; what happens is told every half second."""
        filing = self._filing
        try:
            await self._all()
            filing.status = "done"
        except Exception as error:
            logger.exception("filing-broke", file=filing.file, error=type(error).__name__)
            filing.status = "broke-off"
        await self._store.tell(filing, self._house.clock())

    async def _all(self) -> None:
        loop = asyncio.get_running_loop()
        said = loop.time()
        for n, one in enumerate(self._found.returns.values()):
            outcome = await self._one(self._parts[n], one)
            one.packed.clear()
            self._count(outcome)
            if loop.time() - said > TELL_SECONDS:
                await self._store.tell(self._filing, self._house.clock())
                said = loop.time()

    def _count(self, outcome: Outcome) -> None:
        filing = self._filing
        filing.done += 1
        filing.rows_done += outcome.rows
        filing.right += outcome.outcome != "refused"
        filing.refused += outcome.outcome == "refused"
        filing.results.append(outcome)

    async def _one(self, handle: Handle, one: Gathered) -> Outcome:
        outcome = Outcome(
            contract=one.contract, period=one.period, first_row=one.first_row, rows=one.rows,
            outcome="taken",
        )  # fmt: skip
        try:
            handed = await self._handed(handle, one)
        except HasRowProblems as refused:
            return self._refused(
                outcome, told(refused), [msgspec.to_builtins(f) for f in refused.found]
            )
        except Refused as refused:
            problem = told(refused)
            return self._refused(outcome, problem, [_placed(problem, one)])
        if handed.problems:
            codes = {found["stage"] for found in handed.problems}
            code = "return-has-errors" if "hard" in codes else "explanations-missing"
            outcome.outcome, outcome.code = "refused", code
            self._list(outcome, handed.problems)
            return outcome
        outcome.outcome = "right" if handed.dry_run else "taken"
        for name in ("return_version", "receipt", "created", "updated", "unchanged"):
            setattr(outcome, name, getattr(handed, name))
        return outcome

    async def _handed(self, handle: Handle, one: Gathered) -> Handed:
        """Refuses: Missing, NotPermitted, WrongContract, and like a single return."""
        if not CONTRACT.fullmatch(one.contract):
            raise Missing
        admit(self._actor, await parties_to(self._request, one.contract), frozenset({"provider"}))
        _check_period(one)
        body, asked_filed = await asyncio.to_thread(self._read, one)
        asked = Asked(
            contract=one.contract,
            period=one.period,
            body=body,
            content=bytes(one.packed),
            media_type="application/x-ndjson",
            filed=asked_filed,
        )
        try:
            return await hand_in(
                self._request, handle, self._actor, asked, dry_run=self._filing.dry_run
            )
        except Refused as refused:
            if refused.code in ("return-has-errors", "explanations-missing"):
                # A refusal names the places; a dry run also says what each of them is.
                return await hand_in(self._request, handle, self._actor, asked, dry_run=True)
            raise

    def _read(self, one: Gathered) -> tuple[ReturnBody, Any]:
        filed = filed_of(self._found, one)
        return body_of(filed), filed

    def _refused(self, outcome: Outcome, problem: Problem, found: list[dict[str, Any]]) -> Outcome:
        outcome.outcome, outcome.code, outcome.detail = "refused", problem.code, problem.detail
        self._list(outcome, found)
        return outcome

    def _list(self, outcome: Outcome, found: list[dict[str, Any]]) -> None:
        outcome.problems = len(found)
        filing = self._filing
        free = SHOWN_PROBLEMS - len(filing.problems)
        at = {"contract": outcome.contract, "period": outcome.period}
        filing.problems += [at | one for one in found[:free]]
        filing.more_problems += max(len(found) - free, 0)


def _check_period(one: Gathered) -> None:
    try:
        parse_period(one.period)
    except ValueError as error:
        raise WrongContract from error


def _placed(problem: Problem, one: Gathered) -> dict[str, Any]:
    """A refusal of a whole return, at the row where it begins."""
    pointer = problem.errors[0].pointer if problem.errors else ""
    steps = pointer.split("/")
    row = next((int(step) for step in steps if step.isdecimal()), one.first_row)
    return {"code": problem.code, "stage": "hard", "message": problem.detail, "row": row}
