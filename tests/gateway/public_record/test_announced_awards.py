"""An award without a tender in the public record: announced, noticed, made or taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from services.gateway.pages.public_records import announced_in
from services.gateway.public_record.merging import compiled
from shared.eventsourcing.events import Published
from shared.published import procurement
from tests.gateway import story
from tests.gateway.public_record import life, offline
from tests.gateway.public_record.test_notices import BEFORE_THE_CONTRACT, case, drafted

ENDS = datetime(2026, 6, 10, 22, 59, 59, tzinfo=UTC)
TRANSPARENT = procurement.AwardAnnounced(
    award="w9", partnership="p1", specification="s1", procuring="council", provider="beech",
    annual_price_pence=10_000_00, way="direct-award", regime="full", notice="UK5",
    published_on=date(2026, 5, 28), section="Procurement Act 2023 s.41, Sch. 5 para. 6",
)  # fmt: skip
NOTICED = replace(TRANSPARENT, notice="UK6", published_on=date(2026, 6, 1), standstill_ends_at=ENDS)
EXEMPT = replace(NOTICED, standstill_ends_at=None, no_standstill="Procurement Act 2023 s.51(3)")
MADE = replace(life.DIRECTLY, regime="full", section=TRANSPARENT.section)
BACK = procurement.AnnouncedAwardWithdrawn(
    award="w9", partnership="p1", procuring="council", provider="beech", reason=story.TEXT
)
BEFORE = [pair for pair in BEFORE_THE_CONTRACT if pair[1] is not life.DIRECTLY]


def then(*events: Published) -> list[tuple[str, Published]]:
    return [*BEFORE, *(("procurement", event) for event in events)]


def releases(*events: Published) -> list[dict[str, Any]]:
    return life.releases(life.heard(then(*events)))[life.DIRECT]


def test_an_announced_award_is_pending_until_it_is_made(shared_material: Path) -> None:
    found = releases(TRANSPARENT, NOTICED, MADE)
    known = offline.schema(shared_material)
    assert [fault for one in found for fault in offline.faults(one, known)] == []
    assert [one["awards"][0]["status"] for one in found] == ["pending", "pending", "active"]
    assert len({one["date"] for one in found}) == len(found)
    [award] = compiled(found)["awards"]
    assert award["standstillPeriod"]["endDate"] == ENDS.isoformat().replace("+00:00", "Z")
    assert [one["noticeType"] for one in award["documents"]] == ["UK5", "UK6"]
    assert compiled(found)["tender"]["procurementMethodRationale"].endswith("para. 6")


def test_by_which_section_no_standstill_is_kept() -> None:
    assert "s.51(3)" in releases(TRANSPARENT, EXEMPT)[-1]["awards"][0]["statusDetails"]


def test_what_was_announced_and_given_up_is_cancelled(shared_material: Path) -> None:
    found = releases(TRANSPARENT, BACK)
    assert offline.faults(found[-1], offline.schema(shared_material)) == []
    whole = compiled(found)
    assert (whole["tender"]["status"], whole["awards"][0]["status"]) == ("withdrawn", "cancelled")


def test_a_standstill_that_a_further_decision_has_moved_is_told_anew(shared_material: Path) -> None:
    later = datetime(2026, 6, 19, 22, 59, 59, tzinfo=UTC)
    found = releases(TRANSPARENT, NOTICED, replace(NOTICED, standstill_ends_at=later, moved=True))
    known = offline.schema(shared_material)
    assert [fault for one in found for fault in offline.faults(one, known)] == []
    assert found[-1]["tag"] == ["awardUpdate"]
    [award] = compiled(found)["awards"]
    assert award["standstillPeriod"] == found[1]["awards"][0]["standstillPeriod"] | {
        "endDate": "2026-06-19T22:59:59Z"
    }
    assert (award["status"], len(award["documents"])) == ("pending", 2)


def test_its_page_leads_to_a_representation_while_it_waits() -> None:
    def leads(*events: Published) -> str:
        return announced_in(compiled(releases(*events)))

    assert leads(TRANSPARENT) == "", "no standstill runs yet"
    assert leads(TRANSPARENT, NOTICED) == "w9"
    assert leads(TRANSPARENT, NOTICED, BACK) == leads(TRANSPARENT, NOTICED, MADE) == ""


@pytest.mark.parametrize("events", [(TRANSPARENT,), (TRANSPARENT, NOTICED), (MADE,)])
def test_its_notices_are_drafted_under_the_regime_it_was_proposed_in(events: Any) -> None:
    assert case(then(*events), "award/w9").regime == "full"
    uk5 = drafted("UK5", then(*events), "award/w9")
    assert (uk5.standing, uk5.fields["Value"]["amount"]) == ("statutory", 10_000.0)


def test_a_call_off_names_its_framework_and_lot() -> None:
    off = procurement.FrameworkCallOffMade(
        award="w9", partnership="p1", specification="s1", procuring="council", provider="beech",
        annual_price_pence=1, framework="Therapies (RM-1)", reason=story.TEXT, awarded_by="p-1",
        agreement="f1", lot=2, competition="mini-competition",
    )  # fmt: skip
    [release] = releases(off)
    assert "Therapies (RM-1), lot 2" in {one.get("title") for one in release["relatedProcesses"]}
