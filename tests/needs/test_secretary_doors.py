"""A secretary's doors: hands, marked papers, search, extra meetings, call-in, constitution."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.needs.partnership_story import HELD_AT, Story

RULES = {"quorum_named": ["council", "icb"], "quorum_others": 1}


async def marked(story: Story, **marking: Any) -> tuple[str, str, str]:
    """A meeting, its one item, and the text of a paper marked on it."""
    meeting, item = await story.call(title="Lease")
    body = {"item": item, "title": "Price of the lease", "text": "Too dear.", **marking}
    await story.done(story.secretary, f"{meeting}/papers", body)
    shown = (await story.secretary.get(meeting)).json()
    return meeting, item, shown["agenda"][0]["papers"][1]["text"]["text"]


async def test_a_confidential_paper_is_the_boards_alone_and_an_exempt_one_the_partners(
    story: Story,
) -> None:
    auditor = story.house.caller("council", "aud", "auditor")
    officer = story.house.caller("icb", "off", "commissioner")
    sees: dict[str, list[bool]] = {}
    for marking in ("exempt", "confidential"):
        meeting, _, text = await marked(
            story, title=f"Price, {marking}", **{marking: True}, ground="business"
        )
        sees[marking] = []
        for who in (story.secretary, story.members["ian"], auditor, officer, story.stranger):
            opened = await who.get(f"{meeting}/papers/{text}")
            listed = f"Price, {marking}" in (await who.get(meeting)).text
            among = f"Price, {marking}" in (await who.get(meeting.rpartition("/")[0])).text
            assert (listed, among) == (opened.status_code == 200,) * 2
            sees[marking].append(listed)
    assert sees == {
        "exempt": [True, True, True, True, False],
        "confidential": [True, True, True, False, False],
    }


async def test_a_member_with_an_interest_is_not_shown_what_is_exempt_on_it(story: Story) -> None:
    meeting, item, text = await marked(story, exempt=True)
    await story.sit(meeting)
    at = f"{meeting}/papers/{text}"
    assert (await story.members["pol"].get(at)).status_code == 200
    recorded = f"{meeting}/items/{item}/interests-recorded"
    await story.done(story.secretary, recorded, {"person": "pol"})
    assert (await story.members["pol"].get(at)).status_code == 404
    assert (await story.members["ian"].get(at)).status_code == 200


async def test_a_confidential_item_is_in_no_list_and_no_count_of_others(story: Story) -> None:
    decision = await story.carry(title="Redundancies", confidential=True)
    at = f"/v1/partnerships/{story.partnership}"
    officer = story.house.caller("icb", "off", "commissioner")
    for who, count in ((story.members["ian"], 1), (officer, 0), (story.stranger, 0)):
        listed = (await who.get(f"{at}/decisions")).json()["items"]
        assert [one["decision"] for one in listed] == [decision] * count
        [meeting] = (await who.get(f"{at}/meetings")).json()["items"]
        assert len(meeting["agenda"]) == count
        assert ("Redundancies" in (await who.get(f"{at}/information")).text) is bool(count)


async def test_a_request_for_information_finds_what_may_be_released(story: Story) -> None:
    await marked(story, exempt=True, ground="business")
    at = f"/v1/partnerships/{story.partnership}/information"
    inside = (await story.secretary.get(f"{at}?q=lease")).json()
    assert [one["title"] for one in inside["held_back"]] == ["Price of the lease"]
    back = inside["held_back"][0]
    assert (back["marking"], back["ground"], back["release"]) == ("exempt", "business", False)
    by_words = (await story.secretary.get(f"{at}?q=board+MUST+know")).json()
    assert [one["title"] for one in by_words["released"]] == ["Report"]
    outside = (await story.stranger.get(at)).json()
    assert [one["title"] for one in outside["released"]] == ["Report"]
    assert "held_back" not in outside
    none = (await story.secretary.get(f"{at}?q=lease&to_day=2026-01-01")).json()
    assert none["released"] == none["held_back"] == []


async def test_hands_are_the_secretarys_and_count_like_votes(story: Story) -> None:
    meeting, item = await story.call()
    await story.sit(meeting)
    way = f"{meeting}/items/{item}"
    votes = {"votes": {"cat": "for", "ian": "for", "pol": "against"}, "casting": None}
    assert (await story.members["ian"].post(f"{way}/hands", votes)).status_code == 403
    await story.done(story.secretary, f"{way}/hands", votes)
    shown = (await story.secretary.get(meeting)).json()["agenda"][0]
    assert shown["quorum"] == {
        "named": {"council": True, "icb": True}, "others": 1, "others_wanted": 1, "quorate": True,
    }  # fmt: skip
    await story.done(story.secretary, f"{way}/decision")
    decided = (await story.secretary.get(meeting)).json()["agenda"][0]["decision"]
    assert (decided["votes_for"], decided["votes_against"]) == (2, 1)


async def test_a_decision_called_in_gives_no_authority_until_it_stands(story: Story) -> None:
    decision = await story.carry(ratified_by=["council", "icb"])
    at = f"/v1/partnerships/{story.partnership}/decisions"

    async def standing() -> dict[str, Any]:
        return (await story.secretary.get(at)).json()["items"][0]

    assert (await standing())["awaited"] == ["council", "icb"]
    until = {"authority": "cabinet", "call_in_until": "2026-05-13"}
    await story.done(story.secretary, f"{at}/{decision}/home-authority", until)
    health = story.house.caller("icb", "is", "board-secretary")
    reason = {"reason": "What does it cost?"}
    refused = await health.post(f"{at}/{decision}/call-in", reason)
    assert refused.json()["code"] == "not-callable-in", "each partner calls in its own"
    await story.done(story.secretary, f"{at}/{decision}/call-in", reason)
    await story.house.set_clock(HELD_AT + timedelta(days=20))
    now = await standing()
    assert (now["home_authority"], now["authorities"][0]["status"]) == ([], "called-in")
    await story.done(story.secretary, f"{at}/{decision}/call-in-outcome", {"stands": True})
    assert (await standing())["home_authority"] == ["council"]
    await story.done(health, f"{at}/{decision}/home-authority", {**until, "call_in_until":
                     "2026-06-01"})  # fmt: skip
    assert (await standing())["home_authority"] == ["council"]
    await story.house.set_clock(datetime(2026, 6, 2, 9, tzinfo=UTC))
    assert (await standing())["home_authority"] == ["council", "icb"]
    assert "authorities" not in (await story.stranger.get(at)).json()["items"][0]


async def test_members_have_the_meeting_they_asked_for(story: Story) -> None:
    at = f"/v1/partnerships/{story.partnership}"
    own = f"{at}/extra-meeting-requests/own"
    for person in ("cat", "ian"):
        await story.done(story.members[person], own, {"reason": "The lease."})
    again = await story.members["ian"].post(own, {"reason": "The lease."})
    assert again.json()["code"] == "asked-already"
    agenda = [{"title": "Lease", "about_kind": "other", "about": "x"}]
    extra: dict[str, Any] = {"held_at": "2026-04-17T13:00:00Z", "agenda": agenda, "extra": True}
    early = await story.secretary.post(f"{at}/meetings", extra)
    assert early.json()["code"] == "extra-meeting-not-asked"
    new = {"person": "zed", "agency": "police"}
    await story.done(story.secretary, f"{at}/board-members", new)
    both = {"persons": ["pol", "zed"], "reason": "So do we.", "received_on": "2026-04-01"}
    await story.done(story.secretary, f"{at}/extra-meeting-requests", both)
    assert (await story.secretary.get(at)).json()["board"]["hold_by"] == "2026-04-17"
    late = await story.secretary.post(f"{at}/meetings", extra | {"held_at": "2026-04-20T13:00:00Z"})
    assert (late.status_code, late.json()["code"]) == (422, "extra-meeting-too-late")
    await story.done(story.secretary, f"{at}/meetings", extra)
    assert (await story.secretary.get(at)).json()["board"]["hold_by"] is None


async def test_the_rules_in_force_are_those_the_board_carried_and_each_is_a_version(
    story: Story,
) -> None:
    at = f"/v1/partnerships/{story.partnership}"
    proposed: dict[str, Any] = RULES | {"meetings_a_year": 6, "clauses": {"meetings": "23.1"}}
    decision = await story.carry(about=story.partnership, constitution=True, proposed=proposed)
    other = proposed | {"meetings_a_year": 5, "decision": decision}
    refused = await story.secretary.post(f"{at}/rules", other)
    assert refused.json()["code"] == "rules-not-as-carried"
    await story.done(story.secretary, f"{at}/rules", proposed | {"decision": decision})
    board = (await story.secretary.get(at)).json()["board"]
    assert [one["number"] for one in board["constitutions"]] == [1, 2]
    assert [one["rules"]["meetings_a_year"] for one in board["constitutions"]] == [4, 6]
    assert board["constitutions"][1]["decision"] == decision


async def test_the_board_elects_and_hears_what_was_brought_until_it_has_noted_it(
    story: Story,
) -> None:
    at = f"/v1/partnerships/{story.partnership}"
    acted = {"title": "Sign the bid", "text": "It closed on Friday.", "acted_by": "cat",
             "consulted": ["ian"], "acted_on": "2026-04-01"}  # fmt: skip
    part = (await story.done(story.secretary, f"{at}/chairs-actions", acted))["part"]
    ofsted = {"body": "Ofsted", "title": "Inspection", "text": "Good.",
              "published_on": "2026-03-01"}  # fmt: skip
    await story.done(story.secretary, f"{at}/external-reviews", ofsted)
    kept = {"agency": "icb", "year": "2026/27", "plan": "s1", "commitment": "Two workers",
            "kept": "partly", "text": "One was hired."}  # fmt: skip
    await story.done(story.secretary, f"{at}/conduct", kept)
    meeting, item = await story.call(title="Chair", about=story.partnership, election=True)
    await story.sit(meeting)
    brought = (await story.members["ian"].get(meeting)).json()["business"]
    assert [one["said"] for one in brought] == ["It closed on Friday.", "Good."]
    assert "business" not in (await story.stranger.get(meeting)).json()
    noting = {"meeting": meeting.rpartition("/")[2]}
    await story.done(story.secretary, f"{at}/business/{part}/noting", noting)
    later, _ = await story.call(HELD_AT + timedelta(days=30))
    waiting = (await story.members["ian"].get(later)).json()["business"]
    assert [one["title"] for one in waiting] == ["Inspection"]
    votes = {"votes": {"cat": "for", "ian": "for"}}
    await story.done(story.secretary, f"{meeting}/items/{item}/hands", votes)
    chosen = {"chair": "ian", "vice_chair": "cat", "decision": item}
    early = await story.secretary.post(f"{at}/elections", chosen)
    assert early.json()["code"] == "election-not-carried"
    await story.done(story.secretary, f"{meeting}/items/{item}/decision")
    await story.done(story.secretary, f"{at}/elections", chosen)
    board = (await story.secretary.get(at)).json()["board"]
    assert [one["person"] for one in board["members"] if one["chair"]] == ["ian"]
    assert board["elected_on"] == "2026-05-06"

    report = (await story.members["ian"].get(f"{at}/annual-report?year=2026/27")).json()
    health = next(one for one in report["partners"] if one["agency"] == "icb")
    assert (health["meetings"], health["attended"]) == (1, 1)
    assert health["commitments"][0]["said"] == "One was hired."
    assert (report["chairs_actions"], report["meetings_wanted"]) == (1, 4)
    assert (await story.stranger.get(f"{at}/annual-report")).status_code == 404


async def test_an_action_is_done_by_its_owner_and_shown_as_overdue_before(story: Story) -> None:
    meeting, item = await story.call()
    await story.sit(meeting)
    at = f"/v1/partnerships/{story.partnership}/actions"
    agreed = {"text": "Ask", "owner": "icb", "due_on": "2026-05-20", "item": item}
    action = (await story.done(story.secretary, f"{meeting}/actions", agreed))["part"]
    stranger = await story.secretary.post(f"{meeting}/actions", agreed | {"owner": "elsewhere"})
    assert (stranger.status_code, stranger.json()["code"]) == (422, "owner-not-partner")
    await story.house.set_clock(HELD_AT + timedelta(days=20))
    [shown] = (await story.members["pol"].get(at)).json()["items"]
    assert (shown["said"], shown["overdue"]) == ("Ask", True)
    police = story.house.caller("police", "ps", "board-secretary")
    done = {"done_on": "2026-05-26"}
    assert (await police.post(f"{at}/{action}/completion", done)).status_code == 403
    health = story.house.caller("icb", "is", "board-secretary")
    await story.done(health, f"{at}/{action}/completion", done)
    [shown] = (await story.members["pol"].get(at)).json()["items"]
    assert (shown["done_on"], shown["overdue"]) == ("2026-05-26", False)
    assert (await story.stranger.get(at)).status_code == 404


async def test_teams_are_kept_by_the_secretary_and_known_to_partners(story: Story) -> None:
    at = f"/v1/partnerships/{story.partnership}/teams"
    body = {"name": "Joint Commissioning Unit", "purpose": "Commissions", "reports_to": "board",
            "formed_on": "2026-04-01"}  # fmt: skip
    team = (await story.done(story.secretary, at, body))["id"]
    member = {"person": "ian", "agency": "icb", "chair": True}
    await story.done(story.secretary, f"{at}/{team}/members", member)
    [shown] = (await story.members["pol"].get(at)).json()["items"]
    assert [(one["person"], one["chair"]) for one in shown["members"]] == [("ian", True)]
    assert (await story.members["pol"].post(f"{at}/{team}/ending")).status_code == 403
    assert (await story.stranger.get(at)).status_code == 404
    await story.done(story.secretary, f"{at}/{team}/standings-down", {"person": "ian"})
    await story.done(story.secretary, f"{at}/{team}/ending")
    again = await story.secretary.post(f"{at}/{team}/members", member)
    assert again.json()["code"] == "team-ended"
