"""What is typed into a return's form is passed on as it is, and told of where it stands."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from services.gateway.pages.asking import hundredths
from services.gateway.pages.return_forms import (
    body_of,
    form_of,
    in_file,
    known_groups,
    troubles,
)
from services.gateway.pages.return_versions import side_by_side, typed_of
from tests.pages import story

TERMS: dict[str, Any] = msgspec.to_builtins(story.terms("Counselling"))
FORM = form_of(TERMS, "2026-27-Q1")


def test_every_measure_is_asked_for_by_month_and_quarter() -> None:
    assert len(FORM.slots) == 3 * 4
    assert [slot.period for slot in FORM.slots[:4]] == [
        "2026-27-M01", "2026-27-M02", "2026-27-M03", "2026-27-Q1",
    ]  # fmt: skip
    assert [column for column, _ in FORM.slots[-1].columns] == [
        "numerator", "denominator", "value",
    ]  # fmt: skip
    assert [line.element for line in FORM.sums] == ["Block"]


def test_months_outside_the_contract_are_not_asked_for() -> None:
    late = form_of(TERMS | {"starts_on": "2026-05-10"}, "2026-27-Q1")
    assert [slot.period for slot in late.slots[:3]] == ["2026-27-M02", "2026-27-M03", "2026-27-Q1"]


def test_an_empty_form_says_nothing() -> None:
    body = body_of(FORM, {f"{slot.id}-status": "given" for slot in FORM.slots})
    assert body.content == {
        "readings": [], "breakdowns": [], "budget": [], "nil": False, "explanations": [],
    }  # fmt: skip


def test_what_is_typed_is_passed_on_and_never_put_right() -> None:
    typed = {
        "m1-1-value": "1,204", "m1-2-value": "a few", "m1-3-status": "missing",
        "m3-4-value": "80%", "m3-4-numerator": "24", "m3-4-denominator": "30",
        "b1-spent_pence": "£1,234.50", "b1-budget_pence": "lots", "story": "  Fine. ",
        "explanation|identical-to-last|m-seen": "A steady term.", "explanation|x|y": " ",
    }  # fmt: skip
    body = body_of(FORM, typed)
    assert body.content["readings"] == [
        {"measure": "m-seen", "period": "2026-27-M01", "status": "given", "value": "1204"},
        {"measure": "m-seen", "period": "2026-27-M02", "status": "given", "value": "a few"},
        {"measure": "m-seen", "period": "2026-27-M03", "status": "missing"},
        {"measure": "m-helped", "period": "2026-27-Q1", "status": "given", "numerator": "24",
         "denominator": "30", "value": "80"},
    ]  # fmt: skip
    assert body.content["budget"] == [
        {"element": "Block", "budget_pence": "lots", "spent_pence": 123450}
    ]
    assert body.content["story"] == "Fine."
    assert body.content["explanations"] == [
        {"rule": "identical-to-last", "measure": "m-seen", "text": "A steady term."}
    ]


def test_a_nil_return_has_no_figures() -> None:
    body = body_of(FORM, {"nil": "yes", "m1-1-value": "3"})
    assert body.content["nil"] is True
    assert body.content["readings"] == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("12", 1200), ("£1,234.56", 123456), ("0.10", 10), ("1.005", "1.005"), ("-", "-")],
)
def test_pounds_become_pence_exactly_or_stay_as_typed(typed: str, meant: int | str) -> None:
    assert hundredths(typed) == meant


def test_known_groups_have_rows_of_their_own_and_others_a_name() -> None:
    terms = TERMS | {"measures": [TERMS["measures"][0] | {"breakdowns": ["sex"]}]}
    before: dict[str, Any] = {
        "versions": [
            {"breakdowns": []},
            {"breakdowns": [
                {"measure": "m-seen", "breakdown": "sex", "group": name, "count": 9}
                for name in ("unknown", "girls", "boys")
            ]},
        ]
    }  # fmt: skip
    form = form_of(terms, "2026-27-Q1", known_groups(None, before))
    (group,) = form.groups
    assert group.known == ("girls", "boys", "unknown")
    rows = group.rows({})
    assert [known for _, known in rows] == ["girls", "boys", "unknown", "", "", ""]
    typed = {"g1-sex-1-count": "14", "g1-sex-4-name": "not asked", "g1-sex-4-count": "nine"}
    body = body_of(form, typed)
    assert body.content["breakdowns"] == [
        {"measure": "m-seen", "breakdown": "sex", "group": "girls", "count": "14"},
        {"measure": "m-seen", "breakdown": "sex", "group": "not asked", "count": "nine"},
    ]
    assert len(group.rows(typed)) == 4 + 3
    found = troubles(form, body, [
        {"code": "a", "pointer": "/body/breakdowns/1/count", "detail": "No number."},
        {"code": "b", "pointer": "/body/breakdowns/m-seen/sex", "detail": "Not the whole."},
        {"code": "c", "pointer": "/body/readings/m-seen/2026-27-M02", "detail": "Missing."},
        {"code": "d", "pointer": "/body/budget/Block", "detail": "Missing."},
    ])  # fmt: skip
    assert [one.field for one in found] == [
        "g1-sex-4-count", "g1-sex-1-count", "m1-2-value", "b1-budget_pence",
    ]  # fmt: skip


def test_what_was_handed_in_comes_back_as_it_was_typed() -> None:
    typed = {
        "m1-1-value": "12", "m1-1-status": "given", "m1-2-status": "missing",
        "m3-4-value": "80", "m3-4-numerator": "24", "m3-4-denominator": "30",
        "m3-4-status": "given", "complaints": "2", "story": "Fine.",
        "b1-budget_pence": "1234.50", "b1-spent_pence": "0.09", "b1-forecast_pence": "1.00",
        "explanation|identical-to-last|m-seen": "Steady.",
    }  # fmt: skip
    assert typed_of(FORM, body_of(FORM, typed).content) == typed


def test_versions_stand_side_by_side_and_what_changed_is_said() -> None:
    reading = {"measure": "m-seen", "period": "2026-27-M01", "value": "12"}
    budget = [{"element": "Block", "budget_pence": 100, "spent_pence": 5, "forecast_pence": 9}]
    versions: list[dict[str, Any]] = [
        {"readings": [reading], "budget": budget},
        {"readings": [reading | {"value": "13"}], "budget": budget},
    ]
    titles = {one["measure"]: one for one in TERMS["measures"]}
    lines = side_by_side(versions, titles)
    assert [(one.name, one.figures, one.changed) for one in lines][:2] == [
        ("Children seen, April 2026", ("12", "13"), True),
        ("Block: budget for the year", ("£1.00", "£1.00"), False),
    ]


def test_a_problem_leads_to_the_field_it_is_about() -> None:
    body = body_of(FORM, {"m1-2-value": "x", "m3-4-value": "80", "b1-spent_pence": "y"})
    found = troubles(
        FORM,
        body,
        [
            {"code": "a", "pointer": "/body/readings/0/value", "detail": "No number."},
            {"code": "b", "pointer": "/readings/1/numerator", "message": "Missing."},
            {"code": "c", "pointer": "/budget/0/spent_pence", "message": "No sum."},
            {"code": "d", "pointer": "/readings/9/value", "message": "Nowhere."},
            {"code": "e", "pointer": "", "message": "Same.", "stage": "soft", "measure": "m-seen"},
        ],
    )
    assert [one.field for one in found] == [
        "m1-2-value", "m3-4-numerator", "b1-spent_pence", "", "",
    ]  # fmt: skip
    assert found[0].where == "Children seen, May 2026, value"
    assert found[4].soft
    assert found[4].where == "Children seen"


def test_a_problem_in_a_file_is_at_its_row_and_column() -> None:
    assert in_file("/file/2/value") == "Row 2, column value"
    assert in_file("/file/readings/4/value") == "Sheet readings, row 4, column value"
    assert in_file("/file/7") == "Row 7"
    assert in_file("/body/readings/1") == ""
