"""The rules of sealing and opening, as sentences."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from services.procurement.bids.commands import (
    NameOpeningOfficers,
    RegisterOpeningKey,
    SealBid,
    WithdrawBid,
)
from services.procurement.bids.events import BidNotOpened, OpeningKeyRegistered
from services.procurement.bids.refusals import (
    AnotherOfficerNeeded,
    EnvelopeChanged,
    EnvelopeOfAnother,
    KeyNotProved,
    KeysInUse,
    KeyTaken,
    NotAnOpeningOfficer,
    NotToBeSetAside,
    OfficersTooFew,
    OpeningKeysMissing,
    PartsIncomplete,
    SealedToOtherKeys,
)
from services.procurement.providers.refusals import ProviderIsSuspended, ProviderNotRegistered
from services.procurement.providers.state import Unregistered
from services.procurement.tenders.decider import TENDERS
from services.procurement.tenders.events import (
    BidSealed,
    BidUnsealed,
    BidWithdrawn,
    LateBidTurnedAway,
)
from services.procurement.tenders.refusals import BidsStillSealed, NotOpen, OneBidEach, UnknownBid
from services.procurement.tenders.state import Evaluated, Open
from shared.eventsourcing.codec import Codec
from shared.eventsourcing.events import type_of
from shared.published.procurement import BidsOpened
from shared.testing.scenarios import Scenario
from tests.procurement.sealing import (
    ENVELOPE_TEXT,
    OFFICERS,
    OPENED_TEXT,
    PUBLIC,
    giving,
    opening_of,
    panel_ready,
    sealing,
)
from tests.procurement.test_tender_rules import AFTER, CLOSES_AT, OPENED_AT, opening

opened = Scenario(TENDERS).when_done(opening())
ready = opened.when_done(*panel_ready(OPENED_AT))
with_bids = ready.when_done(sealing("b1", "acorn", OPENED_AT), sealing("b2", "beech", OPENED_AT))
one_gave = with_bids.when_done(giving("ola", AFTER, "b1", "b2"))
two_gave = one_gave.when_done(giving("quin", AFTER, "b1", "b2"))


def naming(*officers: str, now: datetime = OPENED_AT) -> NameOpeningOfficers:
    return NameOpeningOfficers(officers=officers, now=now)


def key(officer: str, public: str = "", *, proved: bool = True) -> RegisterOpeningKey:
    return RegisterOpeningKey(
        officer=officer, public=public or PUBLIC[officer], proved=proved, now=OPENED_AT
    )


def test_three_to_eight_different_persons_open_bids() -> None:
    for few in ((), ("a", "b"), ("a", "b", "a"), tuple("abcdefghi")):
        opened.when(naming(*few)).then_refused(OfficersTooFew, "/body/officers")
    assert opened.when(naming("a", "b", "c")).events()


def test_an_officer_registers_a_key_of_their_own_and_proves_to_have_it() -> None:
    named = opened.when_done(naming(*OFFICERS))
    named.when(key("ola")).then(OpeningKeyRegistered(officer="ola", public=PUBLIC["ola"]))
    named.when(key("eve", "k")).then_refused(NotAnOpeningOfficer)
    named.when(key("ola", proved=False)).then_refused(KeyNotProved, "/body/proof")
    named.when_done(key("ola")).when(key("quin", PUBLIC["ola"])).then_refused(KeyTaken)
    assert named.when_done(key("ola")).when(key("ola", "a new one")).events()


def test_officers_and_keys_stand_once_a_bid_is_sealed_to_them() -> None:
    with_bids.when(naming("a", "b", "c")).then_refused(KeysInUse)
    with_bids.when(key("ola", "a new one")).then_refused(KeysInUse)
    gone = with_bids.when_done(
        WithdrawBid(bid="b1", provider="acorn", now=OPENED_AT),
        WithdrawBid(bid="b2", provider="beech", now=OPENED_AT),
    )
    assert gone.when(key("ola", "a new one")).events()
    ready.when(naming("a", "b", "c", now=AFTER)).then_refused(NotOpen)


def test_an_officer_named_again_keeps_the_key() -> None:
    again = ready.when_done(naming("ola", "pat", "rae"))
    assert isinstance(again.state, Open)
    assert set(again.state.panel.keys) == {"ola", "pat"}
    again.when(sealing("b1", "acorn", OPENED_AT)).then_refused(OpeningKeysMissing)


def test_a_bid_is_sealed_to_exactly_the_officers_keys_for_this_tender_by_its_bidder() -> None:
    opened.when(sealing("b1", "acorn", OPENED_AT)).then_refused(OpeningKeysMissing)
    at = "/body/envelope"
    fewer = frozenset(list(PUBLIC.values())[:2])
    more = frozenset({*PUBLIC.values(), "the operator's own"})
    for keys in (fewer, more):
        ready.when(sealing("b1", "acorn", OPENED_AT, keys=keys)).then_refused(SealedToOtherKeys, at)
    wrong = sealing("b1", "acorn", OPENED_AT, tender="t2")
    ready.when(wrong).then_refused(EnvelopeOfAnother, at)
    copied = SealBid(
        bid="b3", provider="cedar", standing=wrong.standing, offer=ENVELOPE_TEXT, now=OPENED_AT,
        envelope=sealing("b1", "acorn", OPENED_AT).envelope,
    )  # fmt: skip
    ready.when(copied).then_refused(EnvelopeOfAnother, at)


def test_a_bid_at_the_very_deadline_is_in_time_and_one_a_microsecond_later_is_turned_away() -> None:
    late = CLOSES_AT + timedelta(microseconds=1)
    ready.when(sealing("b1", "acorn", CLOSES_AT)).then(
        BidSealed(
            bid="b1", provider="acorn", offer=ENVELOPE_TEXT, sealed_at=CLOSES_AT,
            envelope_sha256="hash of b1", envelope_bytes=4800,
        )
    )  # fmt: skip
    turned = LateBidTurnedAway(bid="b1", provider="acorn", came_at=late)
    ready.when(sealing("b1", "acorn", late)).then(turned)
    two_gave.when_done(opening_of({"b1": 1, "b2": 2}, AFTER)).when(
        sealing("b1", "acorn", late)
    ).then(turned)


def test_a_provider_has_one_bid_which_it_may_replace_or_withdraw() -> None:
    with_bids.when(sealing("b3", "acorn", OPENED_AT)).then_refused(OneBidEach)
    again = with_bids.when(sealing("b3", "acorn", OPENED_AT, replaces="b1")).events()
    assert [type(one) for one in again] == [BidWithdrawn, BidSealed]
    with_bids.when(sealing("b3", "acorn", OPENED_AT, replaces="b2")).then_refused(UnknownBid)
    with_bids.when(WithdrawBid(bid="b2", provider="acorn", now=OPENED_AT)).then_refused(UnknownBid)
    with_bids.when(WithdrawBid(bid="b1", provider="acorn", now=AFTER)).then_refused(NotOpen)


def test_who_is_suspended_or_not_in_the_register_does_not_bid_early_or_late() -> None:
    for at in (OPENED_AT, AFTER):
        suspended = sealing("b1", "acorn", at, suspended=True)
        ready.when(suspended).then_refused(ProviderIsSuspended)
        stranger = SealBid(
            bid="b1", provider="acorn", standing=Unregistered(), envelope=suspended.envelope,
            offer=ENVELOPE_TEXT, now=at,
        )  # fmt: skip
        ready.when(stranger).then_refused(ProviderNotRegistered)


def test_nothing_is_given_towards_an_opening_before_the_deadline() -> None:
    with_bids.when(giving("ola", CLOSES_AT, "b1", "b2")).then_refused(BidsStillSealed)
    with_bids.when(opening_of({}, CLOSES_AT)).then_refused(BidsStillSealed)


def test_an_officer_gives_a_part_for_every_bid_and_may_give_them_again() -> None:
    with_bids.when(giving("eve", AFTER, "b1", "b2")).then_refused(NotAnOpeningOfficer)
    for wrong in (("b1",), ("b1", "b2", "b9"), ()):
        with_bids.when(giving("ola", AFTER, *wrong)).then_refused(PartsIncomplete, "/body/parts")
    named = with_bids.when(giving("ola", AFTER, "b1", "b2", unfitting=("b2",))).events()
    assert named[0].unfitting == ("b2",)  # type: ignore[attr-defined]
    assert one_gave.when(giving("ola", AFTER, "b1", "b2")).events()


def test_all_bids_are_opened_at_once_or_none() -> None:
    waiting = opening_of({"b1": 1}, AFTER, waiting=frozenset({"b2"}))
    one_gave.when(waiting).then_refused(AnotherOfficerNeeded)
    two_gave.when(opening_of({"b1": 1, "b2": 2}, AFTER)).then(
        BidUnsealed(bid="b1", provider="acorn", annual_price_pence=1, offer=OPENED_TEXT),
        BidUnsealed(bid="b2", provider="beech", annual_price_pence=2, offer=OPENED_TEXT),
        BidsOpened(tender="t1", opened_by="pat", bids=2, late=0),
    )


def test_a_bid_whose_envelope_was_erased_is_withdrawn_at_the_opening() -> None:
    two_gave.when(opening_of({"b2": 2}, AFTER)).then(
        BidWithdrawn(bid="b1"),
        BidUnsealed(bid="b2", provider="beech", annual_price_pence=2, offer=OPENED_TEXT),
        BidsOpened(tender="t1", opened_by="pat", bids=1, late=0),
    )


def test_a_bid_that_right_parts_do_not_open_is_on_record_and_holds_up_nobody() -> None:
    broken = opening_of({"b2": 2}, AFTER, unopened={"b1": "does-not-open"})
    events = two_gave.when(broken).events()
    assert events[0] == BidNotOpened(bid="b1", provider="acorn", reason="does-not-open")
    after = two_gave.given(*events).state
    assert isinstance(after, Evaluated)
    assert set(after.bids) == {"b2"}


def test_only_what_two_officers_do_not_open_is_set_aside_and_by_whom_is_on_record() -> None:
    aside = {"set_aside": frozenset({"b1"}), "waiting": frozenset({"b1"})}
    one_gave.when(opening_of({"b2": 2}, AFTER, **aside)).then_refused(NotToBeSetAside)
    two_gave.when(opening_of({"b1": 1, "b2": 2}, AFTER, set_aside=frozenset({"b1"}))).then_refused(
        NotToBeSetAside
    )
    left = two_gave.when(opening_of({"b2": 2}, AFTER, **aside)).events()[0]
    assert left == BidNotOpened(bid="b1", provider="acorn", reason="set-aside", set_aside_by="pat")


def test_an_envelope_that_is_not_the_one_that_came_stops_the_opening() -> None:
    changed = opening_of({"b2": 2}, AFTER, changed=frozenset({"b1"}))
    two_gave.when(changed).then_refused(EnvelopeChanged)


def test_a_bid_recorded_before_there_were_envelopes_is_still_read() -> None:
    body = (
        b'{"bid":"b1","provider":"acorn","offer":{"text":"00000000-0000-4000-8000-000000000001",'
        b'"digest":"d"},"sealed_at":"2026-04-02T09:00:00.000001Z"}'
    )
    event = Codec(TENDERS.events).decode("procurement.bid-sealed.v1", body)
    assert isinstance(event, BidSealed)
    assert (event.envelope_sha256, event.sealed_at.microsecond) == ("", 1)
    plain = (
        opened.given(event).when(opening_of({"b1": 5}, datetime(2026, 6, 1, tzinfo=UTC))).events()
    )
    assert isinstance(plain[0], BidUnsealed)


def test_every_fact_of_sealing_is_read_as_it_was_written() -> None:
    codec = Codec(TENDERS.events)
    facts = [
        *opened.when(naming(*OFFICERS)).events(),
        *opened.when_done(naming(*OFFICERS)).when(key("ola")).events(),
        *with_bids.when(giving("ola", AFTER, "b1", "b2", unfitting=("b1",))).events(),
        BidNotOpened(bid="b1", provider="acorn", reason="set-aside", set_aside_by="pat"),
    ]
    for fact in facts:
        assert codec.decode(type_of(type(fact)), codec.encode(fact)) == fact
