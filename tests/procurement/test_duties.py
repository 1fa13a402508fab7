"""What the law of a day asks of a contract, with its section, its clock and the reason."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.procurement.duties.answers import ORDER, Answer, Asked, explained
from services.procurement.duties.clocks import least_days_for_bids, quarter_notice_due
from services.procurement.duties.mixed import NothingToBuy, Part, regime_of_parts
from services.procurement.regimes import NoLawOnThatDay, ServiceKind
from shared.law.duties import STEPS, TITLES
from shared.published.procurement import Regime
from shared.values.working_days import StandstillRule, is_working_day, standstill_ends

DAY = date(2026, 4, 15)
LONDON = ZoneInfo("Europe/London")
MILLION = 1_000_000_00


def of(kind: ServiceKind, pence: int, **more: object) -> Asked:
    return Asked(parts=(Part(kind=kind, value_pence=pence),), **more)  # type: ignore[arg-type]


def answers(asked: Asked, on: date = DAY) -> dict[str, Answer]:
    return {one.duty: one for one in explained(asked, on).duties}


def test_every_duty_is_answered_with_its_section_in_every_regime() -> None:
    assert set(ORDER) == {*TITLES, *STEPS}
    for asked in (
        of("social-care", MILLION), of("other", 6 * MILLION), of("health-care", 1), of("other", 1)
    ):  # fmt: skip
        found = explained(asked, DAY)
        assert [one.duty for one in found.duties] == list(ORDER)
        assert all(one.section and one.reason for one in found.duties)
        assert all(one.clock is None for one in found.duties if one.standing == "not-applicable")


STANDS: list[tuple[ServiceKind, int, str, str, str]] = [
    ("other", 6 * MILLION, "standstill", "statutory", "s.51"),
    ("social-care", MILLION, "standstill", "voluntary", "s.51(3)"),
    ("health-care", 1, "standstill", "statutory", "reg. 12"),
    ("other", 1, "standstill", "not-applicable", "s.3"),
    ("other", 6 * MILLION, "kpis", "statutory", "s.52"),
    ("other", 5 * MILLION, "kpis", "not-applicable", "s.52"),
    ("social-care", 6 * MILLION, "kpis", "not-applicable", "s.52"),
    ("social-care", MILLION, "UK10", "not-applicable", "s.75"),
    ("other", MILLION, "UK10", "statutory", "s.75"),
    ("social-care", 3 * MILLION, "UK1", "statutory", "s.93"),
    ("social-care", 2 * MILLION, "UK1", "not-applicable", "s.93"),
    ("social-care", MILLION, "time-for-bids", "not-applicable", "s.54"),
    ("health-care", 1, "UK7", "not-applicable", "SI 2023/1348"),
    ("health-care", 1, "psr-award", "statutory", "reg. 11"),
    ("social-care", MILLION, "psr-award", "not-applicable", "reg. 3"),
]


@pytest.mark.parametrize(("kind", "pence", "duty", "standing", "section"), STANDS)
def test_a_duty_stands_as_its_section_says(
    kind: ServiceKind, pence: int, duty: str, standing: str, section: str
) -> None:
    found = answers(of(kind, pence))[duty]
    assert found.standing == standing
    assert section in found.section


def test_a_stricter_regime_kept_by_choice_makes_its_duties_voluntary() -> None:
    below = of("social-care", 1, claimed="light-touch")
    found = answers(below)["UK7"]
    assert (found.standing, found.by_choice) == ("statutory", False)  # notifiable below too
    found = answers(below)["UK6"]
    assert (found.standing, found.by_choice) == ("voluntary", True)
    assert "Kept by choice" in found.reason


def test_what_is_no_purchase_owes_no_notice() -> None:
    for way in ("grant", "in-house-provision"):
        found = answers(of("other", 6 * MILLION, way=way))
        assert {one.standing for one in found.values()} == {"not-applicable"}
    direct = answers(of("social-care", MILLION, way="direct-award"))
    assert (direct["UK5"].standing, direct["UK4"].standing) == ("statutory", "not-applicable")


def test_clocks_count_from_the_days_that_are_known() -> None:
    known = of(
        "other", 6 * MILLION, opened_on=date(2026, 4, 15), bids_close_on=date(2026, 5, 9),
        notice_on=date(2026, 5, 20), signed_on=date(2026, 6, 30), ends_on=date(2029, 6, 30),
    )  # fmt: skip
    found = answers(known)
    due = {name: one.clock.due_on for name, one in found.items() if one.clock}
    assert due["UK7"] == date(2026, 7, 30)
    assert due["UK11"] == date(2029, 7, 30)
    assert due["UK9"] == date(2027, 6, 30)
    assert due["time-for-bids"] == date(2026, 5, 10)
    assert found["time-for-bids"].clock is not None
    assert found["time-for-bids"].clock.late
    # 20 and 21, 22, 26 (25 is a bank holiday), 27, 28, 29 May, 1 June
    assert due["standstill"] == date(2026, 6, 1)
    light = answers(of("social-care", MILLION, signed_on=date(2026, 6, 30)))["UK7"].clock
    assert light is not None
    assert light.due_on == date(2026, 10, 28)
    waiting = answers(of("other", MILLION))["UK7"].clock
    assert waiting is not None
    assert (waiting.due_on, waiting.waits_for) == (None, "the signature of the contract")


def test_a_planned_notice_in_time_shortens_the_time_for_bids() -> None:
    opened = date(2026, 6, 1)
    assert least_days_for_bids(opened, None) == 25
    assert least_days_for_bids(opened, opened - timedelta(days=39)) == 25
    assert least_days_for_bids(opened, opened - timedelta(days=40)) == 10
    assert least_days_for_bids(opened, opened - timedelta(days=366)) == 10
    assert least_days_for_bids(opened, opened - timedelta(days=367)) == 25
    assert quarter_notice_due(date(2026, 6, 30)) == date(2026, 7, 30)


def test_the_law_of_another_day_gives_another_answer() -> None:
    bought = of("other", 210_000_00)
    assert explained(bought, date(2025, 12, 31)).found.regime == "below-threshold"
    assert explained(bought, date(2026, 1, 1)).found.regime == "full"
    big = of("other", 6 * MILLION)
    assert answers(big, date(2025, 12, 31))["kpis"].standing == "not-applicable"
    assert answers(big, date(2026, 1, 1))["kpis"].standing == "statutory"
    with pytest.raises(NoLawOnThatDay):
        explained(big, date(2025, 2, 23))
    health = of("health-care", 1)
    assert explained(health, date(2024, 6, 1)).found.regime == "provider-selection"


@given(st.dates(date(2025, 2, 24), date(2060, 1, 1)), st.integers(0, 10**10))
def test_an_answer_is_made_only_of_rows_in_force_on_its_day(on: date, pence: int) -> None:
    for kind in ("health-care", "social-care", "education", "other"):
        for one in explained(of(kind, pence), on).duties:
            assert one.in_force_since is None or one.in_force_since <= on


MIXED: list[tuple[dict[ServiceKind, int], bool, Regime, str]] = [
    ({"health-care": 600_000_00, "social-care": 400_000_00}, False, "provider-selection", "reg. 3"),
    ({"health-care": 400_000_00, "social-care": 600_000_00}, False, "light-touch", "s.10"),
    ({"health-care": 600_000_00, "social-care": 400_000_00}, True, "light-touch", "s.10"),
    ({"social-care": 600_000_00, "other": 400_000_00}, False, "light-touch", "s.9"),
    ({"social-care": 400_000_00, "other": 600_000_00}, False, "full", "s.10"),
    ({"social-care": 900_000_00, "other": 100_000_00}, True, "full", "s.5"),
    ({"social-care": 100_00, "other": 100_00}, True, "below-threshold", "s.5"),
]


@pytest.mark.parametrize(("parts", "separable", "regime", "section"), MIXED)
def test_a_mixed_contract_falls_under_one_law_and_says_why(
    parts: dict[ServiceKind, int], separable: bool, regime: Regime, section: str
) -> None:
    of_kinds = [Part(kind=kind, value_pence=pence) for kind, pence in parts.items()]
    found = regime_of_parts(of_kinds, "sub-central", DAY, separable=separable)
    assert found.regime == regime
    assert section in found.section
    with pytest.raises(NothingToBuy):
        regime_of_parts([], "sub-central", DAY, separable=separable)


def test_parts_of_one_kind_are_no_mixture() -> None:
    two = (Part(kind="other", value_pence=1), Part(kind="other", value_pence=MILLION))
    assert not explained(Asked(parts=two), DAY).mixed
    assert explained(Asked(parts=two), DAY).found.regime == "full"


RULES: list[StandstillRule] = ["procurement-act", "provider-selection"]


@pytest.mark.parametrize("rule", RULES)
@given(st.dates(date(2024, 1, 1), date(2070, 1, 1)))
@example(date(2026, 4, 2))  # Maundy Thursday
@example(date(2026, 4, 3))  # Good Friday
@example(date(2026, 4, 6))  # Easter Monday
@example(date(2026, 12, 24))
@example(date(2027, 12, 25))  # a Saturday: its holidays are moved
@example(date(2027, 12, 31))
@example(date(2028, 1, 1))
def test_a_standstill_holds_eight_whole_working_days(rule: StandstillRule, on: date) -> None:
    ends_at = standstill_ends(on, rule)
    last = ends_at.astimezone(LONDON)
    assert (last.time(), ends_at.tzinfo) == (time(23, 59, 59), UTC)
    first = on if rule == "procurement-act" else on + timedelta(days=1)
    days = [first + timedelta(days=n) for n in range((last.date() - first).days + 1)]
    assert sum(map(is_working_day, days)) == 8
    assert is_working_day(days[-1])


@given(st.dates(date(2024, 1, 1), date(2070, 1, 1)))
def test_a_later_notice_never_ends_its_standstill_earlier(on: date) -> None:
    for rule in RULES:
        assert standstill_ends(on, rule) <= standstill_ends(on + timedelta(days=1), rule)
    of_act, of_health = (standstill_ends(on, rule) for rule in RULES)
    assert (of_act < of_health) == is_working_day(on)


EASTER_AND_CHRISTMAS: list[tuple[date, StandstillRule, datetime]] = [
    (date(2026, 4, 1), "procurement-act", datetime(2026, 4, 14, 22, 59, 59, tzinfo=UTC)),
    (date(2026, 4, 1), "provider-selection", datetime(2026, 4, 15, 22, 59, 59, tzinfo=UTC)),
    (date(2026, 12, 21), "procurement-act", datetime(2027, 1, 4, 23, 59, 59, tzinfo=UTC)),
    (date(2026, 12, 21), "provider-selection", datetime(2027, 1, 5, 23, 59, 59, tzinfo=UTC)),
]


@pytest.mark.parametrize(("on", "rule", "ends_at"), EASTER_AND_CHRISTMAS)
def test_standstills_over_easter_and_the_end_of_the_year(
    on: date, rule: StandstillRule, ends_at: datetime
) -> None:
    assert standstill_ends(on, rule) == ends_at
