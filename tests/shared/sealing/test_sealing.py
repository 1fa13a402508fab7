"""What opens a sealed bid, and what never does."""

from __future__ import annotations

import json
from itertools import combinations, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from shared.sealing.envelopes import MOST_CONTENT_BYTES, Envelope, context_of, parse
from shared.sealing.keys import OpeningKey, Unreadable, in_base64, panel, proves
from shared.sealing.sealing import Chance, NotOpened, drawn, fits, opened, part_of, seal
from tests.shared.sealing import vectors

KEYS = [OpeningKey.made() for _ in range(4)]
PUBLICS = [key.public for key in KEYS]
CONTENT = b'{"annual_price_pence": 1}'


def sealed(content: bytes = CONTENT, provider: str = "acorn") -> Envelope:
    return parse(seal(content, "t1", provider, PUBLICS))


def parts(envelope: Envelope, *keys: OpeningKey) -> dict[bytes, bytes]:
    return {key.public: part_of(key, envelope) for key in keys}


@pytest.mark.parametrize("pair", list(permutations(range(4), 2)))
def test_every_pair_of_officers_opens_it(pair: tuple[int, int]) -> None:
    envelope = sealed()
    assert opened(envelope, parts(envelope, *(KEYS[n] for n in pair))) == CONTENT


@pytest.mark.parametrize("one", range(4))
def test_one_officer_alone_does_not(one: int) -> None:
    envelope = sealed()
    alone = parts(envelope, KEYS[one])
    with pytest.raises(NotOpened):
        opened(envelope, alone)
    for other in (key for key in PUBLICS if key != KEYS[one].public):
        with pytest.raises(NotOpened):
            opened(envelope, {**alone, other: alone[KEYS[one].public]})
        with pytest.raises(NotOpened):
            opened(envelope, {**alone, other: bytes(32)})


def test_a_wrong_part_is_found_and_another_pair_opens() -> None:
    envelope = sealed()
    given_ = parts(envelope, *KEYS[:3])
    given_[KEYS[0].public] = bytes(32)
    assert [fits(part, key, envelope) for key, part in given_.items()] == [False, True, True]
    assert opened(envelope, given_) == CONTENT


def test_a_bidder_that_denies_an_officers_part_does_not_lock_its_bid() -> None:
    envelope = sealed()
    denied = replace(envelope, checks=(bytes(32), *envelope.checks[1:]))
    with pytest.raises(NotOpened):  # the head is bound to what is sealed
        opened(denied, parts(envelope, *KEYS))


def test_a_part_of_one_envelope_opens_no_other() -> None:
    first, second = sealed(), sealed(provider="beech")
    with pytest.raises(NotOpened):
        opened(second, parts(first, *KEYS))


def test_an_envelope_under_another_name_does_not_open_even_to_every_officer() -> None:
    envelope = sealed()
    for stolen in (replace(envelope, provider="beech"), replace(envelope, tender="t2")):
        with pytest.raises(NotOpened):
            opened(parse(stolen.written()), parts(stolen, *KEYS))


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_changed_byte_anywhere_and_it_does_not_open(data: st.DataObject) -> None:
    raw = bytearray(seal(CONTENT, "t1", "acorn", PUBLICS))
    at = data.draw(st.integers(0, len(raw) - 1))
    raw[at] ^= data.draw(st.integers(1, 255))
    try:
        envelope = parse(bytes(raw))
        given_ = parts(envelope, *KEYS)
    except Unreadable:
        return
    with pytest.raises(NotOpened):
        opened(envelope, given_)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=3000))
def test_what_is_no_envelope_is_refused_with_a_sentence(raw: bytes) -> None:
    whole = seal(CONTENT, "t1", "acorn", PUBLICS)
    for wrong in (raw, whole[: len(raw) % len(whole)], whole + raw[:100] + b"x"):
        with pytest.raises(Unreadable, match=r"\w+ .*\."):
            parse(wrong)


def test_two_contents_cannot_hide_in_one_envelope() -> None:
    """Another secret for another pair, as a cheating bidder would: the commitment is to one."""
    chance = drawn()
    other = Chance(ephemeral=chance.ephemeral, secret=bytes(32), nonce=chance.nonce)
    first = parse(seal(CONTENT, "t1", "acorn", PUBLICS, chance))
    second = parse(seal(b"dearer", "t1", "acorn", PUBLICS, other))
    mixed = replace(first, wrapped=(second.wrapped[0], *first.wrapped[1:]))
    low, high = (key for key in KEYS if key.public in mixed.officers[:2])
    with pytest.raises(NotOpened):
        opened(mixed, parts(mixed, low, high))


def test_the_length_of_a_bid_shows_only_in_pages() -> None:
    assert len({len(seal(b"x" * n, "t1", "acorn", PUBLICS)) for n in (0, 1, 4000, 4092)}) == 1
    assert len(seal(b"x" * 4093, "t1", "acorn", PUBLICS)) > len(
        seal(b"x" * 4092, "t1", "acorn", PUBLICS)
    )
    envelope = parse(seal(b"x" * MOST_CONTENT_BYTES, "t1", "acorn", PUBLICS))
    assert len(opened(envelope, parts(envelope, *KEYS[:2]))) == MOST_CONTENT_BYTES
    with pytest.raises(Unreadable):
        seal(b"x" * (MOST_CONTENT_BYTES + 1), "t1", "acorn", PUBLICS)


def test_two_officers_are_too_few_and_a_strange_key_has_no_part() -> None:
    with pytest.raises(Unreadable, match="3 to 8"):
        seal(CONTENT, "t1", "acorn", [*PUBLICS[:2], PUBLICS[0]])
    with pytest.raises(Unreadable, match="not sealed to this key"):
        part_of(OpeningKey.made(), sealed())
    with pytest.raises(Unreadable, match=r"no point of P-256"):
        seal(CONTENT, "t1", "acorn", [b"\x04" + bytes(63) + b"\x01", *PUBLICS])


def test_a_key_goes_into_its_file_and_back_and_shows_itself_nowhere() -> None:
    key = KEYS[0]
    read = OpeningKey.read(key.file())
    assert (read.public, read.pkcs8()) == (key.public, key.pkcs8())
    assert in_base64(key.pkcs8()) not in repr(key)
    swapped = json.loads(key.file()) | {"public": in_base64(KEYS[1].public)}
    for wrong in (b"", b"{}", json.dumps(swapped).encode()):
        with pytest.raises(Unreadable):
            OpeningKey.read(wrong)


def test_who_registers_a_key_proves_that_they_have_it_for_this_tender() -> None:
    key, other = KEYS[:2]
    proof = key.proof("t1", "p-1")
    assert proves(proof, "t1", "p-1", key.public)
    assert not proves(proof, "t2", "p-1", key.public)
    assert not proves(proof, "t1", "p-2", key.public)
    assert not proves(proof, "t1", "p-1", other.public)
    assert not proves(bytes(64), "t1", "p-1", key.public)
    assert not proves(b"", "t1", "p-1", key.public)


def test_the_fingerprint_of_a_panel_is_of_its_keys_in_any_order() -> None:
    assert panel(PUBLICS) == panel(reversed(PUBLICS))
    assert len({panel(one) for one in combinations(PUBLICS, 3)}) == 4


def test_the_vectors_of_the_documentation_are_made_again() -> None:
    assert vectors.FILE.read_text(encoding="utf-8") == vectors.written()
    envelope = parse(vectors.seal(
        vectors.CONTENT, vectors.TENDER, vectors.PROVIDER,
        [one.public for one in vectors.OFFICERS], vectors.CHANCE,
    ))  # fmt: skip
    for pair in combinations(vectors.OFFICERS, 2):
        assert opened(envelope, parts(envelope, *pair)) == vectors.CONTENT
    assert (
        context_of(vectors.TENDER, vectors.PROVIDER, envelope.officers, envelope.ephemeral).hex()
        == vectors.made()["context"]
    )
