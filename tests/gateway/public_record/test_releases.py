"""The map from what happened to releases, line by line, valid under OCDS 1.1.5 and the UK's own."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import ocdsmerge  # pyright: ignore[reportMissingTypeStubs]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.gateway.public_record.dating import dated, written
from services.gateway.public_record.joining import ocid_of, subject_of
from services.gateway.public_record.merging import compiled
from services.gateway.public_record.packages import EXTENSIONS
from shared.published.terms import Reading
from tests.gateway import story
from tests.gateway.public_record import life, offline

Json = dict[str, Any]
RECORD = life.releases(life.heard(life.WHOLE))

MAP: dict[str, list[list[str]]] = {
    f"{life.PREFIX}-assessment-a1": [["planning"]],
    f"{life.PREFIX}-strategy-st1": [["planning"]],
    life.SPECIFICATION: [["planning"], ["planningUpdate"]],
    life.TENDER: [
        ["tender"],  # opened
        ["tenderUpdate"],  # a question answered to all
        ["tenderUpdate"],  # bids opened
        ["award"],  # the notice
        ["awardUpdate"],  # the standstill runs again
        ["awardUpdate"],  # the standstill has ended
        ["awardUpdate"],  # confirmed
        ["contract"],
        ["implementation"],  # a return accepted
        ["contractAmendment"],
        ["implementation"],  # a payment
        ["implementation"],  # a flag upheld
        ["implementationUpdate"],  # restated
        ["contractTermination"],
        ["implementationUpdate"],  # paid after the end
    ],
    f"{life.PREFIX}-tender-t2": [["tender"], ["tenderCancellation"]],
    life.DIRECT: [["tender", "award"], ["contract"]],
}


def of_contract(releases: list[Json]) -> Json:
    [contract] = compiled(releases)["contracts"]
    return contract


def tagged(ocid: str, tag: str) -> Json:
    return next(one for one in RECORD[ocid] if tag in one["tag"])


def test_each_event_on_the_map_is_one_release_of_its_process() -> None:
    found = {
        ocid: [one["tag"] for one in sorted(releases, key=lambda one: one["date"])]
        for ocid, releases in RECORD.items()
    }
    assert found == MAP


def test_a_release_has_the_id_of_its_event() -> None:
    told = life.heard(life.WHOLE)
    events = {str(one.recorded.envelope.event_id) for one in told}
    ids = [one["id"] for releases in RECORD.values() for one in releases]
    assert len(ids) == len(set(ids))
    assert set(ids) <= events


def test_every_release_is_valid(shared_material: Path) -> None:
    known = offline.schema(shared_material)
    for releases in RECORD.values():
        for release in releases:
            assert offline.faults(release, known) == [], release["tag"]


def test_what_is_wrong_would_be_seen(shared_material: Path) -> None:
    known = offline.schema(shared_material)
    good = RECORD[life.TENDER][0]
    for bad in (
        good | {"tag": ["tendered"]},
        good | {"tender": good["tender"] | {"status": "opened"}},
        good | {"date": "yesterday"},
        good | {"tender": good["tender"] | {"sealed": "a bid"}},
        good | {"parties": good["parties"] * 2},
        good | {"parties": [{"id": "x", "roles": ["winner"]}]},
    ):
        assert offline.faults(bad, known) != [], bad


def test_every_extension_that_is_declared_is_there(shared_material: Path) -> None:
    assert [one for one in EXTENSIONS if not offline.extension_is_there(one, shared_material)] == []


def test_merging_is_that_of_the_fields_own_library(shared_material: Path) -> None:
    merger: Any = ocdsmerge.Merger(offline.schema(shared_material))  # pyright: ignore[reportUnknownVariableType]
    for releases in RECORD.values():
        expected = merger.create_compiled_release(json.loads(json.dumps(releases)))
        assert json.loads(json.dumps(compiled(releases))) == expected


@settings(max_examples=25)
@given(st.data())
def test_a_record_is_the_same_whatever_the_delivery(data: st.DataObject) -> None:
    """In any order, and each release as often as it comes."""
    for releases in RECORD.values():
        delivered = data.draw(st.permutations(releases * 2))
        assert compiled(delivered) == compiled(releases)


@settings(max_examples=50)
@given(
    st.lists(st.tuples(st.sampled_from(range(len(life.WHOLE))), st.integers(0, 30)), max_size=20)
)
def test_no_two_releases_of_a_process_have_one_date(ties: list[tuple[int, int]]) -> None:
    """However many events were recorded in the same microsecond, in whichever logs."""
    told = life.heard(life.WHOLE, step=timedelta(microseconds=1))
    for n, back in ties:
        if n >= back:
            told[n] = told[n]._replace(recorded=at(told[n].recorded, told[n - back].recorded))
    told = in_order(told)
    for releases in life.releases(told).values():
        dates = [one["date"] for one in releases]
        assert len(set(dates)) == len(dates)


def at(recorded: Any, other: Any) -> Any:
    envelope = replace(recorded.envelope, recorded_at=other.envelope.recorded_at)
    return replace(recorded, envelope=envelope)


def in_order(told: list[life.Heard]) -> list[life.Heard]:
    """A log's times never decrease."""
    latest: dict[str, datetime] = {}
    found: list[life.Heard] = []
    for one in told:
        since = max(one.recorded.recorded_at, latest.get(one.source, one.recorded.recorded_at))
        latest[one.source] = since
        envelope = replace(one.recorded.envelope, recorded_at=since)
        found.append(one._replace(recorded=replace(one.recorded, envelope=envelope)))
    return found


def test_everything_at_one_instant_still_merges_in_the_order_of_its_causes() -> None:
    told = life.heard(life.WHOLE, step=timedelta(0))
    releases = life.releases(told)[life.TENDER]
    ordered = sorted(releases, key=lambda one: one["date"])
    assert [one["tag"] for one in ordered][:8] == MAP[life.TENDER][:8]
    assert len({one["date"] for one in releases}) == len(releases)


def test_a_date_says_the_microsecond_the_log_and_the_order() -> None:
    recorded = datetime.fromisoformat("2026-05-01T10:00:00.123456Z")
    first = dated(recorded, "contracts", 0)
    assert written(first) == "2026-05-01T10:00:00.123456200Z"
    assert written(dated(recorded, "contracts", first)) == "2026-05-01T10:00:00.123456201Z"
    assert written(dated(recorded, "monitoring", 0)) == "2026-05-01T10:00:00.123456300Z"


@given(st.integers(0, 10**18), st.integers(0, 10**18))
def test_dates_sort_as_text_as_they_do_as_times(one: int, other: int) -> None:
    assert (written(one) < written(other)) == (one < other)


def test_the_tender_says_how_bids_are_judged() -> None:
    tender = tagged(life.TENDER, "tender")["tender"]
    [lot] = tender["lots"]
    assert lot["awardCriteria"]["criteria"] == [
        {"type": "price", "name": "Price",
         "numbers": [{"number": 40.0, "weight": "percentageExact"}]},
        {"type": "quality", "name": "Young people's panel",
         "numbers": [{"number": 60.0, "weight": "percentageExact"}]},
    ]  # fmt: skip
    assert tender["specialRegime"] == ["lightTouch"]
    assert tender["procuringEntity"] == {"id": "council", "name": "Council"}


def test_processes_are_linked_to_what_they_rest_on() -> None:
    [link] = tagged(life.TENDER, "tender")["relatedProcesses"]
    assert (link["relationship"], link["identifier"]) == (["planning"], life.SPECIFICATION)
    [link] = RECORD[life.SPECIFICATION][0]["relatedProcesses"]
    assert link["identifier"] == f"{life.PREFIX}-strategy-st1"


def test_a_provider_is_named_with_its_register() -> None:
    parties = {one["id"]: one for one in RECORD[life.DIRECT][0]["parties"]}
    assert parties["beech"]["identifier"]["scheme"] == "GB-COH"
    assert [one["scheme"] for one in parties["beech"]["additionalIdentifiers"]] == ["GB-ODS"]
    assert parties["beech"]["details"] == {"scale": "large", "vcse": False}
    assert parties["council"] == {
        "id": "council", "name": "Council", "roles": ["buyer", "procuringEntity"]
    }  # fmt: skip


def test_the_standstill_and_its_end() -> None:
    awards = [one["awards"][0] for one in RECORD[life.TENDER] if "awards" in one]
    assert awards[0]["status"] == "pending"
    assert awards[0]["standstillPeriod"]["endDate"] == "2026-06-02T22:59:59Z"
    [award] = compiled(RECORD[life.TENDER])["awards"]
    assert award["standstillPeriod"]["endDate"] == "2026-06-09T22:59:59Z"
    assert (award["status"], award["id"]) == ("active", "t1")


def test_the_contract_is_of_the_award_and_has_its_targets_by_period() -> None:
    [contract] = tagged(life.TENDER, "contract")["contracts"]
    assert contract["awardID"] == "t1"
    helped = contract["agreedMetrics"][0]
    assert helped["description"] == "children who say they feel safer, out of children asked"
    asked = [(one["measure"], one["period"]["startDate"][:10]) for one in helped["observations"]]
    assert asked == [(80.0, "2026-04-01"), (85.0, "2026-10-01")]


def test_a_change_says_what_is_no_longer_agreed() -> None:
    contract = of_contract(RECORD[life.TENDER])
    assert contract["value"]["amount"] == 96_000.0
    [amendment] = contract["amendments"]
    assert amendment["description"] == "Varied"
    seen = next(one for one in contract["agreedMetrics"] if one["id"] == "m-seen")
    assert seen["description"] == "No longer agreed from 2026-07-01"


def test_what_was_delivered_is_a_value_and_never_a_count_behind_it() -> None:
    [contract] = tagged(life.TENDER, "implementation")["contracts"]
    helped, seen = contract["implementation"]["metrics"]
    assert helped["observations"][0]["measure"] == 70.0
    assert seen["observations"][0]["measure"] == 30.0
    assert "numerator" not in json.dumps(contract)


def test_a_small_count_is_not_shown_and_takes_back_what_was() -> None:
    metrics = of_contract(RECORD[life.TENDER])["implementation"]["metrics"]
    by_id = {one["id"]: one["observations"] for one in metrics}
    [hidden] = by_id["m-seen"]
    assert "measure" not in hidden
    assert hidden["notes"] == "Not shown: small numbers"
    [helped] = by_id["m-helped"]
    assert "measure" not in helped, "six of thirty did not: that is a small count too"


def test_a_return_that_says_nothing_is_still_a_release(shared_material: Path) -> None:
    told = life.heard([*life.WHOLE[:19], ("monitoring", story.accepted(1))])
    release = life.releases(told)[life.TENDER][-1]
    assert release["contracts"] == [{"id": "c1", "awardID": "t1"}]
    assert offline.faults(release, offline.schema(shared_material)) == []


@pytest.mark.parametrize("status", ["missing", "not-applicable", "nil"])
def test_a_figure_that_was_not_given_says_why(status: Any) -> None:
    reading = Reading(measure="m-seen", period="2026-27-Q1", status=status)
    told = life.heard([*life.WHOLE[:19], ("monitoring", story.accepted(1, reading))])
    [metric] = of_contract(life.releases(told)[life.TENDER])["implementation"]["metrics"]
    [observation] = metric["observations"]
    assert "measure" not in observation
    assert observation["notes"] in ("Missing", "Not applicable", "Nothing to report")


def test_money_in_pounds_and_to_whom() -> None:
    contract = of_contract(RECORD[life.TENDER])
    first, second = contract["implementation"]["transactions"]
    assert first["value"] == {"amount": 22_000.0, "currency": "GBP"}
    assert second["value"]["amount"] == 1_000.5
    assert first["payee"]["name"] == "Acorn Counselling"
    assert contract["implementation"]["finalValue"]["amount"] == 23_000.5


def test_an_upheld_flag_is_a_failure_of_its_measure() -> None:
    [failure] = of_contract(RECORD[life.TENDER])["implementation"]["performanceFailures"]
    assert failure["category"] == "Children who feel safer"
    assert failure["events"] == 1
    assert failure["period"]["startDate"][:10] == "2026-04-01"
    assert failure["suppliers"] == [{"id": "acorn", "name": "Acorn Counselling"}]


def test_the_end_of_a_contract() -> None:
    contract = of_contract(RECORD[life.TENDER])
    assert contract["status"] == "terminated"
    assert contract["implementation"]["endDate"][:10] == "2026-12-31"


def test_an_award_without_a_tender_says_by_which_right() -> None:
    tender = RECORD[life.DIRECT][0]["tender"]
    assert tender["procurementMethod"] == "direct"
    assert tender["procurementMethodRationale"].startswith("Procurement Act 2023 s.41")


def test_a_name_that_comes_later_changes_no_release() -> None:
    """An agency is called what it was first known as, whatever it becomes."""
    again = replace(story.REGISTERED, provider="council", name="Council Services Limited")
    told = life.heard([*life.WHOLE, ("procurement", again)])
    assert life.releases(told) == RECORD


def test_an_id_leads_back_to_its_process() -> None:
    for subject in ("tender/ab-12", "award/w:9", "specification/s"):
        assert subject_of("ocds-213czf", ocid_of("ocds-213czf", subject)) == subject
    for other in ("ocds-other1-tender-t1", "ocds-213czf-contract-c1", "ocds-213czf-tender-", ""):
        assert subject_of("ocds-213czf", other) is None


def test_the_day_is_londons() -> None:
    assert tagged(life.TENDER, "contract")["contracts"][0]["dateSigned"] == (
        f"{date(2026, 6, 15)}T00:00:00+01:00"
    )
