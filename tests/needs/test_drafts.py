"""Drafts sent in, the issues found among them, and how those are agreed: rules and doors."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as some

from services.needs.drafts.commands import AgreeIssue, ProposeIssue, SendDraft
from services.needs.drafts.decider import DRAFTS
from services.needs.drafts.events import DraftSent, Said
from services.needs.drafts.finding import issue_id, plain, shared_issues
from services.needs.drafts.refusals import (
    AlreadyAgreed,
    IssueUnknown,
    NoDraftAnyMore,
    NotConcerned,
    NothingNew,
    NotProposed,
    SentToItself,
)
from services.needs.drafts.views import DraftsRow, issues_of
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario
from tests.needs.partnership_story import MEMBERS, Story

NOW = datetime(2026, 5, 6, 9, tzinfo=UTC)
TEXT = TextRef(text=UUID(int=1), digest="d")
SLEEP = issue_id("need", "better sleep")


def sending(partnership: str, *needs: str, **more: Any) -> SendDraft:
    said = Said(needs=needs, **more.pop("said", {}))
    fields: dict[str, Any] = {
        "strategic": "s", "partnership": partnership, "strategy": f"st-{partnership}",
        "title": "Draft", "strategy_version": 3, "is_draft": True, "said": said,
        "sent_by": "com", "now": NOW,
    }  # fmt: skip
    return SendDraft(**fields | more)


def agreeing(partnership: str) -> AgreeIssue:
    return AgreeIssue(issue=SLEEP, partnership=partnership, agreed_by="x", now=NOW)


PROPOSING = ProposeIssue(issue=SLEEP, taken_forward=TEXT, owner="icb", proposed_by="x", now=NOW)
SENT = Scenario(DRAFTS).when_done(
    sending("a", "Better sleep", "Homes"), sending("b", "better  SLEEP!"), sending("c", "Food")
)


def test_a_draft_is_sent_to_another_while_it_is_a_draft() -> None:
    fresh = Scenario(DRAFTS)
    fresh.when(sending("s", "Homes")).then_refused(SentToItself)
    fresh.when(sending("a", "Homes", is_draft=False)).then_refused(NoDraftAnyMore)
    SENT.when(sending("c", "Food")).then_refused(NothingNew)
    assert SENT.when(sending("c", "Food", strategy_version=4)).events()


def test_an_issue_is_what_two_partnerships_say_whatever_the_spelling() -> None:
    [found] = shared_issues(SENT.state.sent.values())
    assert (found.issue, found.kind, found.words) == (SLEEP, "need", "Better sleep")
    assert found.partnerships == ("a", "b")
    kinds = SENT.when_done(
        sending("a", said={"groups": ("Carers",), "localities": ("Hendon",)}),
        sending("b", said={"localities": ("hendon",), "providers": ("Acorn",)}),
        sending("c", said={"groups": ("carers",), "providers": ("ACORN",)}),
    )
    told = {(one.kind, plain(one.words)) for one in shared_issues(kinds.state.sent.values())}
    assert told == {("group", "carers"), ("locality", "hendon"), ("provider", "acorn")}


def test_an_issue_is_agreed_by_those_it_concerns_to_one_proposal() -> None:
    SENT.when(agreeing("a")).then_refused(NotProposed)
    unknown = ProposeIssue(
        issue="need-none", taken_forward=TEXT, owner="icb", proposed_by="x", now=NOW
    )
    SENT.when(unknown).then_refused(IssueUnknown)
    proposed = SENT.when_done(PROPOSING)
    proposed.when(agreeing("c")).then_refused(NotConcerned)
    half = proposed.when_done(agreeing("a"))
    half.when(agreeing("a")).then_refused(AlreadyAgreed)
    again = half.when_done(agreeing("b"), PROPOSING)
    assert again.state.agreed[SLEEP] == frozenset()
    assert again.when(agreeing("a")).events()


WORDS = some.lists(some.sampled_from(["Sleep", "sleep ", "Homes", "FOOD", "food!", ""]), max_size=4)


@given(drafts=some.lists(some.tuples(some.sampled_from("abc"), WORDS, WORDS), max_size=6))
def test_what_is_found_is_what_two_partnerships_say(
    drafts: list[tuple[str, list[str], list[str]]],
) -> None:
    sent = [
        DraftSent(
            strategic="s", partnership=who, strategy=f"st{n}", title="D", strategy_version=1,
            said=Said(needs=tuple(needs), providers=tuple(providers)), sent_by="x",
        )
        for n, (who, needs, providers) in enumerate(drafts)
    ]  # fmt: skip
    found = shared_issues(sent)
    by_hand = {
        ("need", plain(word))
        for a in sent for b in sent if a.partnership != b.partnership
        for word in a.said.needs
        if plain(word) and plain(word) in {plain(one) for one in b.said.needs}
    } | {
        ("provider", plain(word))
        for a in sent for b in sent if a.partnership != b.partnership
        for word in a.said.providers
        if plain(word) and plain(word) in {plain(one) for one in b.said.providers}
    }  # fmt: skip
    assert {(one.kind, plain(one.words)) for one in found} == by_hand
    assert found == shared_issues(reversed(sent))


def test_another_partnership_in_an_issue_opens_it_again() -> None:
    agreed = SENT.when_done(PROPOSING, agreeing("a"), agreeing("b"))
    more = agreed.when_done(sending("c", "Better sleep"))
    for past, standing in ((agreed, "agreed"), (more, "proposed")):
        row = DraftsRow(
            drafts=tuple(past.state.sent.values()), proposals=past.state.proposals,
            agreed={key: tuple(who) for key, who in past.state.agreed.items()},
        )  # fmt: skip
        assert [one.standing for one in issues_of(row)] == [standing]


async def test_two_partnerships_agree_what_their_drafts_share(story: Story) -> None:
    strategy, _ = await story.recommend()
    sender = story.partnership
    body = {"name": "Birch", "lead": "icb", "members": MEMBERS[1:], "effective_on": "2026-04-01"}
    secretary = story.house.caller("icb", "sec2", "board-secretary")
    other = (await story.done(secretary, "/v1/partnerships", body))["id"]
    third = {**body, "name": "All", "members": MEMBERS[::2], "lead": "council"}
    strategic = (await story.done(story.secretary, "/v1/partnerships", third))["id"]
    at = f"/v1/drafts/{strategic}"
    while not (await story.commissioner.get(at)).is_success:
        await story.house.settle()  # who belongs to it is remembered for a second at most

    stranger = await story.stranger.post(at, {"strategy": strategy})
    assert stranger.status_code == 404
    await story.done(story.commissioner, at, {"strategy": strategy, "localities": ["Hendon"]})
    twice = await story.commissioner.post(at, {"strategy": strategy, "localities": ["Hendon"]})
    assert (twice.status_code, twice.json()["code"]) == (409, "draft-already-sent")
    story.partnership = other
    story.commissioner, before = story.approver, story.commissioner
    second, _ = await story.recommend()
    await story.done(story.approver, at, {"strategy": second})
    story.partnership, story.commissioner = sender, before

    shown = (await story.commissioner.get(at)).json()
    [issue] = [one for one in shown["issues"] if one["found"]["kind"] == "need"]
    assert issue["standing"] == "found"
    assert set(issue["found"]["partnerships"]) == {sender, other}
    way = f"{at}/issues/{issue['found']['issue']}"
    said = {"taken_forward": "One team for both.", "owner": "icb"}
    wrong = await story.commissioner.post(f"{way}/proposal", said | {"owner": "nobody"})
    assert wrong.status_code == 422
    await story.done(story.commissioner, f"{way}/proposal", said)
    await story.done(story.commissioner, f"{way}/agreement", {"partnership": sender})
    not_theirs = await story.commissioner.post(f"{way}/agreement", {"partnership": other})
    assert not_theirs.status_code == 404
    await story.done(story.approver, f"{way}/agreement", {"partnership": other})
    [line] = (await story.approver.get(at)).json()["issues"]
    assert line["standing"] == "agreed"
    assert line["proposal"] == {"owner": "icb", "taken_forward": "One team for both."}
    assert (await story.stranger.get(at)).status_code == 404
