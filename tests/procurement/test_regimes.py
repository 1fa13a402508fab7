"""Which law a service falls under, on which day, and what claims that bears."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.procurement.regimes import (
    THRESHOLDS,
    Buyer,
    NoLawOnThatDay,
    RegimeMismatch,
    ServiceKind,
    regime_of,
    standing_of,
    threshold_on,
    whole_term_pence,
)
from shared.published.procurement import Regime

IN_2026 = date(2026, 4, 1)
ASKED: list[tuple[ServiceKind, int, Buyer, Regime]] = [
    ("social-care", 663_539_99, "sub-central", "below-threshold"),
    ("social-care", 663_540_00, "sub-central", "light-touch"),
    ("education", 663_540_00, "central", "light-touch"),
    ("other", 207_719_99, "sub-central", "below-threshold"),
    ("other", 207_720_00, "sub-central", "full"),
    ("other", 135_017_99, "central", "below-threshold"),
    ("other", 135_018_00, "central", "full"),
    ("health-care", 1, "central", "provider-selection"),
]


@pytest.mark.parametrize(("kind", "value_pence", "buyer", "regime"), ASKED)
def test_the_regime_follows_from_kind_value_and_buyer(
    kind: ServiceKind, value_pence: int, buyer: Buyer, regime: Regime
) -> None:
    found = regime_of(kind, value_pence, buyer, IN_2026)
    assert found.regime == regime
    assert found.section
    assert found.reason


def test_the_law_is_that_of_the_day() -> None:
    value = 210_000_00
    assert regime_of("other", value, "sub-central", date(2025, 12, 31)).regime == "below-threshold"
    assert regime_of("other", value, "sub-central", date(2026, 1, 1)).regime == "full"
    with pytest.raises(NoLawOnThatDay):
        threshold_on("light-touch", date(2025, 2, 23))


def test_every_row_of_the_table_names_its_source() -> None:
    assert all(row.source and row.pence > 0 for row in THRESHOLDS)
    assert len({(row.of, row.from_date) for row in THRESHOLDS}) == len(THRESHOLDS)


CLAIMS: list[tuple[Regime, ServiceKind, int, str]] = [
    ("light-touch", "social-care", 700_000_00, "statutory"),
    ("full", "social-care", 700_000_00, "voluntary"),
    ("light-touch", "social-care", 1, "voluntary"),
    ("below-threshold", "social-care", 1, "statutory"),
    ("below-threshold", "social-care", 700_000_00, "refused"),
    ("provider-selection", "social-care", 700_000_00, "refused"),
    ("full", "health-care", 700_000_00, "refused"),
    ("light-touch", "other", 700_000_00, "refused"),
]


@pytest.mark.parametrize(("claimed", "kind", "value_pence", "standing"), CLAIMS)
def test_a_stricter_regime_may_be_kept_and_a_weaker_one_is_refused(
    claimed: Regime, kind: ServiceKind, value_pence: int, standing: str
) -> None:
    found = regime_of(kind, value_pence, "sub-central", IN_2026)
    if standing == "refused":
        with pytest.raises(RegimeMismatch) as caught:
            standing_of(claimed, found)
        assert found.section in caught.value.detail
    else:
        assert standing_of(claimed, found) == standing


def test_the_value_of_a_term_counts_both_its_days() -> None:
    assert whole_term_pence(100_00, date(2026, 9, 1), date(2029, 8, 31)) == 300_00
    assert whole_term_pence(365_00, date(2026, 9, 1), date(2027, 9, 1)) == 366_00
    assert whole_term_pence(100_00, date(2028, 2, 29), date(2029, 2, 28)) == 100_00


@given(
    st.integers(0, 10**12),
    st.dates(date(2020, 1, 1), date(2060, 1, 1)),
    st.integers(1, 4000),
)
def test_a_longer_term_is_never_worth_less(annual: int, starts_on: date, days: int) -> None:
    shorter = whole_term_pence(annual, starts_on, date.fromordinal(starts_on.toordinal() + days))
    longer = date.fromordinal(starts_on.toordinal() + days + 1)
    assert 0 <= shorter <= whole_term_pence(annual, starts_on, longer)
