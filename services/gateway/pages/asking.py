"""A form that is one command of the API: what was typed, and what became of it.

Law: the form's own key names the command, so sent twice it counts once; a refusal is shown on the
page and nothing is written.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import uuid4

from fastapi import Request

from services.gateway.pages.visiting import Visitor
from shared.http.bodies import MOST_PENCE
from shared.http.problems import Problem, ProblemTold

TELLING = (400, 403, 409, 412, 413, 422)
MOST_FIELDS = 100
MOST_DIGITS = len(str(MOST_PENCE))
Typed = dict[str, str]


async def typed_in(request: Request) -> Typed:
    """The form's fields, the ends of each without spaces."""
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as sent:
        return {name: said.strip() for name, said in sent.items() if isinstance(said, str)}


def new_key() -> str:
    return uuid4().hex


async def refused(
    visitor: Visitor, address: str, typed: Typed, body: Any, method: str = "POST"
) -> Problem | None:
    """Sends the command; what was refused about it, or nothing. Raises ProblemTold for the rest."""
    told = await answered(visitor, address, typed, body, method)
    return told if isinstance(told, Problem) else None


async def answered(
    visitor: Visitor, address: str, typed: Typed, body: Any, method: str = "POST"
) -> Any | Problem:
    """Sends the command; the answer to it, or what was refused. Raises ProblemTold for the rest."""
    key = typed.get("key", "")[:200] or new_key()
    try:
        return await visitor.api.send(method, address, key, json=body)
    except ProblemTold as problem:
        if problem.told.status not in TELLING:
            raise
        return problem.told


def whole(typed: str) -> int | str:
    """A whole number as it was typed; what is none stays as it is, for the API to refuse."""
    return int(typed) if typed.isdecimal() and len(typed) <= MOST_DIGITS else typed


def hundredths(typed: str) -> int | str:
    """Pounds as pence, percent as basis points; what is no such number, and what is more money
    than there is, stays as it was typed, for the API to refuse.
    """
    bare = typed.replace("£", "").replace(",", "").replace(" ", "")
    try:
        amount = Decimal(bare) * 100
    except ArithmeticError:
        return typed
    if not amount.is_finite() or abs(amount) > MOST_PENCE or amount % 1:
        return typed
    return int(amount)


def lines_of(typed: str) -> list[str]:
    """What was typed one on a line, without empty lines."""
    return [line.strip() for line in typed.splitlines() if line.strip()]
