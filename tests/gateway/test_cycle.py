"""Where work stands in the year: as rules, and through its door."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.gateway.cycle.board import STANDS_IN, Piece, board, planned
from services.gateway.cycle.views import PlannedRow
from services.gateway.threads.graph import Edge, Kind, Node, Ref, Strand
from shared.testing.houses import RunningHouse
from shared.values.cycle import STAGES, cycle_of, season, written
from tests.gateway import story

MAY = date(2026, 5, 20)
CHAIN: tuple[Kind, ...] = (
    "assessment", "need", "recommendation", "specification", "tender", "award", "contract",
    "review",
)  # fmt: skip


def thread(*kinds: Kind, on: date = MAY, name: str = "a") -> Strand:
    """Things that came of each other one after the other, all on one day."""
    nodes = tuple(Node(kind=kind, id=name, title=f"{kind} {name}", on=on) for kind in kinds)
    edges = tuple(
        Edge(source=one.ref, relation="led to", target=other.ref) for one, other in pairwise(nodes)
    )
    return Strand(nodes=nodes, edges=edges)


def only(strand: Strand, today: date) -> Piece:
    (piece,) = board(strand, today)
    return piece


@pytest.mark.parametrize(
    ("reached", "stage", "due_on"),
    [("need", 4, date(2026, 9, 30)), ("recommendation", 5, date(2026, 9, 30)),
     ("specification", 6, date(2027, 3, 31)), ("tender", 6, date(2027, 3, 31)),
     ("award", 7, date(2027, 3, 31)), ("contract", 9, date(2027, 3, 31))],
)  # fmt: skip
def test_a_piece_of_work_stands_where_the_foremost_of_it_stands(
    reached: Kind, stage: int, due_on: date
) -> None:
    strand = thread(*CHAIN[: CHAIN.index(reached) + 1])
    piece = only(strand, due_on)
    assert (piece.kind, piece.stage, piece.due_on, piece.late) == (reached, stage, due_on, False)
    assert only(strand, due_on + timedelta(days=1)).late
    assert piece.needs == ("need a",)


def test_what_is_to_be_bought_anew_stands_in_its_stage_until_it_has_begun() -> None:
    row = PlannedRow(
        contract="c1", partnership="p1", title="Counselling", planned_on=MAY,
        open_by=date(2026, 10, 1),
    )  # fmt: skip
    (piece,) = planned([row], date(2026, 10, 1))
    assert (piece.kind, piece.stage, piece.due_on, piece.late) == (
        "planned", 6, date(2026, 10, 1), False,
    )  # fmt: skip
    assert planned([row], date(2026, 10, 2))[0].late
    assert planned([replace(row, begun=True)], MAY) == []


def test_a_reviewed_contract_waits_for_the_next_years_review() -> None:
    signed = thread(*CHAIN[:7])
    node = Node(kind="review", id="r", title="Formal review", on=date(2027, 1, 10))
    edge = Edge(source=Ref("contract", "a"), relation="reviewed in", target=node.ref)
    reviewed = Strand(nodes=(*signed.nodes, node), edges=(*signed.edges, edge))
    assert only(signed, date(2027, 4, 1)).late
    after = only(reviewed, date(2027, 4, 1))
    assert (after.late, after.cycle, after.due_on) == (False, "2027/28", date(2028, 3, 31))


@pytest.mark.parametrize(
    ("signed_on", "due_on"),
    [(date(2026, 11, 30), date(2027, 3, 31)), (date(2026, 12, 1), date(2028, 3, 31)),
     (date(2027, 3, 16), date(2028, 3, 31)), (date(2027, 4, 1), date(2028, 3, 31))],
)  # fmt: skip
def test_a_contract_signed_in_the_season_of_reviews_waits_for_the_next(
    signed_on: date, due_on: date
) -> None:
    piece = only(thread("contract", on=signed_on), date(2027, 4, 2))
    assert (piece.due_on, piece.late) == (due_on, due_on < date(2027, 4, 2))


def test_a_need_that_led_to_two_services_is_two_pieces_of_work() -> None:
    strand = thread("assessment", "need", "specification")
    other = Node(kind="specification", id="b", title="b", on=MAY)
    edge = Edge(source=Ref("need", "a"), relation="led to", target=other.ref)
    found = board(Strand(nodes=(*strand.nodes, other), edges=(*strand.edges, edge)), MAY)
    assert [one.id for one in found] == ["a", "b"]


def test_what_has_ended_has_left_the_board() -> None:
    assert board(thread(*CHAIN[:7]), MAY, {"a"}) == []
    assert len(board(thread(*CHAIN[:7]), MAY, {"b"})) == 1


@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)))
def test_every_day_lies_in_one_cycle_and_in_some_activity(day: date) -> None:
    cycle = cycle_of(day)
    assert date(cycle, 4, 1) <= day <= date(cycle + 1, 3, 31)
    seasons = [season(stage.activity, cycle) for stage in STAGES]
    assert any(one.begins_on <= day <= one.ends_on for one in seasons)
    assert written(1999) == "1999/00"


@given(st.lists(st.sampled_from(sorted(STANDS_IN)), max_size=6), st.dates(MAY, date(2030, 1, 1)))
def test_whatever_is_known_stands_in_one_stage_each(kinds: list[Kind], today: date) -> None:
    nodes = tuple(Node(kind=kind, id=str(n), title="t", on=MAY) for n, kind in enumerate(kinds))
    found = board(Strand(nodes=nodes), today)
    assert sorted(one.id for one in found) == sorted(node.id for node in nodes)
    assert [one.stage for one in found] == sorted(one.stage for one in found)


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with story.open_gateway(service_database) as running:
        await story.reported_and_paid(running)
        yield running


async def test_partners_see_their_work_and_others_nothing(house: RunningHouse) -> None:
    council = house.caller("council", "chris", "commissioner")
    told = (await council.get("/v1/cycle")).json()
    assert [stage["stage"] for stage in told["stages"]] == list(range(1, 10))
    contracts = {piece["id"] for piece in told["stages"][8]["pieces"]}
    assert contracts == {"c1", "c2"}
    provider = house.caller("acorn", "pam", "provider")
    own = (await provider.get("/v1/cycle")).json()
    assert {piece["id"] for stage in own["stages"] for piece in stage["pieces"]} == {"c1"}
    stranger = house.caller("elsewhere", "sam", "commissioner")
    none = (await stranger.get("/v1/cycle")).json()
    assert all(stage["pieces"] == [] for stage in none["stages"])
    assert (await house.nobody().get("/v1/cycle")).status_code == 401
