"""Who hears what, in which order, whatever the order in which the four services are heard."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from services.gateway.partners.facts import Facts, fold
from services.gateway.partners.writing import Line, Writing
from shared.eventsourcing.events import Published
from shared.published import contracts, gateway, monitoring, needs, procurement
from tests.gateway import story
from tests.gateway.partners.happened import (
    CONTRACTS,
    JOINED,
    LEFT,
    MONITORING,
    NEEDS,
    SOURCES,
    events_of,
    lines_of,
    one_after_another,
    told,
)

Sources = Mapping[str, Sequence[tuple[str, Published]]]
CHANGING: Sources = {
    **SOURCES,
    "needs": (*NEEDS, ("partnership/p1", JOINED), ("partnership/p1", LEFT)),
}


def interleavings(sources: Sources) -> st.SearchStrategy[list[str]]:
    return st.permutations(one_after_another(sources))


def subject(line: Line) -> str:
    """What an event is about, as far as its order matters: the contract, not the return."""
    return line.stream.partition(":")[0].removeprefix("return/").removeprefix("contract/")


@given(interleavings(SOURCES))
def test_every_agency_is_told_the_same_whatever_came_first(order: list[str]) -> None:
    first, other = told(SOURCES, one_after_another(SOURCES)), told(SOURCES, order)
    assert other.set_aside == {}
    for agency in ("council", "icb", "elsewhere", "acorn", "beech"):
        one, two = lines_of(first, agency), lines_of(other, agency)
        assert one
        assert {line.event_id: line.body for line in one} == {
            line.event_id: line.body for line in two
        }


@given(interleavings(SOURCES))
def test_what_a_source_said_of_one_thing_stays_in_its_order(order: list[str]) -> None:
    writing = told(SOURCES, order)
    for agency in ("council", "icb", "acorn"):
        last: dict[tuple[str, str], int] = {}
        for line in lines_of(writing, agency):
            about = (line.source, subject(line))
            assert line.publication >= last.get(about, 0), f"{agency}: {line.stream}"
            last[about] = line.publication


@given(interleavings(CHANGING))
def test_who_joins_knows_from_its_own_log_how_each_contract_stands(order: list[str]) -> None:
    writing = told(CHANGING, order)
    known = Facts()
    for event in events_of(writing, "trust"):
        match event:
            case gateway.ContractSnapshot():
                signed = contracts.ContractSigned(
                    contract=event.contract, terms=event.terms, signed_by="", effective_on=story.DAY
                )
                fold(known, signed)
                if event.status == "completed":
                    day = event.ended_on or story.DAY
                    ended = contracts.ContractCompleted(contract=event.contract, effective_on=day)
                    fold(known, ended)
            case _:
                fold(known, event)
    for contract in ("c1", "c2"):
        assert known.contract(contract) == writing.facts.contract(contract)


@given(interleavings(CHANGING))
def test_after_an_entitlement_ended_nothing_of_it_comes(order: list[str]) -> None:
    events = events_of(told(CHANGING, order), "icb")
    at = [n for n, event in enumerate(events) if isinstance(event, gateway.EntitlementEnded)]
    assert len(at) == 1
    public = (procurement.TenderOpened,)
    assert [event for event in events[at[0] + 1 :] if not isinstance(event, public)] == []


def test_an_event_waits_until_it_is_known_whom_it_concerns_and_later_ones_behind_it() -> None:
    late: Sources = {"monitoring": MONITORING, "contracts": CONTRACTS, "needs": NEEDS}
    order = one_after_another(late)
    before = told(late, [name for name in order if name != "needs"])
    assert before.lines == []
    assert len(before.set_aside) == len(MONITORING) + len(CONTRACTS)

    after = told(late, order)
    assert after.set_aside == {}
    kinds = [type(event) for event in events_of(after, "council")]
    assert kinds.index(contracts.ContractSigned) < kinds.index(monitoring.ReturnScheduled)
    assert kinds.index(contracts.ContractVaried) < kinds.index(contracts.PaymentCertified)


def test_what_does_not_wait_flows_past_what_does() -> None:
    others = contracts.ContractSigned(
        contract="c9", signed_by="p-2", effective_on=story.DAY,
        terms=replace(story.terms(), partnership="p9"),
    )  # fmt: skip
    sources: Sources = {"needs": NEEDS[:1], "contracts": (("contract/c9", others), CONTRACTS[4])}
    writing = told(sources, ["needs", "contracts", "contracts"])
    assert [one.heard.event for one in writing.set_aside.values()] == [others]
    assert story.SIGNED in events_of(writing, "icb")


def test_an_exempt_decision_stays_in_and_the_authority_given_for_it() -> None:
    exempt = replace(story.DECIDED, exempt=True)
    sources: Sources = {
        "needs": (NEEDS[0], ("meeting/m1", exempt), ("meeting/m1", story.AUTHORITY))
    }
    events = events_of(told(sources, ["needs"] * 3), "icb")
    kinds = [type(event) for event in events]
    assert needs.DecisionTaken not in kinds
    assert needs.HomeAuthorityGiven not in kinds
    assert needs.PartnershipFormed in kinds


def test_a_new_provider_gets_the_contract_as_it_stands_and_the_old_one_no_more_of_it() -> None:
    handed = contracts.ContractVaried(
        contract="c1", terms=story.terms("beech"), commitment_changes={}, reason=story.TEXT,
        varied_by="p-2", effective_on=story.DAY,
    )  # fmt: skip
    sources: Sources = {
        **SOURCES,
        "contracts": (*CONTRACTS[:9], ("contract/c1", handed), CONTRACTS[8]),
    }
    writing = told(sources, one_after_another(sources))
    old = events_of(writing, "acorn")
    assert [event for event in old if isinstance(event, contracts.PaymentMade)] != []
    ended = [event for event in old if isinstance(event, gateway.EntitlementEnded)]
    assert [(one.object, one.standing) for one in ended] == [("c1", "provider")]
    assert not any(
        isinstance(event, contracts.PaymentMade | contracts.ContractVaried)
        for event in old[old.index(ended[0]) :]
    )
    [snapshot] = [
        event
        for event in events_of(writing, "beech")
        if isinstance(event, gateway.ContractSnapshot)
    ]
    assert (snapshot.contract, snapshot.terms.provider) == ("c1", "beech")
    assert snapshot in events_of(writing, "beech")


def test_the_public_record_is_given_whole_to_whoever_comes_later() -> None:
    order = ["needs", "needs", "procurement", "procurement", "procurement", "procurement"]
    writing = told(SOURCES, [*order, *["contracts"] * 10])
    assert [e for e in events_of(writing, "beech") if isinstance(e, procurement.TenderOpened)] == [
        story.OPENED,
        story.SECOND_TENDER,
    ]


def test_what_the_gateway_says_itself_has_the_same_id_when_said_again() -> None:
    def ids(writing: Writing) -> list[object]:
        return [line.event_id for line in writing.lines if line.type.startswith("gateway.")]

    order = one_after_another(CHANGING)
    assert ids(told(CHANGING, order)) == ids(told(CHANGING, order))
    assert len(set(ids(told(CHANGING, order)))) == len(ids(told(CHANGING, order)))
