"""How packages are read, merged and judged, as sentences; and what real notices come to."""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from contextlib import suppress
from copy import deepcopy
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ocdsmerge.rules import get_merge_rules  # pyright: ignore[reportMissingTypeStubs]

from services.procurement.notices.commands import ImportNotice
from services.procurement.notices.decider import NOTICES, Unknown
from services.procurement.notices.events import NoticeTerms, ReleaseSeen
from services.procurement.notices.importing import by_process, seen, understand
from services.procurement.notices.merge_rules import MERGE_RULES
from services.procurement.notices.merging import merge
from services.procurement.notices.packages import (
    MOST_RELEASES,
    Line,
    Submitted,
    Unreadable,
    digest_of,
    read,
)
from services.procurement.notices.reconciling import reconcile
from services.procurement.notices.refusals import (
    NotAPackage,
    NoticeMovedOn,
    PackageTooLong,
    ReleaseChanged,
)
from services.procurement.notices.views import groups_of, words_of
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
TEXT = TextRef(text=UUID("00000000-0000-4000-8000-000000000001"), digest="d")
FILES = (
    "uk_contractsfinder_200_releases_2025.json",
    "uk_cpv85_health_social_care_subset.json",
    "uk_findatender_pa2023_5_releases_2026-09-03.json",
    "wales_sell2wales_90_releases_2025.json",
)


def release(**changes: Any) -> dict[str, Any]:
    made: dict[str, Any] = {
        "ocid": "ocds-abc123-1",
        "id": "r1",
        "date": "2026-01-01T00:00:00Z",
        "tag": ["tender"],
        "buyer": {"id": "GB-LAE-1", "name": "Alder Council"},
        "tender": {"id": "t", "title": "Counselling", "status": "active"},
    }
    return made | changes


def taken(*releases: Any) -> list[Submitted]:
    found, refused = read({"releases": list(releases)})
    assert refused == []
    return found


def judged(*releases: Any) -> NoticeTerms:
    return understand("ocds-abc123-1", taken(*releases)).terms


def refused(one: Any) -> Line:
    found, (line,) = read({"releases": [one]})
    assert found == []
    return line


def test_a_body_that_is_no_package_is_refused() -> None:
    bodies: list[dict[str, Any]] = [{}, {"releases": {}}, {"records": None}, release()]
    for body in bodies:
        with pytest.raises(NotAPackage):
            read(body)


def test_a_package_has_a_longest_length() -> None:
    assert len(read({"releases": [release()] * MOST_RELEASES})[0]) == MOST_RELEASES
    with pytest.raises(PackageTooLong):
        read({"releases": [release()] * (MOST_RELEASES + 1)})


def nested(depth: int) -> Any:
    value: Any = "deep"
    for _ in range(depth):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("one", "code"),
    [
        ("text", "not-an-object"),
        ({"url": "https://example.org/r1", "date": "2026-01-01T00:00:00Z"}, "linked-release"),
        (release(ocid=None), "ocid-missing"),
        (release(ocid="with space"), "ocid-missing"),
        (release(id=""), "release-id-missing"),
        (release(id=7), "release-id-missing"),
        (release(date=None), "date-missing"),
        (release(date="2026-01-01T00:00:00"), "date-missing"),
        (release(date="soon"), "date-missing"),
        (release(date="0001-01-01T00:00:00+14:00"), "date-missing"),
        (release(title="nul \x00"), "unreadable-text"),
        (release(title="half \ud83d"), "unreadable-text"),
        (release(value=float("nan")), "unreadable-number"),
        (release(lots=nested(60)), "too-deep"),
    ],
)
def test_what_cannot_be_taken_says_why(one: Any, code: str) -> None:
    line = refused(one)
    assert (line.outcome, line.code, line.index) == ("refused", code, 0)
    assert line.reason


def test_one_bad_release_does_not_hold_up_the_others() -> None:
    found, lines = read({"releases": [release(), "text", release(id="r2")]})
    assert [one.index for one in found] == [0, 2]
    assert [line.index for line in lines] == [1]


def test_a_record_brings_its_releases_or_else_its_compiled_one() -> None:
    linked = {"url": "https://example.org/r1", "date": "2026-01-01T00:00:00Z", "tag": ["tender"]}
    whole = {"ocid": "ocds-abc123-1", "releases": [release()], "compiledRelease": release(id="c")}
    by_address = {
        "ocid": "ocds-abc123-1", "releases": [linked], "compiledRelease": release(id="c"),
    }  # fmt: skip
    empty = {"ocid": "ocds-abc123-1"}
    found, lines = read({"records": [whole, by_address, empty]})
    assert [(one.index, one.release) for one in found] == [(0, "r1"), (2, "c")]
    assert [(line.index, line.code) for line in lines] == [
        (1, "linked-release"),
        (3, "release-id-missing"),
    ]


def test_contact_persons_are_left_out_before_anything_is_kept() -> None:
    named = {"name": "Jo", "email": "jo@example.org", "url": "https://example.org"}
    party = {"id": "1", "name": "Alder Council", "contactPoint": named}
    (one,) = taken(release(parties=[party, {"id": "2", "additionalContactPoints": [named]}]))
    assert "jo@example.org" not in json.dumps(one.content)
    assert one.contacts_left_out == 2
    assert one.content["parties"][0] == {
        "id": "1",
        "name": "Alder Council",
        "contactPoint": {"url": "https://example.org"},
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(JSON)
def test_any_json_as_a_release_gets_an_answer_of_its_own(value: Any) -> None:
    found, lines = read({"releases": [value, release(tender=value, awards=value, parties=value)]})
    assert len(found) + len(lines) == 2
    for one in found:
        with suppress(Unreadable):
            assert understand(one.ocid, [one]).terms.kind


@given(st.permutations(range(4)))
def test_the_order_in_which_releases_come_makes_no_difference(order: list[int]) -> None:
    releases = [
        release(id=f"r{n}", date=f"2026-01-0{1 + n // 2}T00:00:00Z", tender={"title": f"T{n}"})
        for n in range(4)
    ]
    merged = merge("ocds-abc123-1", taken(*(releases[n] for n in order)))
    assert merged == merge("ocds-abc123-1", taken(*releases))
    assert merged.compiled["tender"] == {"title": "T3"}


def test_dates_are_ordered_as_times_and_not_as_texts() -> None:
    early = release(id="a", date="2026-01-01T10:30:00+01:00", tender={"title": "early"})
    late = release(id="b", date="2026-01-01T10:00:00Z", tender={"title": "late"})
    assert merge("ocds-abc123-1", taken(late, early)).compiled["tender"] == {"title": "late"}


def test_ids_that_a_list_has_twice_are_named_as_a_defect() -> None:
    twice = [{"id": "1", "name": "A"}, {"id": "1", "name": "B"}]
    assert "duplicate-id:parties" in judged(release(parties=twice)).defects


def test_releases_of_no_one_shape_are_refused() -> None:
    with pytest.raises(Unreadable) as caught:
        merge(
            "ocds-abc123-1",
            taken(release(tender="text"), release(id="r2", date="2026-01-02T00:00:00Z")),
        )
    assert caught.value.code == "unmergeable"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ({"tender": {"status": "planning"}}, "market-intelligence"),
        ({"tender": {"status": "planned"}}, "market-intelligence"),
        ({"tender": {}, "planning": {"rationale": "R"}}, "market-intelligence"),
        ({"tender": {"status": "active"}}, "tender"),
        ({"tender": {"status": "cancelled"}}, "tender"),
        ({"tender": {"title": "T"}}, "tender"),
        ({"awards": [{"id": "1", "status": "active"}]}, "award"),
        ({"awards": [{"id": "1", "status": "pending"}]}, "award"),
        ({"awards": [{"id": "1", "status": "unsuccessful"}]}, "tender"),
        ({"contracts": [{"id": "1"}], "tender": {}}, "award"),
    ],
)
def test_what_a_process_became(content: dict[str, Any], kind: str) -> None:
    terms = judged(release(**content))
    assert terms.kind == kind
    assert terms.why


def test_a_release_that_says_nothing_is_not_taken_for_something() -> None:
    with pytest.raises(Unreadable) as caught:
        judged(release(tender=None))
    assert caught.value.code == "nothing-to-classify"


def award(amount: Any, currency: str = "GBP", key: str = "1") -> dict[str, Any]:
    value = {"amount": amount, "currency": currency}
    return {"id": key, "status": "active", "value": value, "suppliers": [{"id": "S1"}]}


def test_a_value_is_whole_pence_in_pounds_and_several_are_added_up() -> None:
    assert judged(release(awards=[award(3380.865)])).value_pence == 338087
    both = judged(release(awards=[award(0.1), award(29500.2, key="2")]))
    assert both.value_pence == 2950030
    assert both.suppliers == ("S1",)


@pytest.mark.parametrize(
    ("value", "defect"),
    [
        (award(100, "EUR"), "value-not-gbp:awards"),
        (award("100"), "value-unreadable:awards"),
        (award(-1), "value-unreadable:awards"),
        (award(10**40), "value-unreadable:awards"),
        (award(True), "value-unreadable:awards"),
        (award(0), "value-nominal:awards"),
        (award(0.01), "value-nominal:awards"),
    ],
)
def test_a_value_that_is_none_is_named_and_not_guessed(value: Any, defect: str) -> None:
    terms = judged(release(awards=[value]))
    assert defect in terms.defects
    assert terms.value_pence in (None, 0, 1)


def test_the_term_and_the_deadline_are_read_in_london_days() -> None:
    tender = {
        "title": "T",
        "status": "active",
        "tenderPeriod": {"endDate": "2026-05-01T12:00:00+01:00"},
        "contractPeriod": {"startDate": "2026-08-31T23:00:00Z", "endDate": "never"},
    }
    terms = judged(release(tender=tender))
    assert terms.closes_at == datetime(2026, 5, 1, 11, tzinfo=UTC)
    assert (terms.starts_on, terms.ends_on) == (date(2026, 9, 1), None)
    assert "date-unreadable:contractPeriod/endDate" in terms.defects


def test_cpv_codes_are_found_wherever_they_stand() -> None:
    tender = {
        "title": "T",
        "classification": {"scheme": "CPV", "id": "85311000-2"},
        "items": [{"id": "1", "additionalClassifications": [{"scheme": "CPV", "id": "80000000"}]}],
        "additionalClassifications": [{"scheme": "COFOG", "id": "01000000"}],
    }
    assert judged(release(tender=tender)).cpv == ("80000000", "85311000")
    assert groups_of(("85311000",))[:3] == ("85", "853", "8531")
    assert words_of("Alder's Council, Café") == ("alder", "café", "council", "s")


def test_a_process_is_reconciled_with_what_is_known_of_it() -> None:
    first = taken(release(), release(), release(title="other"), release(id="r2"))
    fresh, lines = reconcile(Unknown(), first, "package", "request")
    assert [one.release for one in fresh] == ["r1", "r2"]
    assert [(line.index, line.outcome, line.code) for line in lines] == [
        (1, "identical-repeat", ""),
        (2, "refused", "release-changed"),
    ]
    notice = Scenario(NOTICES).when_done(importing(fresh)).state

    def outcomes(source: str, request: str) -> list[str]:
        again = reconcile(notice, taken(release()), source, request)
        assert again.fresh == []
        return [line.outcome for line in again.lines]

    assert outcomes("package", "request") == ["imported"]
    assert outcomes("package", "another") == ["unchanged"]
    assert outcomes("elsewhere", "another") == ["identical-repeat"]
    changed = reconcile(notice, taken(release(title="other")), "elsewhere", "another")
    assert [line.code for line in changed.lines] == ["release-changed"]


def importing(fresh: list[Submitted], merged_with: frozenset[str] = frozenset()) -> ImportNotice:
    return ImportNotice(
        ocid="ocds-abc123-1",
        releases=tuple(seen(one) for one in fresh),
        merged_with=merged_with,
        terms=NoticeTerms(kind="tender", why="It has a tender.", published_at=NOW),
        source="package",
        package="https://example.org/p",
        importing="request",
        record=TEXT,
        now=NOW,
    )


def test_a_release_is_kept_once_and_never_changes() -> None:
    (one,) = taken(release())
    known = Scenario(NOTICES).when_done(importing([one]))
    known.when(importing([one])).then_nothing()
    (changed,) = taken(release(title="other"))
    known.when(importing([changed])).then_refused(ReleaseChanged)


def test_what_was_merged_without_the_latest_is_not_kept() -> None:
    (one,), (two,) = taken(release()), taken(release(id="r2"))
    known = Scenario(NOTICES).when_done(importing([one]))
    known.when(importing([two])).then_refused(NoticeMovedOn)
    (event,) = known.when(importing([two], frozenset({one.digest}))).events()
    assert [seen_.release for seen_ in event.releases] == ["r2"]  # type: ignore[attr-defined]


def test_a_digest_does_not_depend_on_the_order_of_keys() -> None:
    turned = dict(reversed(list(deepcopy(release()).items())))
    assert digest_of(turned) == digest_of(release())
    assert isinstance(seen(taken(release())[0]), ReleaseSeen)


def test_the_merge_rules_are_those_of_the_schema(shared_material: Path) -> None:
    bundle = shared_material / "ocds/bundle"
    extended = json.loads((bundle / "release-schema-1.1.5-fts-metrics.json").read_text("utf-8"))
    assert get_merge_rules(extended) == MERGE_RULES
    with zipfile.ZipFile(bundle / "standard-1__1__5.zip") as standard:
        core = json.loads(standard.read("standard-1__1__5/schema/release-schema.json"))
    rules: dict[tuple[str, ...], str] = get_merge_rules(core)
    assert rules.items() <= MERGE_RULES.items()


def test_three_hundred_real_notices_come_out_exactly(shared_material: Path) -> None:
    brought: list[Submitted] = []
    for name in FILES:
        package = json.loads((shared_material / "ocds/releases" / name).read_text("utf-8"))
        found, lines = read(package)
        assert lines == []
        brought += found
    kinds: Counter[str] = Counter()
    outcomes: Counter[str] = Counter()
    defects: Counter[str] = Counter()
    for ocid, releases in by_process(brought).items():
        fresh, lines = reconcile(Unknown(), releases, "package", "request")
        outcomes.update(line.outcome for line in lines)
        outcomes["imported"] += len(fresh)
        terms = understand(ocid, fresh).terms
        kinds[terms.kind] += 1
        defects.update(terms.defects)
    assert outcomes == {"imported": 299, "identical-repeat": 30}
    assert kinds.total() == 289
    assert kinds == {"award": 143, "tender": 137, "market-intelligence": 9}
    assert (defects["duplicate-id:parties"], defects["duplicate-id:awards.suppliers"]) == (1, 1)
    assert defects["address-unreadable"] >= 3
