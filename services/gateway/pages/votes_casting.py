"""The pages on which somebody votes: choose, check, done. They know a token and no visitor.

Law: no session is looked at, nothing is kept by the browser, and a token is in no address; so that
one after the other may vote on the same machine, and none finds what another chose.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from services.gateway.pages.asking import MOST_FIELDS, TELLING, new_key
from services.gateway.pages.rendering import page
from services.gateway.pages.visiting import PublicRecord
from services.gateway.pages.votes import now_in, standing
from shared.http.bodies import Id
from shared.http.problems import ProblemTold

router = APIRouter(prefix="/votes", include_in_schema=False)

ABOUT_TOKEN = ("token-unknown", "token-used")


class Ballot(NamedTuple):
    """What was typed and ticked."""

    token: str = ""
    choices: tuple[str, ...] = ()
    action: str = ""
    key: str = ""


class Wrong(NamedTuple):
    """What is wrong, and with which field."""

    field: str
    says: str


@router.get("/{vote}/vote")
async def show_ballot(request: Request, vote: Id) -> HTMLResponse:
    """The ballot, to be filled in."""
    found = await PublicRecord(request).get(f"/v1/votes/{vote}")
    return _ballot(request, found, Ballot(), [])


@router.post("/{vote}/vote")
async def vote_on_page(request: Request, vote: Id) -> HTMLResponse:
    """What was chosen, to be looked at once more; or cast, with its receipt."""
    ballot = await _typed(request)
    record = PublicRecord(request)
    found = await record.get(f"/v1/votes/{vote}")
    wrong = _wrong(ballot, found)
    if wrong or ballot.action not in ("check", "send"):
        return _ballot(request, found, ballot, wrong)
    chosen = [one for one in found["choices"] if one["choice"] in ballot.choices]
    if ballot.action == "check":
        return _page(
            request, "votes/check.html", 200, title="Check your vote", vote=found, ballot=ballot,
            chosen=chosen, key=new_key(),
        )  # fmt: skip
    body = {"token": ballot.token, "choices": [one["choice"] for one in chosen]}
    key = ballot.key or new_key()
    try:
        cast: dict[str, Any] = await record.send(
            "POST", f"/v1/votes/{vote}/ballots", key, json=body
        )
    except ProblemTold as problem:
        if problem.told.status not in TELLING:
            raise
        field = "token" if problem.told.code in ABOUT_TOKEN else "choices"
        return _ballot(request, found, ballot, [Wrong(field, problem.told.detail)])
    return _page(
        request, "votes/done.html", 200, title="Your vote is in", vote=found, chosen=chosen,
        receipt=cast["receipt"],
    )  # fmt: skip


async def _typed(request: Request) -> Ballot:
    async with request.form(max_files=0, max_fields=MOST_FIELDS) as sent:
        chosen = [one for one in sent.getlist("choices") if isinstance(one, str)]
        said = {name: one for name, one in sent.items() if isinstance(one, str)}
    return Ballot(
        token=said.get("token", "").strip()[:60],
        choices=tuple(dict.fromkeys(chosen)),
        action=said.get("action", ""),
        key=said.get("key", "")[:200],
    )


def _wrong(ballot: Ballot, vote: dict[str, Any]) -> list[Wrong]:
    """What can be seen before the vote is sent."""
    found: list[Wrong] = []
    if not ballot.token:
        found.append(Wrong("token", "Type the voting code from your slip of paper."))
    known = {one["choice"] for one in vote["choices"]}
    ticked, most = len(known.intersection(ballot.choices)), vote["most_choices"]
    if ticked == 0:
        found.append(Wrong("choices", "Tick at least one box."))
    if ticked > most:
        found.append(
            Wrong("choices", f"You ticked {ticked} boxes. Tick {most} or fewer: untick some.")
        )
    return found


def _ballot(
    request: Request, vote: dict[str, Any], ballot: Ballot, wrong: list[Wrong]
) -> HTMLResponse:
    return _page(
        request, "votes/ballot.html", 422 if wrong else 200, title=f"Vote: {vote['title']}",
        vote=vote, ballot=ballot, wrong=wrong, wrongs={one.field: one.says for one in wrong},
        standing=standing(vote, now_in(request)),
    )  # fmt: skip


def _page(request: Request, template: str, status: int, **content: Any) -> HTMLResponse:
    shown = page(request, template, status, **content)
    shown.headers["Cache-Control"] = "no-store"
    return shown
