"""What is typed into a form as a number, however long, is for the API to refuse."""

from __future__ import annotations

import pytest

from services.gateway.pages.asking import hundredths
from services.gateway.pages.award_forms import AGREEMENT_STEPS, proposing


@pytest.mark.parametrize("typed", ["1e999999", "9" * 5_000, "1e400", "-1e999998", "1E+99999999999"])
def test_a_sum_beyond_all_money_goes_on_as_it_was_typed(typed: str) -> None:
    assert hundredths(typed) == typed


def test_a_sum_is_pence() -> None:
    assert (hundredths("£1,000.05"), hundredths("0.001"), hundredths("")) == (100_005, "0.001", "")


def test_a_number_with_too_many_digits_goes_on_as_it_was_typed() -> None:
    long = "9" * 5_000
    off = proposing({"way": "framework-call-off", "framework": f"f1/{long}"})
    assert off["lot"] == long
    assert AGREEMENT_STEPS["lot"].body({"lot": long})["lot"] == long
    assert AGREEMENT_STEPS["lot"].body({"lot": "2"})["lot"] == 2
