"""Each agency's log as it is written and read: numbered, kept, its own, from the next event on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest
from msgspec.structs import replace
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from services.gateway.partners.logs import PartnerLogs
from services.gateway.partners.routes import partner_logs
from services.gateway.partners.writer import NAME, PartnerWriter
from shared.eventsourcing.codec import NewerVersion
from shared.eventsourcing.memory_log import MemoryLog
from shared.eventsourcing.subscriptions import BEGINNING, Checkpoint, Follower, Numbered, Overtaken
from shared.postgres.pool import Pool
from shared.published import contracts, gateway, monitoring, needs
from shared.testing.houses import RunningHouse
from tests.gateway import story
from tests.gateway.partners.happened import (
    JOINED,
    LEFT,
    SOURCES,
    heard,
    lines_of,
    one_after_another,
    told,
)
from tests.gateway.partners.reading import feed, kinds, log_of, logs_of, of


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with story.open_gateway(service_database) as running:
        yield running


def writer_of(house: RunningHouse) -> PartnerWriter:
    return next(s for _, s in house.house.subscribers if isinstance(s, PartnerWriter))


# -- what is in a log


async def test_a_provider_hears_of_its_own_contract_and_of_no_other(house: RunningHouse) -> None:
    await story.reported_and_paid(house)
    acorn = await log_of(house, "acorn")
    assert {one.contract for one in of(acorn, contracts.ContractSigned)} == {"c1"}
    assert [one.amount_pence for one in of(acorn, contracts.PaymentMade)] == [22_000_00]
    assert of(acorn, contracts.ContributionAgreed) == []
    assert of(acorn, needs.DecisionTaken) == []


async def test_another_partnership_hears_only_what_is_public(house: RunningHouse) -> None:
    await story.reported_and_paid(house)
    elsewhere = kinds(await log_of(house, "elsewhere"))
    own = ["gateway.entitlement-granted", "needs.partnership-formed"]
    assert elsewhere == [*own, "procurement.tender-opened", "procurement.tender-opened"]


async def test_who_joins_gets_what_stands_and_then_what_happens(house: RunningHouse) -> None:
    await story.reported_and_paid(house)
    await house.hear("needs", "partnership/p1", JOINED)
    await house.hear("monitoring", "incident/i1", story.INCIDENT)
    await house.hear("contracts", "contract/c1", story.VARIED)
    assert [kind for kind in kinds(await log_of(house, "trust")) if "tender" not in kind] == [
        "gateway.entitlement-granted",
        "gateway.partnership-snapshot",
        "gateway.fund-snapshot",
        "gateway.contract-snapshot",
        "gateway.contract-snapshot",
        "needs.partner-joined",
        "contracts.contract-varied",
    ]
    [first, second] = of(await log_of(house, "trust"), gateway.ContractSnapshot)
    assert [(one.period, one.status, one.version) for one in first.returns] == [
        ("2026-27-Q1", "accepted", 1),
        ("2026-27-Q2", "scheduled", 0),
    ]
    assert [flag.flag for flag in first.open_flags] == ["fl1"]
    assert (second.contract, second.returns) == ("c2", ())


async def test_who_left_hears_nothing_more_from_the_next_event_on(house: RunningHouse) -> None:
    await house.hear("needs", "partnership/p1", LEFT)
    [*_, last] = await log_of(house, "icb")
    assert isinstance(last.event, gateway.EntitlementEnded)
    await story.reported_and_paid(house)
    assert (await log_of(house, "icb"))[-1] == last
    assert of(await log_of(house, "council"), monitoring.ReturnAccepted) != []


async def test_no_count_under_eight_and_no_story_lies_in_a_partners_log(
    house: RunningHouse,
) -> None:
    small = (story.reading("m-helped", 70, 7, 10), story.reading("m-seen", 30))
    await house.hear("monitoring", "return/c1:2026-27-Q1", story.Q1, story.submitted(1, *small))
    shown = {
        agency: of(log, monitoring.ReturnSubmitted)
        for agency, log in (await logs_of(house)).items()
    }
    [partners], [council], [acorn] = shown["icb"], shown["council"], shown["acorn"]
    assert [one.value for one in partners.readings] == [None, 30]
    assert partners.story is None
    assert council == acorn == story.submitted(1, *small)


# -- as a log


async def test_nothing_written_can_be_changed_or_taken_out(house: RunningHouse) -> None:
    for statement in (
        "update partners.events set body = ''",
        "delete from partners.events",
        "truncate partners.events",
        "insert into partners.events select * from partners.events",
        "update partners.heads set number = 0",
        "delete from partners.epochs",
        "delete from partners.public_record",
        "drop table partners.events",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await house.house.pool.execute(statement)


async def test_a_page_taken_twice_changes_nothing(house: RunningHouse) -> None:
    before = await logs_of(house)
    writer = writer_of(house)
    page = await house.house.sources["contracts"].read(0, 500, 0.0)
    numbered = [Numbered(e.publication or 0, e) for e in page.envelopes]
    to = Checkpoint(1, numbered[-1].number)
    with pytest.raises(Overtaken):
        await writer.take("contracts", BEGINNING, to, numbered)
    assert await logs_of(house) == before
    assert (await log_of(house, "acorn"))[0].event == story.REGISTERED


async def test_a_restart_and_a_second_writer_leave_the_logs_as_they_are(
    service_database: str,
) -> None:
    async with story.open_gateway(service_database) as house:
        await story.reported_and_paid(house)
        before = await logs_of(house)
        second = PartnerWriter(house.house.pool)
        follower = Follower(house.house.sources["monitoring"], [second])
        assert await follower.step() == 0
        await house.hear("monitoring", "incident/i1", story.INCIDENT)
        await follower.step()
        assert len(await log_of(house, "acorn")) == len(before["acorn"]) + 1


async def test_two_writers_at_once_write_each_event_once(service_pool: Pool) -> None:
    """One page of each source is as long as the source, so the two meet at every checkpoint."""
    pages = {
        source: [
            Numbered(number, heard(source, number, stream, event).recorded.envelope)
            for number, (stream, event) in enumerate(events, 1)
        ]
        for source, events in SOURCES.items()
    }

    async def takes(writer: PartnerWriter, source: str, numbered: list[Numbered]) -> bool:
        try:
            to = Checkpoint(1, numbered[-1].number)
            await writer.take(source, BEGINNING, to, numbered)
        except Overtaken:
            return False
        return True

    rivals = [PartnerWriter(service_pool) for _ in range(2)]
    taken = await asyncio.gather(
        *(takes(rival, *page) for page in pages.items() for rival in rivals)
    )
    assert sum(taken) == len(pages)
    expected = told(SOURCES, one_after_another(SOURCES))
    logs = PartnerLogs(service_pool)
    for agency in ("council", "icb", "acorn", "beech", "elsewhere"):
        page = await logs.of(agency).read(0, 500, 0.0)
        ids = [envelope.event_id for envelope in page.envelopes]
        assert sorted(ids) == sorted(line.event_id for line in lines_of(expected, agency))
        assert [envelope.publication for envelope in page.envelopes] == [*range(1, len(ids) + 1)]


async def test_an_event_of_a_kind_without_a_rule_stops_the_writer(house: RunningHouse) -> None:
    strange = heard("contracts", 99, "contract/c1", story.PAID).recorded.envelope
    new = replace(strange, type="contracts.never-heard-of.v1")
    at = await writer_of(house).checkpoint("contracts")
    with pytest.raises(NewerVersion):
        await writer_of(house).take("contracts", at, Checkpoint(1, 99), [Numbered(99, new)])
    assert await writer_of(house).checkpoint("contracts") == at


async def test_what_cannot_be_read_parks_its_key_and_is_taken_again_on_order(
    house: RunningHouse,
) -> None:
    writer = writer_of(house)
    at = await writer.checkpoint("contracts")
    good = heard("contracts", at.number + 2, "contract/c2", story.OTHERS_SIGNED).recorded.envelope
    bad = replace(
        heard("contracts", at.number + 1, "contract/c1", story.PAID).recorded.envelope, body=b"{"
    )
    behind = heard("contracts", at.number + 3, "contract/c1", story.NOTICE).recorded.envelope
    page = [Numbered(e.publication or 0, e) for e in (bad, good, behind)]
    await writer.take("contracts", at, Checkpoint(1, at.number + 3), page)
    assert of(await log_of(house, "acorn"), contracts.NoticeIssued) == []
    assert len(of(await log_of(house, "beech"), contracts.ContractSigned)) == 2

    operator = house.caller("house", "p-0", "operator")
    parked = (await operator.get("/v1/operations/parked")).json()
    assert [(one["subscriber"], one["key"], one["events"]) for one in parked] == [(NAME, "c1", 2)]
    skip = {"subscriber": NAME, "source": "contracts", "number": at.number + 1, "reason": "broken"}
    assert (await operator.post("/v1/operations/parked/skip", skip)).json() == {"skipped": True}
    retry = {"subscriber": NAME, "source": "contracts", "key": "c1"}
    assert (await operator.post("/v1/operations/parked/retry", retry)).json() == {"applied": 1}
    assert of(await log_of(house, "acorn"), contracts.NoticeIssued) == [story.NOTICE]


async def test_a_new_incarnation_is_told_with_the_first_number_of_each_log(
    house: RunningHouse, service_database: str
) -> None:
    acorn = partner_logs(house.house).of("acorn")
    head = (await acorn.read(0, 1, 0.0)).head
    engine = create_async_engine(service_database.replace("postgresql:", "postgresql+asyncpg:"))
    async with engine.begin() as connection:
        await connection.execute(text("insert into log.epochs values (2, 1, 1, 'restored')"))
    await engine.dispose()
    assert (await acorn.read(0, 1, 0.0)).epochs == ((1, 1), (2, head + 1))
    await house.hear("monitoring", "incident/i1", story.INCIDENT)
    page = await acorn.read(head, 10, 0.0)
    assert page.epochs == ((1, 1), (2, head + 1))
    assert [envelope.epoch for envelope in page.envelopes] == [2]


# -- through the door


async def test_an_agency_reads_its_own_feed_from_where_it_was(house: RunningHouse) -> None:
    whole = await feed(house, "acorn")
    assert [one["publication"] for one in whole] == list(range(1, len(whole) + 1))
    assert {one["source"] for one in whole} == {"/partners/acorn"}
    assert await feed(house, "acorn", f"?lastEventId={whole[1]['id']}") == whole[2:]
    assert await feed(house, "acorn", "?after=1&limit=2") == whole[1:3]
    assert {one["source"] for one in await feed(house, "icb")} == {"/partners/icb"}
    assert await feed(house, "nobody-knows") == []


async def test_an_event_of_another_agency_is_no_place_to_begin(house: RunningHouse) -> None:
    others = {one["id"] for one in await feed(house, "icb")}
    own = {one["id"] for one in await feed(house, "acorn")}
    system = house.caller("acorn", "", "partner-system")
    for id in (min(others - own), str(uuid4())):
        response = await system.get(f"/v1/partner-feed?lastEventId={id}")
        assert (response.status_code, response.json()["code"]) == (409, "unknown-event")


async def test_a_reader_that_waits_is_woken_by_what_is_written(house: RunningHouse) -> None:
    head = len(await feed(house, "acorn"))
    waiting = asyncio.create_task(feed(house, "acorn", f"?after={head}&timeout=20"))
    await asyncio.sleep(0)
    await house.hear("monitoring", "incident/i1", story.INCIDENT)
    [fresh] = await asyncio.wait_for(waiting, 10)
    assert fresh["type"] == "monitoring.serious-incident-reported.v1"


async def test_only_a_systems_role_reads_a_feed(house: RunningHouse) -> None:
    for role in ("provider", "finance", "commissioner", "operator", "service"):
        response = await house.caller("acorn", "p-9", role).get("/v1/partner-feed")
        assert response.status_code == 403, role


async def test_every_agency_with_a_log_is_named_for_the_relay(house: RunningHouse) -> None:
    agencies = await partner_logs(house.house).agencies()
    assert agencies == ["acorn", "beech", "council", "elsewhere", "icb"]


async def test_an_operator_sees_what_waits_and_for_what(house: RunningHouse) -> None:
    await house.hear("monitoring", "return/c9:2026-27-Q1", replace(story.Q1, contract="c9"))
    operator = house.caller("house", "p-0", "operator")
    standing = (await operator.get("/v1/operations/partner-logs")).json()
    assert standing["waiting"] == [{"key": "contract/c9", "events": 1}]
    assert standing["logs"]["acorn"] == len(await log_of(house, "acorn"))
    assert standing["failing_webhooks"] == 0


async def test_a_source_restored_to_before_the_writer_goes_on_by_a_persons_decision(
    house: RunningHouse,
) -> None:
    needs_log = house.heard["needs"]
    assert isinstance(needs_log, MemoryLog)
    stood = (await needs_log.head()).publication
    waits = replace(story.SPECIFIED, partnership="p9")
    await house.hear("needs", "specification/s9", waits)
    assert await house.house.pool.fetchval("select count(*) from partners.waiting") == 1
    needs_log.lose(stood)
    for stream, event in (("partnership/p1", JOINED), ("specification/s8", story.SPECIFIED)):
        await house.hear("needs", stream, event)
    following = house.house.followers["needs"].following()
    [stopped] = [where.stopped for where in following if where.subscriber == NAME]
    assert f"epoch 2 began at {stood + 1}" in stopped

    operator = house.caller("operations", "ops", "operator")
    accepted = await operator.done(
        "/v1/operations/epochs/needs/acceptance", {"reason": "the disk was lost"}
    )
    assert {"subscriber": NAME, "was_at": stood + 1, "now_at": stood} in accepted["put_back"]
    assert await house.house.followers["needs"].reached(stood + 2, 10)

    assert await house.house.pool.fetchval("select count(*) from partners.waiting") == 0
    assert kinds(await log_of(house, "trust"))[-1] == "needs.specification-published"
