"""Checking a proof and making a key by the command."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from goldenthread.main import app
from goldenthread.proving import KeyThere, new_ledger_key
from shared.proofs.notes import Signer, Unreadable, parse_signer, signed

RUNNER = CliRunner()


def test_a_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "ledger.key"
    made = RUNNER.invoke(app, ["ledger-key", "ledger.agency.example", str(path)])
    assert made.exit_code == 0
    signer = parse_signer(path.read_text().strip())
    assert signer.name == "ledger.agency.example"
    assert path.stat().st_mode & 0o077 == 0
    assert str(signer.named("ledger.agency.example/f").verifier) in made.output
    assert path.read_text().strip() not in made.output
    again = RUNNER.invoke(app, ["ledger-key", "ledger.agency.example", str(path)])
    assert again.exit_code == 2
    assert parse_signer(path.read_text().strip()) == signer
    with pytest.raises(KeyThere):
        new_ledger_key("another.example", path)
    with pytest.raises(Unreadable):
        new_ledger_key("two words", tmp_path / "other.key")
    assert not (tmp_path / "other.key").exists()


def test_what_is_no_proof_is_not_sound(tmp_path: Path) -> None:
    path = tmp_path / "proof.jsonl"
    path.write_text("{}\n")
    told = RUNNER.invoke(app, ["verify", str(path)])
    assert told.exit_code == 1
    assert "NO KEY IS PINNED" in told.output
    assert told.output.splitlines()[-1] == "NOT SOUND"
    assert RUNNER.invoke(app, ["verify", str(path), "--key", "no key"]).exit_code == 2
    assert RUNNER.invoke(app, ["verify", str(tmp_path / "nowhere")]).exit_code == 2


def test_the_program_for_auditors_is_in_the_documents(repository: Path) -> None:
    kept = repository / "docs" / "verify.py"
    assert kept.read_bytes() == (repository / "shared/proofs/verify.py").read_bytes()


SIGNER = Signer("receipts.agency.example", bytes(range(32)))
SENT = b"measure,value\nm1,3\n"


@pytest.fixture
def receipt(tmp_path: Path) -> Path:
    salt = bytes(range(16))
    text = f"a receipt\nsha256 {hashlib.sha256(salt + SENT).hexdigest()}\n"
    path = tmp_path / "receipt.json"
    kept = {"note": signed(text, [SIGNER.sign(text)]), "salt": salt.hex()}
    path.write_text(json.dumps({**kept, "verifier": str(SIGNER.verifier)}))
    (tmp_path / "sent.csv").write_bytes(SENT)
    return path


def verified(receipt: Path, sent: str = "sent.csv", key: Signer | None = SIGNER) -> tuple[int, str]:
    pinned = ["--key", str(key.verifier)] if key else []
    told = RUNNER.invoke(app, ["verify-receipt", str(receipt), str(receipt.parent / sent), *pinned])
    return told.exit_code, told.output


def test_a_receipt_is_sound_of_the_file_that_was_sent_and_no_other(receipt: Path) -> None:
    code, said = verified(receipt)
    assert (code, said.splitlines()[-2:]) == (0, ["the file is what came", "SOUND"])
    (receipt.parent / "other.csv").write_bytes(SENT + b"\n")
    code, said = verified(receipt, "other.csv")
    assert (code, said.splitlines()[-2:]) == (1, ["the file is NOT what came", "NOT SOUND"])


def test_a_receipt_is_sound_by_the_key_that_was_kept(receipt: Path) -> None:
    assert verified(receipt, key=Signer(SIGNER.name, bytes(32)))[0] == 1
    code, said = verified(receipt, key=None)
    assert code == 0
    assert "NO KEY IS PINNED" in said
    forged = json.loads(receipt.read_text())
    receipt.write_text(json.dumps(forged | {"note": forged["note"].replace("a rec", "a dec")}))
    assert verified(receipt)[0] == 1


def test_a_receipt_of_what_was_erased_proves_its_words_alone(receipt: Path) -> None:
    kept = json.loads(receipt.read_text())
    receipt.write_text(json.dumps(kept | {"salt": ""}))
    assert verified(receipt)[0] == 1
    told = RUNNER.invoke(app, ["verify-receipt", str(receipt), "--key", str(SIGNER.verifier)])
    assert told.exit_code == 0


def test_what_is_no_receipt_is_not_read(receipt: Path) -> None:
    assert verified(receipt, "nowhere.csv")[0] == 2
    receipt.write_text("{}")
    assert verified(receipt)[0] == 2
