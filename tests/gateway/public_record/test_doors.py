"""The public doors: nobody is asked who they are, nothing is missed, nothing is sent twice."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from msgspec.structs import replace

from services.gateway.contract_views.views import CONTRACT_FACTS, MONITORING_FACTS
from services.gateway.main import PLAN
from services.gateway.public_record.packages import LICENCE
from services.gateway.public_record.views import VIEWS
from shared.eventsourcing.rebuild import rebuild
from shared.eventsourcing.views import View
from shared.published.procurement import TenderCancelled
from shared.testing.houses import RunningHouse, open_house
from tests.gateway import story
from tests.gateway.public_record import life, offline

Json = dict[str, Any]
LATE = TenderCancelled(tender="t1", reason=story.TEXT)
STREAMS = {"needs": "of/needs", "procurement": "of/procurement", "contracts": "of/contracts",
           "monitoring": "of/monitoring"}  # fmt: skip


async def hear(house: RunningHouse, *sources: str) -> None:
    for source in sources:
        events = [event for of, event in life.WHOLE if of == source]
        if source == "needs":
            await house.hear(source, "partnership/p1", *events[:1])
            del events[:1]
        await house.hear(source, STREAMS[source], *events)


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with open_house(PLAN, service_database) as running:
        await hear(running, *STREAMS)
        yield running


async def got(house: RunningHouse, path: str, **headers: str) -> Any:
    answer = await house.nobody().get(path, **headers)
    assert answer.status_code == 200, answer.text
    return answer


async def followed(house: RunningHouse, place: str = "", limit: int = 4) -> tuple[list[Json], str]:
    """Every release from a place on, page by page, and the place after the last."""
    found: list[Json] = []
    while True:
        answer = await got(house, f"/v1/public/releases?after={place}&limit={limit}")
        package = answer.json()
        found += package["releases"]
        place = answer.headers["next-place"]
        if "next" not in package.get("links", {}):
            return found, place


async def test_pages_of_releases_hold_every_release_once(house: RunningHouse) -> None:
    found, _ = await followed(house)
    assert len(found) == sum(len(of) for of in life.releases(life.heard(life.WHOLE)).values())
    assert len({one["id"] for one in found}) == len(found)
    package = (await got(house, "/v1/public/releases?limit=2")).json()
    assert (package["license"], package["version"]) == (LICENCE, "1.1")
    assert package["links"]["next"].startswith("http://test/v1/public/releases?after=")


async def test_who_asks_again_hears_only_what_is_new(house: RunningHouse) -> None:
    _, place = await followed(house)
    assert await followed(house, place) == ([], place)
    await house.hear("procurement", "of/late", LATE)
    found, _ = await followed(house, place)
    assert [one["tag"] for one in found] == [["tenderCancellation", "awardCancellation"]]


async def test_what_came_before_its_process_was_known_waits_and_is_not_missed(
    service_database: str,
) -> None:
    async with open_house(PLAN, service_database) as house:
        await hear(house, "monitoring", "contracts")
        found, place = await followed(house)
        assert found == []
        await hear(house, "needs", "procurement")
        later, _ = await followed(house, place)
        assert len(later) == sum(len(of) for of in life.releases(life.heard(life.WHOLE)).values())


@pytest.mark.parametrize("behind", [MONITORING_FACTS, CONTRACT_FACTS])
async def test_figures_that_are_not_decided_yet_wait(
    house: RunningHouse, behind: View[Any]
) -> None:
    """The view that decides may be behind the one that keeps releases."""
    _, place = await followed(house)
    name = house.house.stores[behind.name].name
    pool = house.house.pool
    await pool.execute(f'create table views.aside as table views."{name}_lines"')
    await pool.execute(f'delete from views."{name}_lines"')
    waiting, _ = await followed(house)
    whole = (await got(house, f"/v1/public/records/{life.TENDER}")).json()
    assert not [one for one in waiting if "metrics" in str(one)], (
        "no figure and no void in its place"
    )
    assert "'implementation': {'metrics'" not in str(whole)
    await pool.execute(f'insert into views."{name}_lines" select * from views.aside')
    found, again = await followed(house)
    assert again == place
    assert [one for one in found if "'metrics'" in str(one)]


async def test_a_return_accepted_in_part_tells_that_part(house: RunningHouse) -> None:
    _, place = await followed(house)
    readings = tuple(replace(one, period="2026-27-Q2") for one in story.READINGS)
    first = replace(story.submitted(1, *readings), period="2026-27-Q2")
    seen = replace(story.accepted(1, readings[1]), period="2026-27-Q2", measures=("m-seen",))
    every = replace(story.accepted(1, *readings), period="2026-27-Q2")
    await house.hear("monitoring", "of/later", first, seen, every)
    found, _ = await followed(house, place)
    told = [one["contracts"][0]["implementation"]["metrics"] for one in found]
    assert [[one["id"] for one in metrics] for metrics in told] == [
        ["m-seen"], ["m-helped", "m-seen"],
    ]  # fmt: skip
    assert told[0][0] == told[1][1]
    assert told[1][0]["observations"][0]["measure"] == 70.0


async def test_a_record_is_what_its_releases_come_to(
    house: RunningHouse, shared_material: Path
) -> None:
    package = (await got(house, f"/v1/public/records/{life.TENDER}")).json()
    [record] = package["records"]
    tags = [one["tag"][0] for one in record["releases"]]
    assert (tags[0], tags.count("implementation")) == ("tender", 3)
    assert record["compiledRelease"]["contracts"][0]["awardID"] == "t1"
    known = offline.schema(shared_material)
    for release in record["releases"]:
        assert offline.faults(release, known) == []


async def test_the_bulk_file_holds_every_process_as_its_door_does(house: RunningHouse) -> None:
    answer = await got(house, "/v1/public/records.jsonl.gz")
    lines = [json.loads(line) for line in gzip.decompress(answer.content).splitlines()]
    assert len(lines) == 6
    for line in lines:
        package = (await got(house, f"/v1/public/records/{line['ocid']}")).json()
        assert package["records"] == [line]


async def test_the_feed_names_each_release_by_its_event(house: RunningHouse) -> None:
    answer = await got(house, "/v1/public/releases.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    atom = {"a": "http://www.w3.org/2005/Atom"}
    entries = fromstring(answer.content).findall("a:entry", atom)  # noqa: S314 - our own
    ids = [entry.findtext("a:id", "", atom) for entry in entries]
    releases, _ = await followed(house, limit=100)
    assert set(ids) == {f"urn:uuid:{one['id']}" for one in releases}


@pytest.mark.parametrize(
    "path",
    ["/v1/public/releases", f"/v1/public/records/{life.TENDER}", "/v1/public/records.jsonl.gz",
     "/v1/public/releases.atom"],
)  # fmt: skip
async def test_who_has_it_already_is_sent_nothing(house: RunningHouse, path: str) -> None:
    first = await got(house, path)
    known = {"if_none_match": first.headers["etag"]}
    again = await house.nobody().get(path, **known)
    assert (again.status_code, again.content) == (304, b"")
    dated = await house.nobody().get(path, if_modified_since=first.headers["last-modified"])
    assert dated.status_code == 304
    other = await house.nobody().get(path, if_none_match='"other"')
    assert other.status_code == 200
    await house.hear("procurement", "of/late", LATE)
    assert (await house.nobody().get(path, **known)).status_code == 200


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v1/public/records/ocds-213czf-tender-nowhere", 404),
        ("/v1/public/records/ocds-other1-tender-t1", 404),
        ("/v1/public/records/ocds-213czf-contract-c1", 404),
        ("/v1/public/records/no_such_id", 422),
        ("/v1/public/releases?after=drop", 422),
        ("/v1/public/releases?limit=0", 422),
        ("/v1/public/releases?limit=501", 422),
    ],
)
async def test_bad_asking_gets_a_code(house: RunningHouse, path: str, status: int) -> None:
    answer = await house.nobody().get(path)
    assert answer.status_code == status
    assert answer.json()["code"] in ("not-found", "invalid")


async def test_the_record_is_the_same_when_made_again(house: RunningHouse) -> None:
    for view in VIEWS:
        store = house.house.stores[view.name]
        before = await store.contents()
        assert before["rows"], view.name
        await rebuild(store, house.house.pool, house.house.sources[view.source])
        assert await store.contents() == before, view.name


async def test_partners_read_the_drafts_of_notices(house: RunningHouse) -> None:
    path = f"/v1/processes/{life.TENDER}/notices"
    read = (await house.caller("council", "p-1", "procurement-officer").get(path)).json()
    assert (read["regime"], len(read["notices"])) == ("light-touch", 11)
    by_notice = {one["notice"]: one for one in read["notices"]}
    assert by_notice["UK7"]["due_on"] == "2026-10-13"
    assert "Contact" in by_notice["UK7"]["missing"]
    assert by_notice["UK7"]["fields"]["Supplier"] == "Acorn Counselling"


async def test_drafts_are_for_the_partners(house: RunningHouse) -> None:
    path = f"/v1/processes/{life.TENDER}/notices"
    assert (await house.nobody().get(path)).status_code == 401
    stranger = house.caller("elsewhere", "p-1", "procurement-officer")
    assert (await stranger.get(path)).status_code == 404
    bidder = house.caller("acorn", "p-9", "provider")
    assert (await bidder.get(path)).status_code == 404
    operator = house.caller("council", "p-1", "operator")
    assert (await operator.get(path)).status_code == 403
    officer = house.caller("council", "p-1", "procurement-officer")
    nowhere = await officer.get(f"/v1/processes/{life.SPECIFICATION}/notices")
    assert nowhere.status_code == 404


async def test_pages_anyone_may_open(house: RunningHouse) -> None:
    listed = await got(house, "/record")
    assert f'href="/record/{life.TENDER}"' in listed.text
    shown = (await got(house, f"/record/{life.TENDER}")).text
    for word in ("Counselling", "Acorn Counselling", "£96,000", "Not shown: small numbers",
                 "Children who feel safer", "Open Government Licence"):  # fmt: skip
        assert word in shown, word
    assert "p-secret" not in shown
    planned = await got(house, f"/record/{life.SPECIFICATION}")
    assert "Children are safe" in planned.text
    unknown = await house.nobody().get("/record/ocds-213czf-tender-nowhere")
    assert unknown.status_code == 404
