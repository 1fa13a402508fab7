"""Facts read the way people say them."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from services.gateway.pages import wording


def test_days_and_times_are_londons() -> None:
    assert wording.day("2027-06-30") == "30 June 2027"
    assert wording.day(date(2026, 4, 1)) == "1 April 2026"
    assert wording.day("2026-06-30T23:30:00Z") == "1 July 2026"
    assert wording.moment("2026-10-21T22:59:59Z") == "21 October 2026 at 11:59pm"
    assert wording.moment(datetime(2027, 1, 5, 0, 5, tzinfo=UTC)) == "5 January 2027 at 12:05am"
    assert wording.moment(datetime(2027, 1, 5, 12, 0, tzinfo=UTC)) == "5 January 2027 at 12:00pm"
    assert wording.day(None) == wording.NONE


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("2026-27-Q1", "Quarter 1, April to June 2026"),
        ("2026-27-Q4", "Quarter 4, January to March 2027"),
        ("2026-27-M10", "January 2027"),
        ("2026-27-Y", "Year 2026/27, April 2026 to March 2027"),
        ("anything", "anything"),
    ],
)
def test_periods(code: str, said: str) -> None:
    assert wording.period(code) == said


def test_periods_within_a_title() -> None:
    assert wording.in_words("Return for 2026-27-Q2") == (
        "Return for Quarter 2, July to September 2026"
    )
    assert wording.in_words("Counselling 2026-27") == "Counselling 2026-27"


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        ("82.50", "percent", "82.5%"),
        ("100", "percent", "100%"),
        ("1204", "number", "1,204"),
        ("0", "number", "0"),
        ("1", "days", "1 day"),
        ("14.0", "days", "14 days"),
        ("123456", "pence", "£1,234.56"),
        (None, "percent", wording.NONE),
    ],
)
def test_values_in_their_unit(value: str | None, unit: str, said: str) -> None:
    assert wording.measured(value, unit) == said


def test_codes_as_words() -> None:
    assert wording.words("explanation-asked") == "Explanation asked"
    assert wording.words("suppressed") == "Suppressed"
    assert wording.words("") == wording.NONE
    assert wording.roles({"finance", "board-member"}) == "Board member, Finance officer"
