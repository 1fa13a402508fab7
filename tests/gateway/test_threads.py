"""The thread walked both ways: from any payment to need and outcome, from any need to money."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.threads.graph import Edge, Node, Ref, Strand, thread, together
from services.gateway.threads.views import VIEWS
from shared.eventsourcing.rebuild import rebuild
from shared.testing.houses import RunningHouse
from tests.gateway import story


@pytest.fixture
async def house(service_database: str) -> AsyncIterator[RunningHouse]:
    async with story.open_gateway(service_database) as running:
        await story.reported_and_paid(running)
        yield running


def edge(source: str, target: str) -> Edge:
    return Edge(source=Ref("need", source), relation="led to", target=Ref("need", target))


def whole(*edges: Edge) -> Strand:
    refs = {ref for one in edges for ref in (one.source, one.target)}
    return Strand(nodes=tuple(Node(kind=r.kind, id=r.id) for r in sorted(refs)), edges=edges)


def ids(found: Strand | None) -> set[str]:
    assert found is not None
    return {node.id for node in found.nodes}


def test_a_walk_never_turns() -> None:
    # One need led to two recommendations: the first's thread does not hold the second.
    forked = whole(edge("need", "first"), edge("need", "second"), edge("first", "contract"))
    assert ids(thread(forked, Ref("need", "first"), "both")) == {"need", "first", "contract"}
    assert ids(thread(forked, Ref("need", "first"), "back")) == {"need", "first"}
    assert ids(thread(forked, Ref("need", "first"), "forward")) == {"first", "contract"}
    assert thread(forked, Ref("need", "nowhere"), "both") is None


def test_what_is_only_pointed_at_leads_nowhere() -> None:
    strand = Strand(nodes=(Node(kind="need", id="a"),), edges=(edge("a", "b"),))
    assert together([strand]).edges == ()


@given(st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from("abcdef")), max_size=12))
def test_forward_and_back_are_each_others_mirror(pairs: list[tuple[str, str]]) -> None:
    """If money is reached from a need, the need is reached back from the money; loops end."""
    strand = whole(*(edge(a, b) for a, b in pairs))
    for node in strand.nodes:
        for other in ids(thread(strand, node.ref, "forward")):
            assert node.id in ids(thread(strand, Ref("need", other), "back"))


def kinds(content: dict[str, Any]) -> set[str]:
    return {node["kind"] for node in content["nodes"]}


async def test_a_payment_leads_back_to_need_and_outcome(house: RunningHouse) -> None:
    pat = house.caller("council", "p-1", "finance")
    content = (await pat.get("/v1/threads/payment/pay-1?direction=back")).json()

    assert kinds(content) == {
        "payment", "certificate", "return", "contract", "award", "tender", "specification",
        "recommendation", "strategy", "decision", "need", "outcome", "assessment",
    }  # fmt: skip
    titles = {node["kind"]: node["title"] for node in content["nodes"]}
    assert (titles["need"], titles["outcome"]) == ("Bullying", "Children are safe")


async def test_a_need_leads_to_the_money_spent(house: RunningHouse) -> None:
    pat = house.caller("icb", "p-1", "board-member")
    content = (await pat.get("/v1/threads/need/n1?direction=forward")).json()

    assert {"payment", "ledger", "flag", "notice", "withholding"} <= kinds(content)
    paid = [node["amount_pence"] for node in content["nodes"] if node["kind"] == "payment"]
    assert paid == [22_000_00]
    ledger = next(node for node in content["nodes"] if node["kind"] == "ledger")
    assert (ledger["id"], ledger["title"]) == ("f1:2026-27", "Pooled fund f1, 2026/27")


async def test_a_contracts_thread_leaves_out_its_neighbours(house: RunningHouse) -> None:
    pat = house.caller("council", "p-1", "commissioner")
    content = (await pat.get("/v1/threads/contract/c1")).json()
    named = {(node["kind"], node["id"]) for node in content["nodes"]}
    assert {("need", "n1"), ("payment", "pay-1"), ("return", "c1:2026-27-Q2")} <= named
    assert not named & {("contract", "c2"), ("tender", "t2")}
    for one in content["edges"]:
        assert (one["from"]["kind"], one["from"]["id"]) in named
        assert (one["to"]["kind"], one["to"]["id"]) in named


async def test_a_provider_walks_its_own_contracts_only(house: RunningHouse) -> None:
    acorn = house.caller("acorn", "p-9", "provider")
    content = (await acorn.get("/v1/threads/payment/pay-1")).json()
    assert kinds(content) == {"payment", "certificate", "return", "contract", "ledger"}
    for path in ("contract/c2", "need/n1", "award/w1"):
        assert (await acorn.get(f"/v1/threads/{path}")).status_code == 404, path


async def test_another_partnership_finds_nothing(house: RunningHouse) -> None:
    stranger = house.caller("elsewhere", "p-1", "commissioner")
    for path in ("payment/pay-1", "need/n1", "contract/c1", "ledger/f1:2026-27"):
        refused = await stranger.get(f"/v1/threads/{path}")
        assert (refused.status_code, refused.json()["code"]) == (404, "not-found")
    assert (await house.nobody().get("/v1/threads/need/n1")).status_code == 401
    unknown = await house.caller("council", "p-1", "auditor").get("/v1/threads/planet/n1")
    assert unknown.status_code == 422


async def test_every_strand_is_the_same_when_made_again(house: RunningHouse) -> None:
    for view in VIEWS:
        store = house.house.stores[view.name]
        before = await store.contents()
        assert before["rows"], view.name
        await rebuild(store, house.house.pool, house.house.sources[view.source])
        assert await store.contents() == before, view.name
