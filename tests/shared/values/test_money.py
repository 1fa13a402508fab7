"""Pence as people read them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.values.money import pounds


@pytest.mark.parametrize(
    ("pence", "written"),
    [
        (0, "£0.00"),
        (9, "£0.09"),
        (-9, "-£0.09"),
        (100, "£1.00"),
        (123_456, "£1,234.56"),
        (-150, "-£1.50"),
        (97_500_000_00, "£97,500,000.00"),
    ],
)
def test_pence_are_written_as_pounds(pence: int, written: str) -> None:
    assert pounds(pence) == written


@given(st.integers())
def test_what_is_written_says_the_sum_to_the_penny(pence: int) -> None:
    assert int(pounds(pence).replace("£", "").replace(",", "").replace(".", "")) == pence
