"""Signed notes and checkpoints as others write and read them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.proofs.notes import (
    Checkpoint,
    Signer,
    Unreadable,
    opened,
    parse_checkpoint,
    parse_signature,
    parse_signer,
    parse_verifier,
    signed,
)

# The example of Go's own package for notes.
SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PUBLIC = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
)
NOTE = TEXT + (
    "\n\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdng"
    "otpRZb6KE6RyyBwJnAM=\n"
)
SIGNER = Signer("ledger.example/f1", bytes(range(32)))
CHECKPOINT = Checkpoint("ledger.example/f1", 1042, bytes(range(32)))


def test_a_note_is_signed_as_others_sign_it() -> None:
    signer = parse_signer(SECRET)
    assert str(signer.verifier) == PUBLIC
    assert signed(TEXT, [signer.sign(TEXT)]) == NOTE
    assert signer.secret() == SECRET
    assert "AYEK" not in repr(signer)


def test_a_note_of_others_is_read() -> None:
    text, (signature,) = opened(NOTE)
    assert text == TEXT
    verifier = parse_verifier(PUBLIC)
    assert str(verifier) == PUBLIC
    assert verifier.has_signed(text, signature)
    assert not verifier.has_signed(text + "no\n", signature)
    assert not SIGNER.verifier.has_signed(text, signature)
    same_key = parse_signer(SECRET).named("Somebody")
    assert not same_key.verifier.has_signed(text, signature)


def test_a_checkpoint_goes_out_and_comes_back() -> None:
    text = CHECKPOINT.text()
    assert text.split("\n")[:2] == ["ledger.example/f1", "1042"]
    assert parse_checkpoint(text) == CHECKPOINT


@pytest.mark.parametrize(
    "text",
    [
        "", "a\n1\n", "a\n01\nAAAA\n", "a\n1\nAAAA\n", "\n1\nAAAA\n", "a\n-1\nAAAA\n",
        CHECKPOINT.text() + "extension\n", CHECKPOINT.text().removesuffix("\n"),
        CHECKPOINT.text().replace("1042", "٤"),
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        parse_checkpoint(text)


@pytest.mark.parametrize(
    "told",
    [
        "", "PeterNeumann", "PeterNeumann+c74f20a4+" + PUBLIC.split("+", 2)[2],
        "Peter Neumann+c74f20a3+" + PUBLIC.split("+", 2)[2], PUBLIC[:-4], PUBLIC + "=",
        "PeterNeumann+c74f20a3+" + "BRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)  # fmt: skip
def test_what_is_no_key_is_refused(told: str) -> None:
    with pytest.raises(Unreadable):
        parse_verifier(told)
    with pytest.raises(Unreadable) as refused:
        parse_signer(f"PRIVATE+KEY+{told}")
    assert "RpW2" not in str(refused.value)
    with pytest.raises(Unreadable):
        parse_signer(told)


@pytest.mark.parametrize(
    "note",
    ["", TEXT, TEXT + "\n", NOTE[:-1], NOTE.replace("\u2014", "-"), NOTE.replace("If", "\tIf"),
     NOTE.replace("M=\n", "N=\n"), NOTE.replace("M=\n", "M\n"), NOTE + "\n"],
)  # fmt: skip
def test_what_is_no_note_is_refused(note: str) -> None:
    with pytest.raises(Unreadable):
        opened(note)


@settings(deadline=None)
@given(st.data())
def test_no_other_bytes_are_the_same_note(data: st.DataObject) -> None:
    """Whichever byte is changed: the note cannot be read, or its key has not signed it."""
    note = signed(CHECKPOINT.text(), [SIGNER.sign(CHECKPOINT.text())]).encode()
    at = data.draw(st.integers(0, len(note) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda one: one != note[at]))
    try:
        changed = (note[:at] + bytes([other]) + note[at + 1 :]).decode()
        text, signatures = opened(changed)
    except ValueError:
        return
    assert not any(SIGNER.verifier.has_signed(text, one) for one in signatures)


def test_a_signature_line_stands_alone() -> None:
    signature = SIGNER.sign("x\n")
    assert parse_signature(str(signature).removesuffix("\n")) == signature
