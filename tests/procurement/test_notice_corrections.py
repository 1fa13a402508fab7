"""Releases that publishers change, repeat in part, or number as another publisher did."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.procurement.notices.changes import changes
from services.procurement.notices.commands import ImportNotice
from services.procurement.notices.decider import NOTICES, Known, Notice, Unknown
from services.procurement.notices.events import NoticeTerms
from services.procurement.notices.importing import seen, understand
from services.procurement.notices.merging import merge
from services.procurement.notices.packages import Submitted, read
from services.procurement.notices.reconciling import digests_of, reconcile
from services.procurement.notices.refusals import ReleaseChanged
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario
from tests.procurement.test_notice_rules import TEXT

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)


def release(key: str, month: int, **content: Any) -> dict[str, Any]:
    made = {"ocid": "ocds-abc123-1", "id": key, "date": f"2026-{month:02}-01T00:00:00Z"}
    return {**made, "tag": ["tender"], **content}


def taken(publisher: str, *releases: dict[str, Any]) -> list[Submitted]:
    found, lines = read({"publisher": {"name": publisher}, "releases": list(releases)})
    assert lines == []
    return found


def imported(notice: Notice, brought: list[Submitted], *, corrections: bool = False) -> Notice:
    """The notice after a package, and what the package's own rules made of it."""
    fresh, _ = reconcile(notice, brought, "package", "request", corrections=corrections)
    known = notice.releases if isinstance(notice, Known) else {}
    command = ImportNotice(
        ocid="ocds-abc123-1", releases=tuple(seen(one) for one in fresh),
        merged_with=digests_of(known), source="package", package="", importing="request",
        terms=NoticeTerms(kind="tender", why="It has a tender.", published_at=NOW),
        record=TEXT, now=NOW,
    )  # fmt: skip
    for event in NOTICES.decide(command, notice):
        notice = NOTICES.evolve(notice, event)
    return notice


def outcomes(notice: Notice, brought: list[Submitted], *, corrections: bool = False) -> list[str]:
    fresh, lines = reconcile(notice, brought, "elsewhere", "another", corrections=corrections)
    return ["corrected" if one.corrects else "imported" for one in fresh] + [
        line.outcome for line in lines
    ]


AS_FIRST = release("r1", 1, tender={"title": "Counseling"})
CORRECTED = release("r1", 1, tender={"title": "Counselling"})


def test_another_content_under_one_id_is_refused_unless_it_is_said_to_be_a_correction() -> None:
    notice = imported(Unknown(), taken("Alder", AS_FIRST))
    assert outcomes(notice, taken("Alder", CORRECTED)) == ["refused"]
    assert outcomes(notice, taken("Alder", CORRECTED), corrections=True) == ["corrected"]


def test_what_was_corrected_is_known_and_never_comes_back() -> None:
    notice = imported(Unknown(), taken("Alder", AS_FIRST))
    notice = imported(notice, taken("Alder", CORRECTED), corrections=True)
    for corrections in (False, True):
        assert outcomes(notice, taken("Alder", AS_FIRST), corrections=corrections) == ["superseded"]
        assert outcomes(notice, taken("Alder", CORRECTED), corrections=corrections) == [
            "identical-repeat"
        ]
    again = imported(notice, taken("Alder", AS_FIRST, CORRECTED), corrections=True)
    assert again == notice


def test_a_correction_of_something_else_is_refused_as_a_change() -> None:
    (first,), (second,) = taken("Alder", AS_FIRST), taken("Alder", CORRECTED)
    command = ImportNotice(
        ocid="ocds-abc123-1", releases=(seen(first),), merged_with=frozenset(), source="p",
        package="", importing="r", record=TextRef(text=TEXT.text, digest="d"), now=NOW,
        terms=NoticeTerms(kind="tender", why="It has a tender.", published_at=NOW),
    )  # fmt: skip
    known = Scenario(NOTICES).when_done(command)
    wrong = seen(second)
    known.when(replace(command, releases=(wrong,))).then_refused(ReleaseChanged)


def test_two_publishers_may_number_their_releases_alike() -> None:
    notice = imported(Unknown(), taken("Alder", AS_FIRST))
    other = release("r1", 2, tender={"description": "As the portal has it"})
    assert outcomes(notice, taken("Portal", other)) == ["imported"]
    notice = imported(notice, taken("Portal", other))
    assert isinstance(notice, Known)
    assert sorted(notice.releases) == ["r1", "r1 of Portal"]
    assert outcomes(notice, taken("Alder", AS_FIRST)) == ["identical-repeat"]
    assert outcomes(notice, taken("Portal", other)) == ["identical-repeat"]
    changed = release("r1", 2, tender={"description": "Otherwise"})
    assert outcomes(notice, taken("Portal", changed)) == ["refused"]
    assert outcomes(notice, taken("Portal", changed), corrections=True) == ["corrected"]


def test_the_same_release_from_two_publishers_is_one() -> None:
    notice = imported(Unknown(), taken("Alder", AS_FIRST))
    assert outcomes(notice, taken("Portal", AS_FIRST)) == ["identical-repeat"]


WHOLE = [
    release("r1", 1, tender={"id": "t", "title": "Play", "status": "active",
                             "value": {"amount": 100, "currency": "GBP"}}),
    release("r2", 2, tag=["tenderAmendment"],
            tender={"id": "t", "title": "Play", "status": "active",
                    "value": {"amount": 250, "currency": "GBP"}}),
    release("r3", 3, tag=["award"], awards=[{"id": "1", "status": "active"}],
            tender={"id": "t", "title": "Play", "status": "complete",
                    "value": {"amount": 250, "currency": "GBP"}}),
]  # fmt: skip
DELTAS = [
    WHOLE[0],
    release("r2", 2, tag=["tenderAmendment"], tender={"id": "t", "value": {"amount": 250}}),
    release("r3", 3, tag=["award"], tender={"id": "t", "status": "complete"},
            awards=[{"id": "1", "status": "active"}]),
]  # fmt: skip


def test_releases_that_bring_only_what_is_new_come_to_the_same_as_whole_ones() -> None:
    whole, deltas = (merge("o", taken("Alder", *made)).compiled for made in (WHOLE, DELTAS))
    assert whole == {**deltas, "id": whole["id"]}
    assert whole["tender"]["value"] == {"amount": 250, "currency": "GBP"}
    assert understand("o", taken("Alder", *DELTAS)).terms.value_pence == 25_000


def test_what_each_release_changed_is_told_whether_it_was_whole_or_not() -> None:
    told = [
        [(one.release, one.path, one.before, one.after) for one in changes(made)]
        for made in (WHOLE, DELTAS)
    ]
    assert (
        told[0]
        == told[1]
        == [
            ("r2", "tender.value.amount", 100, 250),
            ("r3", "awards[1].status", None, "active"),
            ("r3", "tender.status", "active", "complete"),
        ]
    )
    assert changes(WHOLE[:1]) == []


def test_a_value_taken_away_is_a_change() -> None:
    without = release("r2", 2, tender={"title": None})
    (one,) = changes([AS_FIRST, without])
    assert (one.path, one.before, one.after) == ("tender.title", "Counseling", None)


@given(st.permutations(range(3)), st.booleans())
def test_any_order_of_delivery_comes_to_one_record(order: list[int], whole: bool) -> None:
    made = WHOLE if whole else DELTAS
    straight = merge("o", taken("Alder", *made)).record()
    assert merge("o", taken("Alder", *(made[n] for n in order))).record() == straight


def test_equal_ids_and_times_of_two_publishers_have_one_order() -> None:
    one, two = taken("Alder", AS_FIRST)[0], taken("Portal", CORRECTED)[0]
    records = [merge("o", order).record() for order in permutations((one, two))]
    assert records[0] == records[1]


def test_a_process_names_the_others_it_is_known_as() -> None:
    related = [{"id": "1", "scheme": "ocid", "identifier": "ocds-b5fd17-7"},
               {"id": "2", "scheme": "url", "identifier": "https://example.org"},
               {"id": "3", "scheme": "ocid", "identifier": "ocds-abc123-1"}]  # fmt: skip
    made = release("r1", 1, tender={"title": "Play"}, relatedProcesses=related)
    assert understand("o", taken("Alder", made)).terms.related == ("ocds-b5fd17-7",)
