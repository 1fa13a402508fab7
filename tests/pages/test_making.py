"""What forms make of what was typed, and what is left to do for a strategy. Pure."""

from __future__ import annotations

from typing import Any

from services.gateway.pages.asking import lines_of, whole
from services.gateway.pages.assessment_opening import outcome_of, outcomes_of
from services.gateway.pages.strategies_standing import Standing, steps, valid

STRATEGY: dict[str, Any] = {
    "status": "draft", "needs": [{"need": "n1"}, {"need": "n2"}], "priorities": [],
    "recommendations": [], "resources": [], "issues": [], "summary": None, "changed_position": 40,
}  # fmt: skip


def decision(position: int) -> dict[str, Any]:
    return {"decision": f"d{position}", "position": position}


def test_an_outcome_in_the_same_words_is_the_same_outcome() -> None:
    known = {"safe": "Children are safe", "well": "Children are well"}
    typed = {"outcome-well": "yes", "outcomes": "children are SAFE\n\n Children sleep well \n"}
    assert outcomes_of(typed, known) == [
        {"outcome": "well", "title": "Children are well"},
        {"outcome": "safe", "title": "children are SAFE"},
        {"outcome": "children-sleep-well", "title": "Children sleep well"},
    ]
    assert outcomes_of({}, known) == []
    assert outcome_of("??") == "outcome"
    assert len(outcome_of("word " * 90)) <= 80


def test_what_is_no_number_goes_on_as_it_was_typed() -> None:
    assert [whole(one) for one in ("12", "", "-1", "1.5", "9" * 30)] == [
        12, "", "-1", "1.5", "9" * 30,
    ]  # fmt: skip
    assert lines_of(" a \n\n b") == ["a", "b"]


def test_a_decision_counts_only_for_what_it_was_taken_on() -> None:
    board = Standing(carried=[decision(50), decision(30)])
    assert [one["decision"] for one in valid(STRATEGY, board)] == ["d50"]
    assert valid(STRATEGY | {"changed_position": 60}, board) == []


def test_what_is_left_to_do_is_said_until_it_is_done() -> None:
    def said(strategy: dict[str, Any], board: Standing, *departures: dict[str, Any]) -> list[str]:
        told = steps(strategy, departures, board)
        return ["Done" if one["is_done"] else one["said"] for one in told]

    assert said(STRATEGY, Standing()) == [
        "0 of 2", "To do", "If you like", "If you like", "Done", "To do", "To do", "To do", "To do",
    ]  # fmt: skip
    made: dict[str, Any] = STRATEGY | {
        "priorities": [{"need": "n1"}, {"need": "n2"}], "summary": {"text": "t"},
    }  # fmt: skip
    nothing: dict[str, Any] = {}
    made |= {"recommendations": [nothing], "resources": [nothing], "issues": [nothing]}
    asked = Standing(meetings=[{"status": "called"}])
    left = {"explained": False}
    assert said(made, asked, left, {"explained": True})[4:6] == ["1 left", "Done"]
    assert said(made, asked)[6:] == ["On the agenda", "To do", "To do"]
    outdated = Standing(carried=[decision(30)], meetings=[{"status": "closed"}])
    assert said(made, outdated)[6] == "Changed since the board decided"
    decided = Standing(carried=[decision(50)])
    assert said(made, decided)[6:] == ["Done", "To do", "To do"]
    approved = made | {"status": "approved", "changed_position": 60}
    assert said(approved, decided)[6:] == ["Done", "Done", "To do"]
