"""The pages of a case: what waits for whom, clocks and documents, and its forms without scripts."""

from __future__ import annotations

import re
from html import unescape
from uuid import uuid4

import httpx
import pytest
from msgspec.structs import replace

from services.gateway.pages.flag_forms import asked, open_forms
from tests.pages import story
from tests.pages.stage import Stage
from tests.pages.test_pages import COMMISSIONER, OUTSIDER, PROVIDER, opened, signed_in

pytestmark = pytest.mark.asyncio(loop_scope="session")

MANAGER = signed_in(story.COUNCIL, story.MANAGER, "contract-manager")


async def pressed(
    stage: Stage, flag: str, headers: dict[str, str], action: str, **typed: str
) -> httpx.Response:
    form = {"action": action, "key": uuid4().hex} | typed
    answer = await stage.gateway.client.post(f"/flags/{flag}", data=form, headers=headers)
    await stage.settle()
    return answer


async def test_a_case_is_led_by_forms_from_both_sides(stage: Stage) -> None:
    listed = await opened(stage, "/flags", MANAGER)
    [flag, *_] = re.findall(r'href="/flags/(c1:[^"]+)"', listed.text)
    waiting, _ = listed.text.split("Other open cases", 1)
    assert f"/flags/{flag}" in waiting
    theirs = (await opened(stage, "/flags", PROVIDER)).text.split("Other open cases", 1)
    assert f"/flags/{flag}" in theirs[1]
    page = await opened(stage, f"/flags/{flag}", MANAGER)
    assert "Ask for an explanation" in page.text
    assert "Beside it: the process" in page.text
    assert (await pressed(stage, flag, MANAGER, "request", working_days="5")).status_code == 303
    again = await pressed(stage, flag, MANAGER, "request", working_days="5")
    assert again.status_code == 409
    assert "explanation-already-requested" in again.text
    asks = await opened(stage, f"/flags/{flag}", PROVIDER)
    assert "Send the explanation" in asks.text
    assert "Uphold the case" not in asks.text
    said = await pressed(stage, flag, PROVIDER, "explain", text="Two left <b>us</b>.")
    assert said.status_code == 303
    shown = await opened(stage, f"/flags/{flag}", MANAGER)
    assert "Two left &lt;b&gt;us&lt;/b&gt;." in shown.text
    same = await pressed(stage, flag, MANAGER, "uphold", reason="It stands.")
    assert (same.status_code, "same-person" in same.text) == (403, True)
    assert "It stands." in unescape(same.text)
    done = await pressed(stage, flag, COMMISSIONER, "uphold", reason="It stands.")
    assert done.status_code == 303
    document = await opened(stage, f"/flags/{flag}/notices/1", PROVIDER)
    assert document.status_code == 200
    assert "Request for an explanation" in document.text
    assert "Financial consequences" in document.text
    missing = await opened(stage, f"/flags/{flag}/notices/77", PROVIDER)
    assert missing.status_code == 404
    for nothing in ("withholdings/none", "remedial-notices/none", "remedial-notices/no1"):
        unknown = await opened(stage, f"/flags/{flag}/{nothing}", PROVIDER)
        assert unknown.status_code == 404
    remedial = replace(story.NOTICE, notice="no-r", flag=flag)
    await stage.hear("contracts", "contract/c1", remedial)
    shown = await opened(stage, f"/flags/{flag}", PROVIDER)
    assert f'href="/flags/{flag}/remedial-notices/no-r"' in shown.text
    document = await opened(stage, f"/flags/{flag}/remedial-notices/no-r", PROVIDER)
    assert "Remedial notice" in document.text
    assert "20 November 2027" in document.text
    for path in ("", "/notices/1", "/withholdings/none", "/remedial-notices/no-r"):
        assert (await opened(stage, f"/flags/{flag}{path}", OUTSIDER)).status_code == 404


async def test_a_case_that_is_over_is_still_found(stage: Stage) -> None:
    """Of another contract than the one whose case is shown as open elsewhere."""
    listed = await opened(stage, "/flags", COMMISSIONER)
    assert 'href="/flags?over=yes"' in listed.text
    [flag] = re.findall(r'href="/flags/(c3:[^"]+)"', listed.text)
    assert f"/flags/{flag}" not in (await opened(stage, "/flags?over=yes", COMMISSIONER)).text
    done = await pressed(stage, flag, COMMISSIONER, "dismiss", reason="The figure was wrong.")
    assert done.status_code == 303, done.text[:2000]
    assert f"/flags/{flag}" in (await opened(stage, "/flags?over=yes", PROVIDER)).text
    assert f"/flags/{flag}" not in (await opened(stage, "/flags", PROVIDER)).text
    assert f"/flags/{flag}" not in (await opened(stage, "/flags?over=yes", OUTSIDER)).text


def case(**changes: object) -> dict[str, object]:
    known: dict[str, object] = {
        "open": True,
        "status": "raised",
        "clocks": [],
        "plan": [],
        "escalated_to": "",
    }
    return known | changes


@pytest.mark.parametrize(
    ("flag", "expected"),
    [
        (case(), ["request", "dismiss"]),
        (case(status="explained"), ["uphold", "dismiss"]),
        (case(status="upheld"), ["meet", "plan", "exception-report", "close"]),
        (
            case(status="escalated", escalated_to="exception-report"),
            ["plan", "formal-review", "step-down", "close"],
        ),
        (case(open=False, status="closed"), []),
    ],
)
async def test_a_form_is_shown_where_its_step_can_follow(
    flag: dict[str, object], expected: list[str]
) -> None:
    assert open_forms(flag, leads=True, provides=False) == expected
    assert open_forms(flag, leads=False, provides=True) == []


async def test_what_was_typed_goes_to_the_door_of_its_step() -> None:
    assert asked("request", {"working_days": "7"}) == ("explanation-request", {"working_days": 7})
    assert asked("request", {"working_days": "soon"}) == ("explanation-request", {})
    assert asked("resume", {}) == ("resumption", None)
    assert asked("nonsense", {}) is None
    escalated = asked("formal-review", {"reason": "Slow.", "review": "c1:2026-27"})
    assert escalated == (
        "escalation",
        {"to": "formal-review", "reason": "Slow.", "review": "c1:2026-27"},
    )
