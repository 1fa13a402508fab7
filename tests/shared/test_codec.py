"""Events to bytes and back, over every version they ever had."""

from __future__ import annotations

import pytest

from shared.eventsourcing.codec import BrokenCodec, Codec, NewerVersion, Undecodable
from shared.eventsourcing.events import Body, Event, Upcast


def in_pence(body: Body) -> Body:
    return {"pence": body["pounds"] * 100}


def with_currency(body: Body) -> Body:
    return body | {"currency": "GBP"}


class Paid(Event, frozen=True, kw_only=True, tag="test.paid.v3"):
    earlier = (in_pence, with_currency)
    pence: int
    currency: str
    note: str = ""


def test_what_is_encoded_is_decoded_again_and_defaults_are_left_out() -> None:
    codec = Codec([Paid])
    event = Paid(pence=1, currency="GBP")
    body = codec.encode(event)
    assert body == b'{"type":"test.paid.v3","pence":1,"currency":"GBP"}'
    assert codec.decode("test.paid.v3", body) == event


def test_every_earlier_version_becomes_the_current_one() -> None:
    codec = Codec([Paid])
    oldest = codec.decode("test.paid.v1", b'{"type":"test.paid.v1","pounds":12}')
    older = codec.decode("test.paid.v2", b'{"type":"test.paid.v2","pence":1200}')
    assert oldest == older == Paid(pence=1200, currency="GBP")


def test_a_field_added_later_keeps_the_version() -> None:
    codec = Codec([Paid])
    known = b'{"type":"test.paid.v3","pence":1,"currency":"GBP","added":"later"}'
    assert codec.decode("test.paid.v3", known) == Paid(pence=1, currency="GBP")


@pytest.mark.parametrize("steps", [(), (in_pence,), (in_pence, with_currency, with_currency)])
def test_a_gap_in_the_versions_is_found_at_start_up(steps: tuple[Upcast, ...]) -> None:
    class Gapped(Event, frozen=True, kw_only=True, tag="test.gapped.v3"):
        earlier = steps

    with pytest.raises(BrokenCodec, match=r"gapped\.v3 keeps . steps .* needs 2"):
        Codec([Gapped])


def test_two_classes_may_not_share_a_name() -> None:
    class Other(Event, frozen=True, kw_only=True, tag="test.paid.v4"):
        earlier = (*Paid.earlier, with_currency)

    with pytest.raises(BrokenCodec, match="share one name"):
        Codec([Paid, Other])


def test_a_type_without_a_version_is_refused() -> None:
    class Nameless(Event, frozen=True, kw_only=True, tag="test.nameless"):
        pass

    with pytest.raises(BrokenCodec, match="does not end in a version"):
        Codec([Nameless])


def test_a_newer_version_is_not_taken_for_an_unknown_type() -> None:
    codec = Codec([Paid])
    assert not codec.knows("test.somebody-elses.v1")
    with pytest.raises(NewerVersion):
        codec.knows("test.paid.v4")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b'{"type":"test.paid.v3"}',
        b'{"type":"test.paid.v3","pence":"1","currency":"GBP"}',
        b'{"type":"test.refunded.v1","pence":1,"currency":"GBP"}',
    ],
)
def test_bytes_that_do_not_fit_are_said_to_be_undecodable(body: bytes) -> None:
    with pytest.raises(Undecodable):
        Codec([Paid]).decode("test.paid.v3", body)
