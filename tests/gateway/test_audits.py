"""The auditor's opinion on a fund's year: by whom, on which account, and where it shows."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from services.gateway.audits.commands import GiveOpinion, WithdrawOpinion
from services.gateway.audits.decider import AUDITS
from services.gateway.audits.refusals import (
    AccountMoved,
    AuditorKeepsBooks,
    OpinionStands,
    OpinionUnknown,
    YearNotClosed,
)
from shared.http.permissions import ROLES
from shared.published.contracts import (
    ContributionAgreed,
    ContributionInvoiced,
    ContributionReceived,
    YearClosed,
)
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario
from tests.gateway import story

NOW = datetime(2027, 6, 1, 9, tzinfo=UTC)
TEXT = TextRef(text=UUID(int=1), digest="d")
GIVE = GiveOpinion(
    opinion="o1", fund="f1", year="2026/27", kind="qualified", digest="a" * 64, stands="a" * 64,
    closed=True, keeps_books=False, text=TEXT, agency="council", given_by="aud", now=NOW,
)  # fmt: skip
WITHDRAW = WithdrawOpinion(
    opinion="o1", reason=TEXT, agency="council", withdrawn_by="aud", now=NOW, keeps_books=False
)
PUT_IN = (
    replace(story.AGREEMENT, fund="f9"),
    replace(story.FUND_OPENED, fund="f9"),
    ContributionAgreed(
        fund="f9",
        year="2026/27",
        partner="icb",
        annual_pence=100,
        legal_basis="section-75",
        effective_on=story.DAY,
    ),
    ContributionInvoiced(
        fund="f9",
        year="2026/27",
        partner="icb",
        amount_pence=100,
        period="2026-27-Q1",
        effective_on=story.DAY,
    ),
)
CLOSED = YearClosed(
    fund="f9", year="2026/27", result_pence=100, closed_by="a", approved_by="b",
    effective_on=date(2027, 4, 9),
)  # fmt: skip
RECEIVED = ContributionReceived(
    fund="f9",
    year="2026/27",
    partner="icb",
    amount_pence=100,
    reference="r1",
    effective_on=date(2027, 5, 1),
)
fresh = Scenario(AUDITS)
given = fresh.when_done(GIVE)


def test_an_opinion_is_on_a_closed_year_as_it_was_read_by_one_who_keeps_no_books() -> None:
    fresh.when(replace(GIVE, keeps_books=True)).then_refused(AuditorKeepsBooks)
    fresh.when(replace(GIVE, closed=False)).then_refused(YearNotClosed)
    fresh.when(replace(GIVE, digest="b" * 64)).then_refused(AccountMoved, "/body/digest")
    given.when(replace(GIVE, opinion="o2", kind="adverse")).then_refused(OpinionStands)
    moved = replace(GIVE, opinion="o2", digest="b" * 64, stands="b" * 64)
    assert given.when(moved).events(), "another account may have another opinion"


def test_an_opinion_is_withdrawn_once_by_the_agency_that_gave_it() -> None:
    fresh.when(WITHDRAW).then_refused(OpinionUnknown)
    given.when(replace(WITHDRAW, agency="icb")).then_refused(OpinionUnknown)
    given.when_done(WITHDRAW).when(WITHDRAW).then_refused(OpinionUnknown)
    given.when(replace(WITHDRAW, keeps_books=True)).then_refused(AuditorKeepsBooks)
    assert given.when_done(WITHDRAW).when(replace(GIVE, opinion="o2")).events()


def test_only_the_auditor_of_accounts_gives_opinions_and_keeps_no_books() -> None:
    assert [role for role, scopes in ROLES.items() if "audits:write" in scopes] == [
        "accounts-auditor"
    ]
    others = ROLES["accounts-auditor"] - {"audits:write"}
    assert all(scope.endswith(":read") for scope in others)


async def test_an_opinion_shows_on_the_account_it_is_about_and_on_no_other(
    service_database: str,
) -> None:
    async with story.open_gateway(service_database) as house:
        await house.set_clock(datetime(2027, 4, 10, 9, tzinfo=UTC))
        auditor = house.caller("council", "aud", "accounts-auditor")
        finance = house.caller("icb", "fin", "finance")
        at = "/v1/ledgers/f9"
        await house.hear("contracts", "fund/f9:2026-27", *PUT_IN)
        account = (await auditor.get(f"{at}/memorandum?year=2026-27")).json()
        assert account["opinions"] == []
        body: dict[str, Any] = {
            "year": "2026-27", "digest": account["digest"], "opinion": "qualified",
            "text": "But for the accruals.",
        }  # fmt: skip
        early = await auditor.post(f"{at}/opinions", body)
        assert (early.status_code, early.json()["code"]) == (409, "year-not-closed")
        await house.hear("contracts", "fund/f9:2026-27", CLOSED)
        [missing] = (await finance.get("/v1/audits/p1")).json()["years"]
        assert (missing["year"], missing["opinion"]) == ("2026/27", None)
        account = (await auditor.get(f"{at}/memorandum?year=2026-27")).json()
        body["digest"] = account["digest"]
        both = house.caller("council", "aud", "accounts-auditor", "finance")
        refused = await both.post(f"{at}/opinions", body)
        assert (refused.status_code, refused.json()["code"]) == (403, "auditor-keeps-books")
        before = house.house.clock()
        await house.set_clock(NOW)
        await auditor.done(f"{at}/opinions", body)
        await house.settle()
        read = (await finance.get(f"{at}/memorandum?year=2026-27")).json()
        [opinion] = read["opinions"]
        assert (opinion["kind"], opinion["text"]) == ("qualified", "But for the accruals.")
        assert (opinion["of_this_account"], opinion["stands"]) == (True, True)
        known = before.isoformat().replace("+", "%2B")
        was = (await finance.get(f"{at}/memorandum?year=2026-27&known_at={known}")).json()
        assert was["opinions"] == []
        [year] = (await finance.get("/v1/audits/p1")).json()["years"]
        assert year["opinion"]["digest"] == year["digest"] == account["digest"]

        await house.hear("contracts", "fund/f9:2026-27", RECEIVED)
        [year] = (await finance.get("/v1/audits/p1")).json()["years"]
        assert (year["opinion"]["of_this_account"], year["opinion"]["stands"]) == (False, True)
        assert (await auditor.post(f"{at}/opinions", body)).json()["code"] == "account-moved"

        reason = {"year": "2026-27", "reason": "The account has changed."}
        await auditor.done(f"{at}/opinions/{opinion['opinion']}/withdrawal", reason)
        await house.settle()
        [year] = (await finance.get("/v1/audits/p1")).json()["years"]
        assert year["opinion"] is None
        [opinion] = (await finance.get(f"{at}/memorandum?year=2026-27")).json()["opinions"]
        assert (opinion["stands"], opinion["reason"]) == (False, reason["reason"])

        head = await house.house.log.head()
        for wrong in ({"digest": "x"}, {"opinion": "clean"}, {"text": ""}, {"year": "soon"}):
            assert (await auditor.post(f"{at}/opinions", body | wrong)).status_code == 422
        assert (await auditor.post(f"{at}/opinions", body | {"year": "2031-32"})).status_code == 404
        unknown = await auditor.post(f"{at}/opinions/none/withdrawal", reason)
        assert (unknown.status_code, unknown.json()["code"]) == (409, "opinion-unknown")
        for caller, status in (
            (house.caller("elsewhere", "aud", "accounts-auditor"), 404),
            (finance, 403),
            (house.caller("council", "aud", "auditor"), 403),
            (house.nobody(), 401),
        ):
            assert (await caller.post(f"{at}/opinions", body)).status_code == status
        assert (
            await house.caller("elsewhere", "f", "finance").get("/v1/audits/p1")
        ).status_code == 404
        assert await house.house.log.head() == head
