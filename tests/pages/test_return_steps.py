"""What is done with a return on its page, by whom, and by nobody else."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from html import unescape
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.gateway.pages.return_steps import asked, lacks, open_steps, wrongs
from shared.http.problems import Fault, Problem
from shared.proofs.notes import opened as opened_note
from shared.proofs.notes import parse_verifier
from tests.pages import quarter as told
from tests.pages import story
from tests.pages.quarter import PERIOD
from tests.pages.stage import Stage
from tests.pages.test_pages import signed_in

MAKER = signed_in(story.PROVIDER, told.MAKER, "provider")
SIGNATORY = signed_in(story.PROVIDER, told.SIGNATORY, "provider-signatory")
MANAGER = signed_in(story.COUNCIL, told.MANAGER, "contract-manager")
HEALTH = signed_in(story.ICB, story.HEALTH, "commissioner")
BOARD = signed_in(story.COUNCIL, "p-25f9", "board-member")
AUDITOR = signed_in(story.COUNCIL, "p-60c4", "auditor")
OTHER = signed_in("northfield-care", story.OUTSIDER, "provider")
OTHER_SIGNATORY = signed_in("northfield-care", "p-f862", "provider-signatory")
FORMS = ("sign", "answer", "accept", "query", "reject", "extend", "consent")


def standing(status: str, **more: Any) -> dict[str, Any]:
    plain: dict[str, Any] = {"status": status, "to_sign": None, "accepted_measures": []}
    return plain | more


def test_each_side_is_shown_its_own_steps_and_only_where_they_can_follow() -> None:
    nobody = {"provides": False, "signs": False, "reviews": False}
    for status in ("open", "draft", "submitted", "queried", "accepted"):
        assert open_steps(standing(status, to_sign={"receipt": "r"}), **nobody) == []
    signs = nobody | {"signs": True}
    assert open_steps(standing("draft", to_sign={"receipt": "r"}), **signs) == ["sign"]
    assert open_steps(standing("draft"), **signs) == []
    provides = nobody | {"provides": True}
    assert open_steps(standing("queried"), **provides) == ["answer"]
    assert open_steps(standing("submitted"), **provides) == []
    reviews = nobody | {"reviews": True}
    assert open_steps(standing("submitted"), **reviews) == ["accept", "query", "reject"]
    assert open_steps(standing("draft"), **reviews) == ["extend"]
    assert open_steps(standing("restated"), **reviews) == ["consent"]


def test_no_box_ticked_is_not_all_of_them() -> None:
    wrong = lacks("accept-some", {"version": "1"})
    assert wrong is not None
    assert wrong.field == "accept-some-1"
    assert lacks("accept-some", {"accepts|m-seen": "yes"}) is None
    assert lacks("accept", {}) is None
    command = asked("accept-some", {"version": "2", "accepts|m-seen": "yes"})
    assert command is not None
    assert command.body == {"version": 2, "measures": ["m-seen"]}


def test_what_is_typed_stays_within_its_own_address() -> None:
    command = asked("answer", {"query": "../../acceptance?x=", "answer": "Yes."})
    assert command is not None
    assert command.address == "queries/..%2F..%2Facceptance%3Fx%3D/answer"
    assert asked("burn", {}) is None


def test_a_fault_leads_to_its_field() -> None:
    fault = Fault(code="string-too-short", pointer="/body/reason", detail="Too short.")
    problem = Problem(type="", title="", status=422, code="invalid", detail="Some.", errors=[fault])
    (blank,) = wrongs("reject", {"reason": ""}, problem)
    assert (blank.field, blank.text[:16]) == ("reject-reason", "Write the reason")
    (long,) = wrongs("reject", {"reason": "x"}, problem)
    assert long.text == "Too short."
    (whole,) = wrongs("accept", {}, problem.model_copy(update={"errors": []}))
    assert (whole.field, whole.text, whole.code) == ("", "Some.", "invalid")


pages = pytest.mark.asyncio(loop_scope="session")


class Desk:
    """One contract's return, as somebody has it open."""

    def __init__(self, stage: Stage, contract: str) -> None:
        self.stage = stage
        self.at = f"/returns/{contract}/{PERIOD}"

    async def page(self, headers: dict[str, str], query: str = "") -> httpx.Response:
        return await self.stage.gateway.client.get(f"{self.at}{query}", headers=headers)

    async def step(self, headers: dict[str, str], action: str, **typed: str) -> httpx.Response:
        sent = {"action": action, "key": uuid4().hex} | typed
        answer = await self.stage.gateway.client.post(
            f"{self.at}/steps", data=sent, headers=headers
        )
        await self.stage.settle()
        return answer

    async def send(self, content: dict[str, Any], way: str = "") -> httpx.Response:
        provider = self.stage.monitoring.caller(story.PROVIDER, told.MAKER, "provider")
        answer = await provider.put(f"/v1{self.at}{way}", content)
        await self.stage.settle()
        return answer

    async def standing(self) -> dict[str, Any]:
        manager = self.stage.monitoring.caller(story.COUNCIL, told.MANAGER, "contract-manager")
        return (await manager.get(f"/v1{self.at}")).json()


def buttons(text: str) -> set[str]:
    return set(re.findall(r'name="action" value="([^"]+)"', text))


def receipt_in(text: str) -> str:
    found = re.search(r'name="receipt" value="([0-9a-f]{64})"', text)
    assert found, text[:3000]
    return found[1]


async def prepared(stage: Stage, contract: str) -> Desk:
    desk = Desk(stage, contract)
    answer = await desk.send(told.figures())
    assert answer.is_success, answer.text
    return desk


@pages
async def test_what_is_prepared_is_signed_judged_asked_about_and_put_right_on_its_page(
    quarter: Stage,
) -> None:
    desk = await prepared(quarter, "q6")
    text = (await desk.page(MAKER)).text
    assert "Prepared, waits for a signature." in text
    assert "sign" not in buttons(text)
    assert buttons((await desk.page(MANAGER)).text) == {"extend"}
    text = unescape((await desk.page(SIGNATORY)).text)
    assert "What will be signed" in text
    assert "Two schools joined; waiting stayed short." in text
    assert buttons(text) == {"sign"}
    receipt = receipt_in(text)
    assert (await desk.step(MAKER, "sign", receipt=receipt)).status_code == 403
    stale = await desk.step(SIGNATORY, "sign", receipt="0" * 64)
    assert stale.status_code == 409
    assert "not-the-latest-version" in stale.text
    signed = await desk.step(SIGNATORY, "sign", receipt=receipt)
    assert signed.status_code == 200, signed.text[:2000]
    assert "Signed and handed in" in signed.text
    assert (await desk.standing())["status"] == "submitted"

    kept = await desk.stage.gateway.client.get(f"{desk.at}/receipt/1.json", headers=SIGNATORY)
    assert kept.headers["content-disposition"].startswith("attachment")
    told_by = json.loads(kept.content)
    note, signatures = opened_note(told_by["note"])
    key = parse_verifier(told_by["verifier"])
    assert any(key.has_signed(note, one) for one in signatures)
    assert f"sha256 {receipt}\n" in note
    assert len(sha256(bytes.fromhex(told_by["salt"])).digest()) == 32

    assert buttons((await desk.page(MANAGER)).text) == {"accept", "accept-some", "query", "reject"}
    blank = await desk.step(MANAGER, "query", text="", measure="m-wait")
    assert blank.status_code == 422
    assert 'href="#query-text"' in blank.text
    assert 'id="query-text-error"' in blank.text
    asked_now = await desk.step(MANAGER, "query", text="Why <b>17</b> days?", measure="m-wait")
    assert "Your question was sent" in asked_now.text
    text = (await desk.page(MAKER)).text
    assert "Why &lt;b&gt;17&lt;/b&gt; days?" in text
    (query,) = re.findall(r'name="query" value="([^"]+)"', text)
    assert (await desk.step(SIGNATORY, "answer", query=query, answer="No.")).status_code == 403
    empty = await desk.step(MAKER, "answer", query=query, answer="")
    assert f'href="#answer-{query}-answer"' in empty.text
    assert (
        "Your answer was sent"
        in (await desk.step(MAKER, "answer", query=query, answer="A worker came back.")).text
    )
    assert "A worker came back." in (await desk.page(MANAGER)).text

    none = await desk.step(MANAGER, "accept-some", version="1")
    assert none.status_code == 422
    assert 'href="#accept-some-1"' in none.text
    assert (await desk.standing())["accepted_measures"] == []
    part = await desk.step(MANAGER, "accept-some", version="1", **{"accepts|m-seen": "yes"})
    assert "The measures you ticked are accepted" in part.text
    assert (await desk.standing())["accepted_measures"] == ["m-seen"]
    assert "Accepted so far" in (await desk.page(MAKER)).text
    whole = await desk.step(MANAGER, "accept", version="1")
    assert "its figures stand" in whole.text
    assert (await desk.standing())["status"] == "accepted"
    assert buttons((await desk.page(MANAGER)).text) == {"consent"}
    await restated(desk)


async def restated(desk: Desk) -> None:
    """The provider puts accepted figures right, and says why."""
    text = (await desk.page(MAKER)).text
    assert "?restate=yes#fill-in" in text
    assert 'id="m1-1-value"' not in text
    form = (await desk.page(MAKER, "?restate=yes")).text
    names = re.findall(r'<(?:input|select|textarea)[^>]*\sname="([^"]+)"', form)
    values = dict(re.findall(r'name="([^"]+)" type="(?:text|hidden)"[^>]*\svalue="([^"]*)"', form))
    filled = {name: values.get(name, "") for name in names if name not in ("file", "nil")}
    filled |= {name: "given" for name in names if name.endswith("-status")}
    filled |= {"m1-1-value": "31", "m1-4-value": "93", "restate": "yes", "key": uuid4().hex}
    client = desk.stage.gateway.client
    blank = await client.post(desk.at, data=filled | {"action": "send"}, headers=MAKER)
    assert blank.status_code == 422
    assert 'href="#reason"' in blank.text
    because = filled | {"action": "send", "reason": "One child was missed.", "key": uuid4().hex}
    made = await client.post(desk.at, data=because, headers=MAKER)
    assert made.status_code == 200, made.text[:3000]
    assert "Prepared, not yet handed in" in made.text
    await desk.stage.settle()
    text = unescape((await desk.page(SIGNATORY)).text)
    assert "One child was missed." in text
    assert "93" in text
    done = await desk.step(SIGNATORY, "sign", receipt=receipt_in(text))
    assert "Signed and handed in" in done.text
    after = await desk.standing()
    assert after["status"] == "restated"
    assert len(after["versions"]) == 2
    again = await desk.step(MANAGER, "consent", reason="")
    assert 'href="#consent-reason"' in again.text
    assert "One more restatement" in (await desk.step(MANAGER, "consent", reason="Yes.")).text


@pages
async def test_evidence_comes_and_goes_on_the_page_and_more_time_is_given(quarter: Stage) -> None:
    desk = Desk(quarter, "q4")
    client = quarter.gateway.client
    assert buttons((await desk.page(MANAGER)).text) == {"extend"}
    early = await desk.step(MANAGER, "extend", due_on="2027-10-01", reason="A flood.")
    assert early.status_code == 422
    assert 'href="#extend-due_on"' in early.text
    assert (
        "due date was moved"
        in (await desk.step(MANAGER, "extend", due_on="2027-11-30", reason="A flood.")).text
    )
    assert "(extended)" in (await desk.page(MAKER)).text

    none = await client.post(f"{desk.at}/evidence", data={"key": "k"}, headers=MAKER)
    assert none.status_code == 422
    assert 'href="#attach-file"' in none.text
    wrong = {"file": ("a.pdf", b"<html>", "application/pdf")}
    refused = await client.post(
        f"{desk.at}/evidence", data={"key": uuid4().hex}, files=wrong, headers=MAKER
    )
    assert refused.status_code == 422
    assert "evidence-not-what-it-says" in refused.text
    right = {"file": ("survey.csv", b"answer,count\nyes,20\n", "text/csv")}
    for headers in (SIGNATORY, MANAGER, BOARD):
        answer = await client.post(
            f"{desk.at}/evidence", data={"key": uuid4().hex}, files=right, headers=headers
        )
        assert answer.status_code == 403, headers
    sent = {"key": uuid4().hex}
    added = await client.post(f"{desk.at}/evidence", data=sent, files=right, headers=MAKER)
    assert "The file was added" in added.text
    assert "CSV table" in added.text
    (file,) = re.findall(r'name="file" value="([^"]+)"', added.text)
    got = await client.get(f"{desk.at}/evidence/{file}", headers=MAKER)
    assert got.content == b"answer,count\nyes,20\n"
    assert got.headers["content-disposition"].startswith("attachment")
    assert got.headers["content-security-policy"].startswith("sandbox")
    assert (await client.get(f"{desk.at}/evidence/{file}", headers=MANAGER)).status_code == 404
    gone = await desk.step(MAKER, "remove", file=file)
    assert "taken back and destroyed" in gone.text
    assert (await client.get(f"{desk.at}/evidence/{file}", headers=MAKER)).status_code == 404


@pages
async def test_whoever_may_sign_what_they_made_declares_it_on_the_form(quarter: Stage) -> None:
    desk = Desk(quarter, "q5")
    form = (await desk.page(MAKER)).text
    assert 'id="declaration"' in form
    assert 'id="declaration"' not in (await Desk(quarter, "q4").page(MAKER)).text
    content = "part,measure,period,value\n"
    table = {"file": ("return.csv", content, "text/csv")}
    declared = {"action": "check", "key": uuid4().hex, "declaration": "They are right."}
    answer = await quarter.gateway.client.post(
        f"{desk.at}/file", data=declared, files=table, headers=MAKER
    )
    assert answer.status_code == 422
    sent = await desk.send(told.figures() | {"declaration": "They are right."})
    assert sent.json()["signed"] is True
    back = await desk.step(MANAGER, "reject", version="1", reason="Count again.")
    assert "sent back" in back.text
    assert "Count again." in (await desk.page(MAKER)).text


@pages
async def test_nobody_else_is_shown_a_form_or_let_through(quarter: Stage) -> None:
    desk = Desk(quarter, "q7")
    for headers in (OTHER, OTHER_SIGNATORY):
        assert (await desk.page(headers)).status_code == 404
        for action in FORMS:
            answer = await desk.step(headers, action, version="1", reason="x", text="x")
            assert answer.status_code == 404
            assert "A quiet room" not in answer.text
    for headers in (BOARD, AUDITOR, HEALTH):
        page = await desk.page(headers)
        assert page.status_code == 200
        assert buttons(page.text) == set()
        assert "Evidence" not in page.text
        for action in FORMS:
            answer = await desk.step(
                headers, action, version="1", reason="x", text="x", query="none", answer="x",
                receipt="0" * 64, due_on="2028-01-01",
            )  # fmt: skip
            assert answer.status_code == 403, (action, answer.status_code)
    after = await desk.standing()
    assert (after["versions"], after["queries"], after["extended"]) == ([], {}, False)
