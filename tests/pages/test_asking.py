"""Numbers and sums as people type them: read to the penny, or left as they are to be refused."""

from __future__ import annotations

import json

import pytest

from services.gateway.pages.asking import hundredths, whole
from services.gateway.pages.flag_forms import asked
from services.gateway.pages.reconciliation_forms import numbers

NONE = ["1.005", "much", "NaN", "sNaN", "inf", "-inf", "1e999999", "1e5000", "9" * 5000, ""]


def test_a_sum_in_pounds_is_read_to_the_penny() -> None:
    said = [hundredths(one) for one in ("12,000", "£1.05", "0", " 1 234.50", "-5", "12.5")]
    assert said == [12_000_00, 1_05, 0, 1_234_50, -5_00, 12_50]
    assert hundredths("1000000000000") == 10**14


@pytest.mark.parametrize("typed", NONE)
def test_what_is_no_sum_is_left_to_be_refused(typed: str) -> None:
    assert json.loads(json.dumps(hundredths(typed))) == typed


@pytest.mark.parametrize("typed", ["", "many", "-1", "1.5", "9" * 5000])
def test_what_is_no_whole_number_is_left_to_be_refused(typed: str) -> None:
    assert json.loads(json.dumps(whole(typed))) == typed
    assert whole("012") == 12


def test_ticked_boxes_are_numbers_of_either_sign() -> None:
    typed = {"match": ["5", "-5", "--5", "x", "9" * 5000]}
    assert numbers(typed, "match") == [5, -5]


def test_a_form_of_a_case_takes_no_more_days_than_can_be_counted() -> None:
    assert asked("request", {"working_days": "5"}) == ("explanation-request", {"working_days": 5})
    _, body = asked("request", {"working_days": "9" * 5000}) or ("", None)
    assert body == {"working_days": "9" * 5000}
