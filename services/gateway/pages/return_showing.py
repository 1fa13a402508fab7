"""One return as it is read for its page, and the page itself after whatever was asked of it.

Law: a form is shown to whoever may send it; what becomes of it is for the API to say.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import msgspec
from fastapi import Request
from fastapi.responses import HTMLResponse

from services.gateway.pages.names import agency_names
from services.gateway.pages.rendering import page
from services.gateway.pages.return_forms import Form, form_of, known_groups
from services.gateway.pages.return_steps import DONE, left_to_accept, open_steps
from services.gateway.pages.return_versions import (
    SHOWN_VERSIONS,
    figures_of,
    side_by_side,
    typed_of,
)
from services.gateway.pages.visiting import Visitor
from services.gateway.pages.wording import period as period_words
from shared.values.quarters import previous_period

HOME = {"text": "Home", "href": "/"}
LIST = {"text": "Returns", "href": "/returns"}
OPEN = ("open", "draft", "rejected", "submitted", "queried", "answered")
STANDING = ("accepted", "restated")
MOST_EXPLAINED = 50
MOST_TEXTS = 60
WRITTEN = ("received", "saved", "done")


class Opened(msgspec.Struct, frozen=True, kw_only=True):
    """A return, what its contract asks for, and the return before it where there is one."""

    visitor: Visitor
    contract: str
    period: str
    terms: dict[str, Any]
    standing: dict[str, Any]
    before: dict[str, Any] | None
    form: Form

    @property
    def address(self) -> str:
        return f"/v1/returns/{self.contract}/{self.period}"

    @property
    def of_provider(self) -> bool:
        return self.standing["provider"] == self.visitor.actor.agency

    @property
    def provides(self) -> bool:
        return self.of_provider and self.visitor.may("returns:submit")

    @property
    def signs(self) -> bool:
        return self.of_provider and self.visitor.may("returns:sign")

    @property
    def reviews(self) -> bool:
        """The commissioner; where that is the provider itself, any other partner."""
        commissioner = self.standing["commissioner"]
        in_house = commissioner == self.standing["provider"]
        mine = commissioner == self.visitor.actor.agency
        return not self.of_provider and (mine or in_house) and self.visitor.may("returns:review")


async def opened_return(visitor: Visitor, contract: str, period: str) -> Opened:
    """Raises ProblemTold: not-found."""
    view = await visitor.api.get(f"/v1/contract-views/{contract}")
    at = f"/v1/returns/{contract}"
    standing = await visitor.api.get(f"{at}/{period}")
    before = await visitor.api.find(f"{at}/{previous_period(period)}")
    return Opened(
        visitor=visitor, contract=contract, period=period, terms=view["terms"],
        standing=standing, before=before,
        form=form_of(view["terms"], period, known_groups(before, standing)),
    )  # fmt: skip


async def shown_return(
    request: Request, opened: Opened, outcome: dict[str, Any], *, restating: bool = False
) -> HTMLResponse:
    """The page of a return. `outcome` holds `stage`, `told`, `troubles`, `wrong_steps`, `typed` and
    what else the template names, and `status` where the answer is a refusal.
    """
    stage = outcome.get("stage", "fill")
    if stage in WRITTEN:
        standing = await opened.visitor.api.get(opened.address)
        opened = msgspec.structs.replace(opened, standing=standing)
    visitor, standing, terms = opened.visitor, opened.standing, opened.terms
    restating = restating and opened.provides and standing["status"] in STANDING
    can_fill = opened.provides and stage != "received" and standing["status"] in OPEN
    can_fill = can_fill or (restating and stage != "received")
    found = [*outcome.get("troubles", []), *outcome.get("notes", [])]
    known: dict[str, Any] = {"stage": stage, "troubles": [], "notes": [], "listed": ""}
    known |= {"told": None, "by_file": False, "wrong_steps": [], "action": "", "step": {}}
    if "typed" not in outcome:
        known["typed"] = await _begun(opened) if can_fill else {}
    content = known | {name: one for name, one in outcome.items() if name != "status"}
    titles = {one["measure"]: one for one in terms["measures"]}
    soft = [one for one in found if one.soft]
    steps = open_steps(
        standing, provides=opened.provides, signs=opened.signs, reviews=opened.reviews
    )
    to_sign = standing.get("to_sign")
    return page(
        request, "return.html", outcome.get("status", 200), visitor,
        title=f"{terms['title']}: {period_words(opened.period)}", crumbs=[HOME, LIST],
        terms=terms, contract=opened.contract, period_id=opened.period, standing=standing,
        form=opened.form, key=uuid4().hex, can_fill=can_fill, restating=restating, steps=steps,
        provides=opened.provides, of_provider=opened.of_provider,
        can_restate=opened.provides and standing["status"] in STANDING and not to_sign,
        waits=opened.provides and standing["status"] == "scheduled",
        done=DONE, has_receipt=standing["disclosure"] == "full", all_cited=_cited(standing),
        me=visitor.actor.person, names=await agency_names(request, [standing["provider"]]),
        wrong={one.field: one.text for one in found if one.field and not one.before},
        step_wrong={one.field: one.text for one in content["wrong_steps"] if one.field},
        asked=soft, explained=await _explained(opened) if soft else {},
        latest=_latest(standing), titles=titles, to_accept=left_to_accept(standing, titles),
        beside=figures_of((_latest(standing) or {}) | {"readings": ()}, titles),
        signing=figures_of(to_sign, titles) if to_sign else {},
        texts=await _texts(opened),
        versions=standing["versions"][-SHOWN_VERSIONS:],
        lines=side_by_side(standing["versions"], titles), **content,
    )  # fmt: skip


async def _begun(opened: Opened) -> dict[str, str]:
    """What was typed and saved; else what waits to be signed; else the figures that are in."""
    draft = opened.standing.get("draft")
    if draft:
        text = await opened.visitor.api.text(f"{opened.address}/texts/{draft}")
        kept: dict[str, Any] = msgspec.json.decode(text or "{}", type=dict[str, Any])
        typed: dict[str, str] | None = kept.get("typed")
        return typed_of(opened.form, kept) if typed is None else typed
    to_sign = opened.standing.get("to_sign")
    if to_sign:
        return typed_of(opened.form, await _spelt_out(opened, to_sign))
    latest = _latest(opened.standing)
    return typed_of(opened.form, latest) if latest else {}


async def _spelt_out(opened: Opened, prepared: dict[str, Any]) -> dict[str, Any]:
    """What was prepared, with its texts in the place of what cites them."""

    async def text(cited: dict[str, Any] | None) -> str | None:
        return (
            await opened.visitor.api.text(f"{opened.address}/texts/{cited['text']}")
            if cited
            else None
        )

    explanations = [
        one | {"text": await text(one["text"])} for one in prepared.get("explanations", ())
    ]
    return prepared | {"story": await text(prepared.get("story")), "explanations": explanations}


async def _explained(opened: Opened) -> dict[tuple[str, str], str]:
    """What was said last time, by rule and measure."""
    said: dict[tuple[str, str], str] = {}
    before = opened.before or {}
    for one in before.get("explanations", ())[:MOST_EXPLAINED]:
        at = f"/v1/returns/{opened.contract}/{before['period']}/texts/{one['text']['text']}"
        said[one["rule"], one.get("measure", "")] = await opened.visitor.api.text(at)
    return said


async def _texts(opened: Opened) -> dict[str, str]:
    """What the page quotes: of the latest figures, of queries, of what is to be signed."""
    standing = opened.standing
    if standing["disclosure"] != "full":
        return {}
    cited = [
        text for one in standing["queries"].values() for text in (one["text"], one.get("answer"))
    ]
    for one in (_latest(standing) or {}, standing.get("to_sign") or {}):
        cited += [one.get(name) for name in ("story", "rejected", "reason", "declaration")]
        cited += [said["text"] for said in one.get("explanations", ())]
    cited += [said["text"] for said in standing["explanations"]]
    wanted = [one["text"] for one in cited if one][:MOST_TEXTS]
    return {one: await opened.visitor.api.text(f"{opened.address}/texts/{one}") for one in wanted}


def _cited(standing: dict[str, Any]) -> set[str]:
    """The files that came with figures, and so can be taken back no more."""
    versions = standing["versions"]
    return {one["file"]["text"] for version in versions for one in version.get("evidence", ())}


def _latest(standing: dict[str, Any]) -> dict[str, Any] | None:
    return standing["versions"][-1] if standing["versions"] else None
