"""The board through its doors: who may call, vote and read, and what monitoring has reported."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from msgspec.structs import replace

from services.needs.heard import IncidentRow, outstanding
from shared.published.monitoring import IncidentClosed, SeriousIncidentReported
from tests.needs.partnership_story import HELD_AT, MEMBERS, Story


async def test_an_award_is_decided_and_confirmed_by_the_partner_that_procures(
    story: Story,
) -> None:
    decision = await story.carry(about_kind="award", about="tender-1")
    at = f"/v1/partnerships/{story.partnership}/decisions"
    give = f"{at}/{decision}/home-authority"

    await story.done(story.secretary, give, {"authority": "cabinet"})
    again = await story.secretary.post(give, {"authority": "cabinet"})
    assert again.json()["code"] == "authority-given"
    assert (await story.provider.post(give, {"authority": "officer"})).status_code == 403
    stranger = story.house.caller("elsewhere", "eve", "board-secretary")
    assert (await stranger.post(give, {"authority": "officer"})).status_code == 404

    found = (await story.secretary.get(at)).json()["items"][0]
    assert (found["about_kind"], found["about"], found["carried"]) == ("award", "tender-1", True)
    assert found["home_authority"] == ["council"]


async def test_a_decision_is_refused_through_the_door_with_its_code(story: Story) -> None:
    meeting, item = await story.call(about_kind="award", about="tender-1")
    early = await story.secretary.post(f"{meeting}/opening", {"present": ["cat"]})
    assert early.json()["code"] == "meeting-early"
    await story.sit(meeting)
    way = f"{meeting}/items/{item}"

    await story.done(story.members["pol"], f"{way}/votes", {"vote": "for"})
    await story.done(story.members["pol"], f"{way}/interests")
    lost = await story.secretary.post(f"{way}/decision")
    assert (lost.status_code, lost.json()["code"]) == (409, "not-quorate")
    barred = await story.members["pol"].post(f"{way}/votes", {"vote": "for"})
    assert (barred.status_code, barred.json()["code"]) == (403, "member-interested")
    outsider = story.house.caller("icb", "zoe", "board-member")
    refused = await outsider.post(f"{way}/votes", {"vote": "for"})
    assert (refused.status_code, refused.json()["code"]) == (403, "not-board-member")
    assert (await story.stranger.post(f"{way}/votes", {"vote": "for"})).status_code == 404


async def test_an_exempt_item_and_its_paper_are_for_partners_alone(story: Story) -> None:
    meeting, item = await story.call(about_kind="review", about="r1", exempt=True)
    paper = (await story.secretary.get(meeting)).json()["agenda"][0]["papers"][0]["paper"]

    inside = await story.members["ian"].get(f"{meeting}/papers/{paper}")
    assert inside.json()["content"] == "What the board must know."
    outside = (await story.stranger.get(meeting)).json()
    assert outside["agenda"] == [{"item": {"item": item, "exempt": True}}]
    assert "present" not in outside
    assert (await story.stranger.get(f"{meeting}/papers/{paper}")).status_code == 404


async def test_an_open_item_is_read_by_every_agency_without_the_single_votes(
    story: Story,
) -> None:
    decision = await story.carry(about_kind="other", about="x")
    at = f"/v1/partnerships/{story.partnership}"
    meeting = (await story.stranger.get(f"{at}/meetings")).json()["items"][0]
    assert set(meeting["agenda"][0]) == {"item", "papers", "decision"}
    assert meeting["agenda"][0]["decision"]["decision"] == decision
    way = f"{at}/meetings/{meeting['meeting']}/papers/{meeting['agenda'][0]['papers'][0]['paper']}"
    assert (await story.stranger.get(way)).status_code == 200


async def test_the_rules_change_only_by_two_thirds_about_this_partnership(story: Story) -> None:
    at = f"/v1/partnerships/{story.partnership}"
    rules = {"quorum_named": ["council"], "quorum_others": 1}
    assert (await story.secretary.post(f"{at}/rules", rules)).json()[
        "code"
    ] == "rules-need-decision"
    plain = await story.carry(about=story.partnership)
    body = rules | {"decision": plain}
    assert (await story.secretary.post(f"{at}/rules", body)).json()["code"] == "rules-need-decision"
    carried = await story.carry(
        HELD_AT + timedelta(days=30), about=story.partnership, constitution=True, proposed=rules
    )
    await story.done(story.secretary, f"{at}/rules", rules | {"decision": carried})
    assert (await story.secretary.get(at)).json()["board"]["rules"]["quorum_named"] == ["council"]


async def test_minutes_are_approved_at_the_next_meeting(story: Story) -> None:
    first, _ = await story.call()
    await story.sit(first)
    await story.done(story.secretary, f"{first}/closing")
    later = HELD_AT + timedelta(days=30)
    second, _ = await story.call(later)
    body = {"minutes": "We met.", "approved_in": second.rpartition("/")[2]}
    early = await story.secretary.post(f"{first}/minutes", body)
    assert early.json()["code"] == "not-later-meeting"
    await story.sit(second, later)
    await story.done(story.secretary, f"{first}/minutes", body)

    minutes = (await story.stranger.get(first)).json()["minutes"]["text"]
    read = await story.stranger.get(f"{first}/papers/{minutes}")
    assert read.json()["content"] == "We met."


async def test_only_the_lead_forms_and_admits_and_each_partner_may_leave(story: Story) -> None:
    body = {"name": "Beech", "lead": "icb", "members": MEMBERS, "effective_on": "2026-04-01"}
    assert (await story.secretary.post("/v1/partnerships", body)).status_code == 403
    at = f"/v1/partnerships/{story.partnership}"
    police = story.house.caller("police", "ps", "board-secretary")
    school = {"agency": "school", "kind": "school", "name": "Elm", "effective_on": "2026-05-01"}
    assert (await police.post(f"{at}/partners", school)).status_code == 403
    await story.done(story.secretary, f"{at}/partners", school)
    other = await police.post(f"{at}/leavings", {"agency": "school", "effective_on": "2026-06-01"})
    assert (other.status_code, other.json()["code"]) == (403, "only-own-agency")
    await story.done(police, f"{at}/leavings", {"agency": "police", "effective_on": "2026-06-01"})

    shown = (await story.secretary.get(at)).json()
    assert shown["agencies"] == ["council", "icb", "school"]
    assert [member["person"] for member in shown["board"]["members"]] == ["cat", "ian"]
    register = (await story.provider.get("/v1/partnerships")).json()["items"]
    assert [(row["name"], row["lead"]) for row in register] == [("Alder", "council")]
    assert "board" not in (await story.provider.get(at)).json()


def reported(incident: str, on: date) -> SeriousIncidentReported:
    return SeriousIncidentReported(
        incident=incident, contract="c1", partnership="p1", provider="acorn",
        commissioner="council", reference="REF-1", referred_to="lado", reported_by="ann",
        effective_on=on,
    )  # fmt: skip


async def test_every_outstanding_incident_is_listed_for_each_meeting_until_closed(
    story: Story,
) -> None:
    report = reported("n1", date(2026, 4, 20))
    ours = replace(report, partnership=story.partnership)
    await story.house.hear("monitoring", "incident/n1", ours)
    await story.house.hear("monitoring", "incident/n2", reported("n2", date(2026, 4, 20)))
    first, _ = await story.call()
    second, _ = await story.call(HELD_AT + timedelta(days=30))
    third, _ = await story.call(HELD_AT + timedelta(days=60))
    closed = IncidentClosed(
        incident="n1", contract="c1", partnership=story.partnership, closed_by="com",
        effective_on=date(2026, 6, 20),
    )  # fmt: skip
    await story.house.hear("monitoring", "incident/n1", closed)

    listed: list[list[tuple[str, bool]]] = []
    for meeting in (first, second, third):
        shown = (await story.members["ian"].get(meeting)).json()
        listed.append([(found["incident"], found["exempt"]) for found in shown["incidents"]])
    assert listed == [[("n1", True)], [("n1", True)], []]
    assert "incidents" not in (await story.stranger.get(first)).json()


def test_an_incident_is_outstanding_from_its_report_to_its_close() -> None:
    row = IncidentRow(
        incident="n1", contract="c1", partnership="p1", provider="a", reference="R",
        referred_to="lado", reported_on=date(2026, 4, 2), closed_on=date(2026, 5, 2),
    )  # fmt: skip
    days = [date(2026, 4, 1), date(2026, 4, 2), date(2026, 5, 2), date(2026, 5, 3)]
    assert [bool(outstanding([row], day)) for day in days] == [False, True, True, False]


async def test_bad_input_is_refused_with_a_pointer_and_writes_nothing(story: Story) -> None:
    before = await story.house.house.log.head()
    at = f"/v1/partnerships/{story.partnership}"
    naive: dict[str, object] = {"held_at": "2026-05-06T13:00:00", "agenda": []}
    answer = await story.secretary.post(f"{at}/meetings", naive)
    assert answer.status_code == 422
    assert {fault["pointer"] for fault in answer.json()["errors"]} == {
        "/body/held_at",
        "/body/agenda",
    }
    past = {
        "held_at": datetime(2026, 1, 1, tzinfo=UTC).isoformat(),
        "agenda": [{"title": "A", "about_kind": "other", "about": "x"}],
    }
    answer = await story.secretary.post(f"{at}/meetings", past)
    assert (answer.status_code, answer.json()["code"]) == (422, "meeting-past")
    assert (await story.secretary.get(f"{at}/meetings/none")).status_code == 404
    assert await story.house.house.log.head() == before
