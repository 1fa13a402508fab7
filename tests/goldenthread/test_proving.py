"""Checking a proof and making a key by the command."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from goldenthread.main import app
from goldenthread.proving import KeyThere, new_ledger_key
from shared.proofs.notes import Unreadable, parse_signer

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
