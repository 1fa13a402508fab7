"""A vote through its doors: opened, handed out, cast, counted; and what is kept of who voted."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import Any

import pytest

from services.needs.votes import tokens
from shared.testing.houses import Caller
from tests.needs.partnership_story import Story

OPENS, CLOSES = "2026-05-01T08:00:00Z", "2026-05-08T15:00:00Z"
VOTING = datetime(2026, 5, 4, 10, tzinfo=UTC)
AFTER = datetime(2026, 5, 8, 15, tzinfo=UTC)


def asked(story: Story, **changes: Any) -> dict[str, Any]:
    return {
        "partnership": story.partnership,
        "title": "Your money",
        "question": "What should we pay for?",
        "pot_pence": 10_000_00,
        "choices": [
            {"title": title, "about": "About it.", "cost_pence": cost}
            for title, cost in (("Bikes", 4_000_00), ("Music", 6_000_00), ("Benches", 2_000_00))
        ],
        "most_choices": 2,
        "organisers": [{"agency": "school", "most_tokens": 4}],
        "opens_at": OPENS,
        "closes_at": CLOSES,
    } | changes


def house_itself(story: Story) -> Caller:
    return story.house.caller("", "", "service")


async def opened(story: Story, count: int = 3) -> tuple[str, list[str]]:
    """A vote under way, and the tokens that the school handed out."""
    vote = (await story.done(story.commissioner, "/v1/votes", asked(story)))["id"]
    school = story.house.caller("school", "pastoral", "provider")
    made = await story.done(school, f"/v1/votes/{vote}/tokens", {"count": count})
    await story.house.set_clock(VOTING)
    return vote, made["tokens"]


async def cast(story: Story, vote: str, token: str, *choices: str) -> str:
    body = {"token": token, "choices": list(choices)}
    return (await story.done(house_itself(story), f"/v1/votes/{vote}/ballots", body))["receipt"]


async def test_every_ballot_is_in_the_list_and_the_list_is_the_count(story: Story) -> None:
    vote, [one, two, three] = await opened(story)
    at = f"/v1/votes/{vote}"
    receipts = {
        await cast(story, vote, one, "c1", "c2"): ["c1", "c2"],
        await cast(story, vote, two.lower().replace("-", ""), "c2"): ["c2"],
    }
    running = (await story.stranger.get(at)).json()
    assert (running["ballots"], running["handed_out"]) == (2, {"school": 3})
    assert "count" not in running
    early = await story.stranger.get(f"{at}/ballots")
    assert (early.status_code, early.json()["code"]) == (409, "vote-still-open")
    hurried = await story.commissioner.post(f"{at}/closing")
    assert (hurried.status_code, hurried.json()["code"]) == (409, "vote-still-open")

    await story.house.set_clock(AFTER)
    late = await house_itself(story).post(f"{at}/ballots", {"token": three, "choices": ["c1"]})
    assert (late.status_code, late.json()["code"]) == (409, "vote-over")
    await story.done(story.commissioner, f"{at}/closing")
    listed = (await story.stranger.get(f"{at}/ballots")).json()["items"]
    assert {ballot["receipt"]: ballot["choices"] for ballot in listed} == receipts
    counted = (await story.provider.get(at)).json()["count"]
    assert [(o["choice"], o["votes"], o["funded"]) for o in counted] == [
        ("c2", 2, True), ("c1", 1, True), ("c3", 0, False),
    ]  # fmt: skip
    await story.done(story.commissioner, f"{at}/answer", {"answer": "The room opens in May."})
    assert (await story.stranger.get(at)).json()["answer"] == "The room opens in May."


@pytest.mark.parametrize(
    ("token", "choices", "code"),
    [
        ("", ["c1"], "token-unknown"),
        ("0000-0000-0000-0000", ["c1"], "token-unknown"),
        ("the first", ["c1"], "token-used"),
        ("the second", [], "nothing-chosen"),
        ("the second", ["c1", "c2", "c3"], "too-many-choices"),
        ("the second", ["c9"], "choice-unknown"),
    ],
)
async def test_a_ballot_that_cannot_count_writes_nothing_and_spends_no_token(
    story: Story, token: str, choices: list[str], code: str
) -> None:
    vote, [first, second, _] = await opened(story)
    await cast(story, vote, first, "c1")
    body = {"token": {"the first": first, "the second": second}.get(token, token)}
    before = await story.house.house.log.head()
    answer = await house_itself(story).post(
        f"/v1/votes/{vote}/ballots", body | {"choices": choices}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, code)
    assert second not in answer.text
    assert await story.house.house.log.head() == before
    assert await cast(story, vote, second, "c3")


async def test_sent_twice_a_ballot_counts_once_and_has_one_receipt(story: Story) -> None:
    vote, [token, *_] = await opened(story)
    body = {"token": token, "choices": ["c1"]}
    at = f"/v1/votes/{vote}/ballots"
    sent = [
        (await house_itself(story).post(at, body, idempotency_key="k1")).json() for _ in range(2)
    ]
    assert sent[0] == sent[1]
    assert set(sent[0]) == {"receipt"}
    await story.house.settle()
    assert (await story.provider.get(f"/v1/votes/{vote}")).json()["ballots"] == 1


async def test_tokens_are_shown_once_and_kept_nowhere(story: Story) -> None:
    vote, _ = await opened(story, 1)
    school = story.house.caller("school", "pastoral", "provider")
    at = f"/v1/votes/{vote}/tokens"
    made = await school.done(at, {"count": 2}, idempotency_key="k1")
    again = await school.post(at, {"count": 2}, idempotency_key="k1")
    assert (again.status_code, again.json()["code"]) == (409, "tokens-shown-once")
    more = await school.post(at, {"count": 2})
    assert (more.status_code, more.json()["code"]) == (409, "too-many-tokens")
    await story.done(school, f"{at}/{made['part']}/withdrawal")
    refused = await house_itself(story).post(
        f"/v1/votes/{vote}/ballots", {"token": made["tokens"][0], "choices": ["c1"]}
    )
    assert refused.json()["code"] == "token-unknown"


async def test_nothing_kept_joins_a_ballot_to_a_token_or_a_person(story: Story) -> None:
    """The whole database is looked through, with every token in hand."""
    vote, made = await opened(story)
    for token in made[:2]:
        await cast(story, vote, token, "c1")
    await story.house.set_clock(AFTER)
    await story.done(story.commissioner, f"/v1/votes/{vote}/closing")
    house = story.house.house
    events = await house.pool.fetch(
        "select stream, command_id, convert_from(body,'utf8') as body,"
        " convert_from(meta,'utf8') as meta from log.events where stream like 'ballot/%'"
    )
    assert len(events) == 2
    for token in made:
        bare = tokens.read(token)
        traces = {token, bare, tokens.fingerprint(vote, token),
                  hashlib.sha256(bare.encode()).hexdigest()}  # fmt: skip
        for event in events:
            assert not any(trace in str(dict(event)) for trace in traces)
    for event in events:
        assert "traceparent" not in event["meta"]
        assert '"person"' not in event["meta"]
        assert '"agency"' not in event["meta"]
    kept = await house.pool.fetch("select content, salt from kept.texts where kind = 'marking'")
    assert [(one["content"], one["salt"]) for one in kept] == [(None, b"")]
    erased = await house.pool.fetchval("select count(*) from log.events where stream like 'text/%'")
    assert erased == 1


async def test_who_may_do_what_in_a_vote(story: Story) -> None:
    vote, [token, *_] = await opened(story)
    at, ballot = f"/v1/votes/{vote}", {"token": token, "choices": ["c1"]}
    for who in (story.commissioner, story.provider, story.stranger):
        assert (await who.post(f"{at}/ballots", ballot)).status_code == 403
    assert (await story.provider.post(f"{at}/tokens", {"count": 1})).status_code == 403
    assert (await story.stranger.post(f"{at}/closing")).status_code == 403
    assert (await story.stranger.post("/v1/votes", asked(story))).status_code == 404
    assert (await story.commissioner.get("/v1/votes/none")).status_code == 404
    unknown = await house_itself(story).post("/v1/votes/none/ballots", ballot)
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({"closes_at": OPENS}, 409, "vote-times-unclear"),
        ({"most_choices": 3}, 409, "vote-choices-unclear"),
        ({"pot_pence": 1}, 409, "choice-too-dear"),
        ({"strategy": "none"}, 404, "not-found"),
        ({"pot_pence": -1}, 422, "invalid"),
        ({"choices": []}, 422, "invalid"),
        ({"organisers": []}, 422, "invalid"),
        ({"opens_at": "2026-05-01"}, 422, "invalid"),
        ({"children": ["Ann"]}, 422, "invalid"),
    ],
)
async def test_a_vote_that_cannot_be_held_is_not_opened(
    story: Story, changes: dict[str, Any], status: int, code: str
) -> None:
    before = await story.house.house.log.head()
    answer = await story.commissioner.post("/v1/votes", asked(story, **changes))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert await story.house.house.log.head() == before
