"""Pages as they are served: guarded, escaped, under a strict policy, the same without scripts."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from uuid import uuid4

import httpx
import pytest

from services.gateway.pages.wording import measured, period
from shared.testing.houses import token
from tests.pages import story
from tests.pages.stage import Stage

pytestmark = pytest.mark.asyncio(loop_scope="session")

HTML = {"Accept": "text/html"}
PAGES = (
    "/", "/contracts", "/contracts/c1", "/contracts/c1/report-card", "/contracts/c2",
    "/contracts/c2/report-card", "/scorecard", "/outcomes/o1", "/report-cards/p1/bright-path",
    "/contracts/c1/report-card/words", "/returns", "/returns/c1/2026-27-Q1",
    "/returns/c1/2027-28-Q2",
    "/flags", "/funds", "/funds/f1", "/funds/f1/what-if",
    "/threads/contract/c1", "/threads/need/n1", "/threads/payment/pay-1",
    "/notices", "/about/notices", "/sign-in", "/record", "/record/ocds-213czf-tender-t1",
)  # fmt: skip


def signed_in(agency: str, person: str, *roles: str) -> dict[str, str]:
    return HTML | {"Authorization": f"Bearer {token(agency, person, *roles)}"}


COMMISSIONER = signed_in(story.COUNCIL, story.COMMISSIONER, "commissioner")
PROVIDER = signed_in(story.PROVIDER, story.LEAD, "provider")
OPERATOR = signed_in("goldenthread", story.OPERATOR, "operator")
OUTSIDER = signed_in("northfield-care", story.OUTSIDER, "provider")


async def opened(stage: Stage, path: str, headers: dict[str, str]) -> httpx.Response:
    return await stage.gateway.client.get(path, headers=headers)


@pytest.mark.parametrize("path", PAGES)
async def test_every_page_opens_under_a_strict_policy(stage: Stage, path: str) -> None:
    response = await opened(stage, path, COMMISSIONER)
    assert response.status_code == 200, response.text[:2000]
    policy = response.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    nonce = re.search(r"'nonce-([^']+)'", policy)
    assert nonce
    scripts = re.findall(r"<script\b[^>]*>", response.text)
    assert scripts
    assert all(f'nonce="{nonce[1]}"' in script for script in scripts)
    assert not re.search(r"<[^>]+\s(style|on\w+)=", response.text)
    assert "<style" not in response.text


async def test_no_two_answers_share_a_nonce(stage: Stage) -> None:
    policies = {
        (await opened(stage, "/about/notices", HTML)).headers["content-security-policy"]
        for _ in range(3)
    }
    assert len(policies) == 3


@pytest.mark.parametrize(
    "path", ["/", "/contracts", "/contracts/c2", "/contracts/c2/report-card", "/returns",
             "/returns/c2/2026-27-Q1", "/funds/f1", "/threads/contract/c2", "/notices"],
)  # fmt: skip
async def test_what_others_wrote_is_shown_as_they_wrote_it_and_nothing_of_it_runs(
    stage: Stage, path: str
) -> None:
    text = (await opened(stage, path, COMMISSIONER)).text
    assert "<script>document" not in text
    assert "<img src=x" not in text
    assert story.WICKED[:30] in unescape(text) or "&lt;script" in text


async def test_a_story_is_shown_as_text(stage: Stage) -> None:
    text = (await opened(stage, "/contracts/c1/report-card", PROVIDER)).text
    assert "Waiting rose, then fell &lt;b&gt;again&lt;/b&gt;." in text


async def test_a_card_shows_icons_beside_its_lines_and_its_process_on_demand(stage: Stage) -> None:
    text = (await opened(stage, "/contracts/c1/report-card", COMMISSIONER)).text
    assert "Hits and misses the target" in text
    assert text.count("What the process does") == 3
    assert "five years show no trend" in text
    curve = (await opened(stage, "/outcomes/o1?partnership=p1", COMMISSIONER)).text
    assert "five years show no trend" in curve
    assert "Hits and misses the target" in curve
    assert "missed in 0" not in curve.partition("Contracts that contribute")[0]


async def test_what_is_on_the_list_of_flags_and_on_an_agenda_has_its_name(stage: Stage) -> None:
    text = (await opened(stage, "/flags", COMMISSIONER)).text
    assert "Children who feel safer after twelve weeks of counselling</a>" in text
    agenda = (await opened(stage, "/meetings/c1/2026-27-Q4", COMMISSIONER)).text
    case = '<a class="govuk-link" href="/flags/c1:m-helped:1">Children who feel safer'
    assert f"An open flag: {case}" in agenda


async def test_a_story_is_not_shown_to_those_who_may_not_read_it(stage: Stage) -> None:
    health = signed_in(story.ICB, story.HEALTH, "commissioner")
    text = (await opened(stage, "/contracts/c1/report-card", health)).text
    assert "Waiting rose" not in text
    assert "Suppressed" in text


async def test_nobody_in_particular_is_asked_to_sign_in(stage: Stage) -> None:
    response = await opened(stage, "/contracts/c1?as_of=2026-06-30", HTML)
    assert response.status_code == 303
    back = "%2Fcontracts%2Fc1%3Fas_of%3D2026-06-30"
    assert response.headers["location"] == f"/sign-in?next={back}"


@pytest.mark.parametrize(
    "path", ["/contracts/c1", "/returns/c1/2026-27-Q1", "/threads/flag/none",
             "/threads/contract/c1", "/contracts/none", "/nowhere"],
)  # fmt: skip
async def test_anothers_object_is_a_page_that_says_there_is_none(stage: Stage, path: str) -> None:
    response = await opened(stage, path, OUTSIDER)
    assert response.status_code == 404
    assert "text/html" in response.headers["content-type"]
    assert "Page not found" in response.text
    assert "not-found" in response.text
    assert "Counselling" not in response.text


async def test_a_role_without_the_right_is_told_so_on_a_page(stage: Stage) -> None:
    response = await opened(stage, "/operations", PROVIDER)
    assert response.status_code == 403
    assert "You may not do this" in response.text
    assert "not-permitted" in response.text


async def test_programs_are_told_problems_as_documents(stage: Stage) -> None:
    headers = {"Authorization": OUTSIDER["Authorization"], "Accept": "application/json"}
    response = await opened(stage, "/contracts/c1", headers)
    assert response.headers["content-type"] == "application/problem+json"
    html = await opened(stage, "/v1/contract-views/c1", OUTSIDER)
    assert html.headers["content-type"] == "application/problem+json"


async def test_an_unreadable_date_is_a_page_with_its_code(stage: Stage) -> None:
    response = await opened(stage, "/contracts/c1?as_of=yesterday", COMMISSIONER)
    assert response.status_code == 422
    assert "Code: <code>invalid</code>" in response.text


async def test_navigation_shows_only_ways_that_are_open(stage: Stage) -> None:
    for headers in (COMMISSIONER, PROVIDER, OPERATOR):
        text = (await opened(stage, "/about/notices", headers)).text
        ways = re.findall(r'class="govuk-service-navigation__link" href="([^"]+)"', text)
        assert ways
        for way in ways:
            assert (await opened(stage, way, headers)).status_code in (200, 307), way


async def test_an_operators_home_is_the_operations_page(stage: Stage) -> None:
    response = await opened(stage, "/", OPERATOR)
    assert response.headers["location"] == "/operations"
    shown = await opened(stage, "/operations", OPERATOR)
    assert shown.status_code == 200
    assert "Services" in shown.text


async def test_a_contract_as_of_a_day_knows_nothing_later(stage: Stage) -> None:
    now = (await opened(stage, "/contracts/c1", COMMISSIONER)).text
    then = (await opened(stage, "/contracts/c1?as_of=2026-12-31", COMMISSIONER)).text
    assert "£22,500.00" in now
    assert "£22,500.00" not in then
    assert "As of</strong> 31 December 2026" in then


async def test_empty_fields_of_the_form_ask_nothing(stage: Stage) -> None:
    response = await opened(stage, "/contracts/c1?as_of=&known_on=", COMMISSIONER)
    assert response.status_code == 200
    assert "As of</strong> now" in response.text


async def test_a_fund_says_what_one_would_owe_or_keep(stage: Stage) -> None:
    text = (await opened(stage, "/funds/f1", COMMISSIONER)).text
    assert "If the year lands here" in text
    assert "Alderbrook Integrated Care Board" in text
    assert "Holds" in text
    assert "Broken" not in text


async def test_a_page_answers_what_if_and_says_what_it_cannot_ask(stage: Stage) -> None:
    asked = "year=2027-28&ended=c1&last_day=2027-12-31&partner=&pounds=&volume=&percent="
    text = (await opened(stage, f"/funds/f1/what-if?{asked}", COMMISSIONER)).text
    assert "Worse for the partner by" in text
    assert 'value="2027-12-31"' in text
    assert "<strong>-£" in text
    less = (
        await opened(
            stage, "/funds/f1/what-if?partner=alderbrook-icb&pounds=-1%2C000.50", COMMISSIONER
        )
    ).text
    assert "<strong>-£1,000.50</strong>" in less
    none = await opened(stage, "/funds/f1/what-if?pounds=much", COMMISSIONER)
    assert none.status_code == 422
    assert (await opened(stage, "/funds/f1/what-if", PROVIDER)).status_code == 403


async def test_a_fund_shows_what_was_signed_and_how_to_check_it(stage: Stage) -> None:
    text = (await opened(stage, "/funds/f1", COMMISSIONER)).text
    proof = text[text.index('id="proof"') : text.index('id="journal"')]
    assert "Every line of the journal is under a signed root." in proof
    assert "Alderbrook Integrated Care Board" in proof
    assert "ledger.test/f1+" in proof
    for address in re.findall(r'href="([^"]+)"', proof):
        assert (await opened(stage, address, COMMISSIONER)).status_code == 200, address


async def test_the_journal_comes_as_a_table(stage: Stage) -> None:
    response = await opened(stage, "/funds/f1/journal.csv?year=2027-28", COMMISSIONER)
    assert response.headers["content-type"].startswith("text/csv")
    assert response.text.splitlines()[0].startswith("line,fund,year")
    assert "pay-1" in response.text


async def test_assets_are_served_and_nothing_else(stage: Stage) -> None:
    page = (await opened(stage, "/about/notices", HTML)).text
    for address in re.findall(r'(?:href|src|from) ?="?\s?"?(/assets/[^"]+)"', page):
        response = await opened(stage, address, {})
        assert response.status_code == 200, address
        assert "immutable" in response.headers["cache-control"]
    for wrong in ("/assets/NOTICES.json", "/assets/..%2Froutes.py", "/assets/none.js"):
        assert (await opened(stage, wrong, {})).status_code == 404


async def test_demo_people_are_grouped_by_agency(stage: Stage) -> None:
    text = (await opened(stage, "/sign-in", HTML)).text
    assert text.index("Alderbrook Council") < text.index("Bright Path Counselling")
    assert 'name="csrf"' in text


FORM = "/returns/c1/2027-28-Q2"


async def typed(stage: Stage, seen: str = "99", form: str = FORM) -> dict[str, str]:
    """The form of the seventh quarter, filled in as a browser would send it."""
    page = (await opened(stage, form, PROVIDER)).text
    names = re.findall(r'<(?:input|select|textarea)[^>]*\sname="([^"]+)"', page)
    values = {"value": "20", "numerator": "27", "denominator": "30", "status": "given"}
    filled = {name: values.get(name.rpartition("-")[2], "") for name in names}
    for name in names:
        if name.startswith("m3-") and name.endswith("-value"):
            filled[name] = "90"
        if name.startswith("m1-") and name.endswith("-value"):
            filled[name] = seen if name == "m1-4-value" else "33"
        if name.endswith("_pence"):
            filled[name] = "£1,234.50"
    return filled | {"key": uuid4().hex, "nil": "", "complaints": "1", "compliments": "2"}


async def test_a_return_is_checked_by_the_rules_and_nothing_is_written(stage: Stage) -> None:
    sent = await typed(stage, seen="minus") | {"action": "check"}
    response = await stage.gateway.client.post(FORM, data=sent, headers=PROVIDER)
    assert response.status_code == 422
    assert 'href="#m1-4-value"' in response.text
    assert "Children seen, Quarter 2, July to September 2027" in response.text
    assert 'value="minus"' in response.text
    standing = await stage.monitoring.caller(story.PROVIDER, story.LEAD, "provider").get(
        f"/v1{FORM}"
    )
    assert standing.json()["versions"] == []


async def test_a_file_is_checked_row_by_row(stage: Stage) -> None:
    table = "part,measure,period,value\nreadings,m-seen,2027-28-Q2,few\n"
    response = await stage.gateway.client.post(
        f"{FORM}/file",
        data={"action": "check", "key": uuid4().hex},
        files={"file": ("return.csv", table, "text/csv")},
        headers=PROVIDER,
    )
    assert response.status_code == 422
    assert "nothing was written" in response.text
    assert "Row 2, column value" in response.text


async def test_a_template_is_offered_for_the_period(stage: Stage) -> None:
    response = await opened(stage, "/returns/c1/template.xlsx?period=2027-28-Q2", PROVIDER)
    assert response.status_code == 200
    assert response.content.startswith(b"PK")
    assert "return-2027-28-Q2.xlsx" in response.headers["content-disposition"]


async def test_the_public_record_is_open_to_all_and_can_be_searched(stage: Stage) -> None:
    for headers in (HTML, COMMISSIONER, PROVIDER, OPERATOR):
        every = await opened(stage, "/notices", headers)
        assert every.status_code == 200, every.text[:500]
        assert "Example County Council" in every.text
        assert "Other Borough Council" in every.text
        found = (await opened(stage, "/notices?words=speech+nurseries", headers)).text
        assert "Other Borough Council" in found
        assert "£1,250,000.00" in found
        assert "Example County Council" not in found


async def test_notices_are_compared_and_each_says_what_changed(stage: Stage) -> None:
    compared = (await opened(stage, "/notices?words=mentoring", HTML)).text
    assert "Third District Council" in compared
    assert "Kind &lt;Company&gt; Ltd" in compared
    assert "£15,000.00 in the middle" in compared  # £30,000 over 730 days, by the year
    of = (await opened(stage, "/notices?supplier=GB-COH-01234567", HTML)).text
    assert "Mentoring at school" in of
    one = (await opened(stage, "/notices/ocds-h6vhtk-003/x", HTML)).text
    assert "tender.title" in one
    assert 'href="/notices/ocds-h6vhtk-001"' in one
    other = (await opened(stage, "/notices/ocds-h6vhtk-001", HTML)).text
    assert 'href="/notices/ocds-h6vhtk-003/x"' in other
    for nothing, status in (
        ("/notices/ocds-none", 404), ("/notices/a%2F..%2F..%2Fproviders", 404),
        ("/notices/a%20b", 422),
    ):  # fmt: skip
        assert (await opened(stage, nothing, HTML)).status_code == status, nothing
    wrong = await opened(stage, "/notices?cpv=health", HTML)
    assert wrong.status_code == 422


async def test_the_same_form_handed_in_twice_is_one_return(stage: Stage) -> None:
    """Last of this file: it writes."""
    sent = await typed(stage) | {"action": "send", "declaration": "I made them myself."}
    first = await stage.gateway.client.post(FORM, data=sent, headers=PROVIDER)
    if first.status_code == 422:
        asked = re.findall(r'name="(explanation\|[^"]+)"', first.text)
        assert asked, first.text
        sent |= {unescape(name): "We moved rooms." for name in asked}
        first = await stage.gateway.client.post(FORM, data=sent, headers=PROVIDER)
    assert first.status_code == 200, first.text
    assert "Return received" in first.text
    again = await stage.gateway.client.post(FORM, data=sent, headers=PROVIDER)
    receipt = re.search(r"Receipt <strong>([^<]+)<", first.text)
    assert receipt
    assert receipt[1] in again.text
    provider = stage.monitoring.caller(story.PROVIDER, story.LEAD, "provider")
    kept = (await provider.get(f"/v1{FORM}")).json()["versions"]
    assert [one["version"] for one in kept] == [1]


async def test_a_page_and_its_file_say_the_same(stage: Stage) -> None:
    for page, file in (
        ("/contracts/c3/report-card", "/contracts/c3/report-card/file.csv"),
        ("/report-cards/p1/bright-path", "/report-cards/p1/bright-path/file.csv"),
        ("/outcomes/o1?partnership=p1", "/outcomes/o1/file.csv?partnership=p1"),
        ("/scorecard", "/scorecard/file.csv"),
    ):
        text = unescape((await opened(stage, page, COMMISSIONER)).text)
        answer = await opened(stage, file, COMMISSIONER)
        assert answer.headers["content-type"].startswith("text/csv")
        rows = list(csv.DictReader(io.StringIO(answer.text)))
        newest = {
            (row["contract"], row["name"]): row
            for row in rows
            if row["part"] == "measure" and row["value"]
        }
        assert newest, page
        for row in newest.values():
            assert measured(row["value"], row["unit"]) in text, (page, row)
            assert period(row["return_period"]) in text, (page, row)
        for row in rows:
            if row["part"] == "words" and row["text"]:
                assert row["text"] in text, (page, row)


async def test_a_card_is_written_and_agreed_by_its_forms(stage: Stage) -> None:
    at = "/contracts/c2/report-card/words"
    manager = signed_in(story.COUNCIL, story.MANAGER, "contract-manager")
    idea = {"do": "write", "section": "what-works", "cost": "no-cost", "text": "Ring <b>first</b>"}
    answer = await stage.gateway.client.post(at, data=idea, headers=manager)
    assert answer.status_code == 200, answer.text[:500]
    assert "Ring &lt;b&gt;first&lt;/b&gt;" in answer.text
    wrong = idea | {"text": ""}
    refused = await stage.gateway.client.post(at, data=wrong, headers=manager)
    assert refused.status_code == 422
    assert "Nothing was written" in refused.text
    health = signed_in(story.ICB, story.HEALTH, "commissioner")
    assert "Write it" not in (await opened(stage, at, health)).text
    card = (await opened(stage, "/contracts/c2/report-card", health)).text
    assert "Ring &lt;b&gt;first&lt;/b&gt;" in card
    assert "Costs nothing" in card
