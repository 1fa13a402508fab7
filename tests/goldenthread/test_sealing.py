"""The commands of bidders and opening officers: each on their own machine, without a house."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from stat import S_IMODE

from typer.testing import CliRunner

from goldenthread.main import app
from shared.sealing.asking import key_body
from shared.sealing.envelopes import parse
from shared.sealing.keys import OpeningKey, from_base64, in_base64, panel
from shared.sealing.sealing import opened, part_of

KEYS = [OpeningKey.made() for _ in range(3)]
BID = {"annual_price_pence": 24_500_000, "statement": "We listen."}


def told_keys(folder: Path, *keys: OpeningKey) -> Path:
    found = [{"officer": f"p-{n}", "public": in_base64(k.public)} for n, k in enumerate(keys)]
    said = {"tender": "t1", "keys": found, "panel": panel(key.public for key in keys)}
    file = folder / "keys.json"
    file.write_text(json.dumps(said))
    return file


def sealing(folder: Path, bid: object, *more: str) -> tuple[int, str]:
    keys = told_keys(folder, *KEYS)
    (folder / "bid.json").write_text(json.dumps(bid))
    asked = ["seal-bid", str(folder / "bid.json"), str(keys), str(folder / "out")]
    said = CliRunner().invoke(app, [*asked, "--provider", "acorn", *more])
    return said.exit_code, said.output


def test_a_bid_is_sealed_for_two_of_the_officers_and_its_hash_told(tmp_path: Path) -> None:
    code, said = sealing(tmp_path, BID, "--panel", panel(key.public for key in KEYS))
    raw = (tmp_path / "out").read_bytes()
    assert (code, said) == (0, f"sha256 {sha256(raw).hexdigest()}\n")
    assert from_base64((tmp_path / "out.txt").read_text().strip()) == raw
    envelope = parse(raw)
    parts = {key.public: part_of(key, envelope) for key in KEYS[1:]}
    assert json.loads(opened(envelope, parts)) == BID
    assert (envelope.tender, envelope.provider) == ("t1", "acorn")


def test_other_keys_than_the_officers_told_and_what_is_no_bid_are_refused(tmp_path: Path) -> None:
    strange = panel(OpeningKey.made().public for _ in range(3))
    wrong: list[tuple[object, tuple[str, ...], str]] = [
        (BID, ("--panel", strange), "ask the officers"),
        (BID | {"annual_price_pence": -1}, (), "annual_price_pence"),
        (BID | {"annual_price_pence": 1.5}, (), "annual_price_pence"),
        (BID | {"statement": ""}, (), "statement"),
        (BID | {"more": 1}, (), "more"),
        ([], (), "object"),
    ]
    for bid, more, word in wrong:
        code, said = sealing(tmp_path, bid, *more)
        assert code == 2, said
        assert word in said
        assert not (tmp_path / "out").exists()
    code, said = sealing(tmp_path, BID)
    assert code == 0
    assert "NO FINGERPRINT GIVEN" in said


def test_a_key_is_its_officers_alone_and_is_never_written_over(tmp_path: Path) -> None:
    file = tmp_path / "key.json"
    asked = ["opening-key", str(file), "--tender", "t1", "--officer", "p-1"]
    said = CliRunner().invoke(app, asked)
    key = OpeningKey.read(file.read_bytes())
    assert S_IMODE(file.stat().st_mode) == 0o600
    assert in_base64(key.public) in said.stdout
    assert in_base64(key.pkcs8()) not in said.output
    assert key_body(key, "t1", "p-1").keys() == json.loads(said.stdout.splitlines()[-1]).keys()
    assert CliRunner().invoke(app, asked).exit_code == 2
    assert OpeningKey.read(file.read_bytes()).public == key.public


def test_parts_are_made_of_heads_with_a_key_the_bids_are_sealed_to(tmp_path: Path) -> None:
    sealing(tmp_path, BID)
    envelope = parse((tmp_path / "out").read_bytes())
    heads = tmp_path / "heads.json"
    heads.write_text(json.dumps([{"bid": "b1", "head": in_base64(envelope.head())}]))
    for key, code in ((KEYS[0], 0), (OpeningKey.made(), 2)):
        file = tmp_path / "key.json"
        file.write_bytes(key.file())
        said = CliRunner().invoke(app, ["opening-parts", str(file), str(heads)])
        assert said.exit_code == code, said.output
        if code == 0:
            expected = {"parts": {"b1": in_base64(part_of(key, envelope))}}
            assert json.loads(said.stdout) == expected
        else:
            assert "not sealed to this key" in said.output
