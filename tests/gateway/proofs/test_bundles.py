"""A real bundle, and every way of changing it: each is found, and what was changed is named."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.proofs import verify
from shared.proofs.notes import Checkpoint, Signer, signed
from shared.proofs.verify import Check, canonical, leaf_hash
from shared.testing.postgres import DatabaseServer, create_database, drop_database
from tests.gateway.proofs.notary import (
    HOUSE_KEY,
    ICB_KEY,
    PINNED,
    as_owner,
    bundle_of,
    closed_year,
    open_signing,
)

Record = dict[str, Any]
NAMED = re.compile(
    r"line \d+ of the (file|journal)|lines \d+ to \d+|checkpoint of \d+ lines|the seal of 2026"
    r"|byte for byte|ends too early|does not begin"
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def bundle(postgres_server: DatabaseServer, migrated_template: str) -> bytes:
    """A closed year as it is exported; for tests that run no loop of their own."""
    name = f"test_{uuid4().hex}"
    dsn = await create_database(postgres_server, name, migrated_template)
    try:
        with pytest.MonkeyPatch.context() as patch:
            async with open_signing(dsn, patch) as house:
                await closed_year(house)
                return await bundle_of(house)
    finally:
        await drop_database(postgres_server, name)


def faults(content: bytes, *pinned: str, kept: tuple[str, ...] = ()) -> list[str]:
    check = Check(pinned or [PINNED], kept)
    check.read(content.splitlines(keepends=True))
    return check.faults


def records(content: bytes) -> list[Record]:
    return [json.loads(line) for line in content.decode().splitlines()]


def written(found: list[Record]) -> bytes:
    """The bundle of these records as a forger would write it, its last line made to fit."""
    lines = [f"{canonical(record)}\n".encode() for record in found[:-1]]
    kinds = [record["kind"] for record in found]
    end = found[-1] | {"sha256": hashlib.sha256(b"".join(lines)).hexdigest()}
    end |= {f"{kind}s": kinds.count(kind) for kind in ("posting", "checkpoint", "seal")}
    return b"".join([*lines, f"{canonical(end)}\n".encode()])


def places(found: list[Record], kind: str) -> list[int]:
    return [n for n, record in enumerate(found) if record["kind"] == kind]


def test_a_bundle_is_sound_and_says_who_signed(bundle: bytes) -> None:
    check = Check([PINNED])
    check.read(bundle.splitlines(keepends=True))
    assert check.faults == []
    found = records(bundle)
    assert check.counts["posting"] == check.head.size == len(places(found, "posting"))
    assert (check.counts["checkpoint"], check.counts["seal"]) == (5, 5)
    assert check.signers == {"ledger.test/f1": 10, "icb/treasury": 1}


def test_every_byte_counts(bundle: bytes) -> None:
    """A byte of the file, one after another, changed into another; EVERY_BYTE leaves none out."""
    untold: list[tuple[int, list[str]]] = []
    step = 1 if os.environ.get("EVERY_BYTE") else 53
    for at in range(0, len(bundle), step):
        flipped = bytes([bundle[at] ^ (1 << at % 8)])
        found = faults(bundle[:at] + flipped + bundle[at + 1 :])
        if not any(NAMED.search(fault) for fault in found):
            untold.append((at, found))
    assert untold == []


def test_each_kind_of_line_is_named_when_a_byte_of_it_changes(bundle: bytes) -> None:
    lines = bundle.splitlines(keepends=True)
    for n, line in enumerate(lines):
        record = json.loads(line)
        for at in range(len(line) - 2, 2, -37):
            broken = line[:at] + bytes([line[at] ^ 1]) + line[at + 1 :]
            told = " ".join(faults(b"".join([*lines[:n], broken, *lines[n + 1 :]])))
            named = {f"line {n + 1} of the file"}
            if record["kind"] == "posting":
                named |= {f"line {record['number']} of the journal", "is missing"}
            elif record["kind"] == "balance":
                named.add(f"the balance of {record['account']}")
            elif record["kind"] in ("checkpoint", "seal"):
                named |= {"the signature under", "a key nobody knows"}
            elif record["kind"] == "end":
                named |= {"its last line sums up", "the file has"}
            assert any(one in told for one in named), (n, at, told)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_bytes_cut_out_put_in_and_swapped_are_found(bundle: bytes, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(bundle) - 1))
    end = data.draw(st.integers(start, min(len(bundle), start + 2000)))
    put = data.draw(st.binary(max_size=20) | st.just(bundle[:200]) | st.just(bundle[-200:]))
    other = bundle[:start] + put + bundle[end:]
    assert other == bundle or faults(other)


def test_a_forger_who_makes_hashes_fit_is_found(bundle: bytes) -> None:
    """Amount, hash and end all made to fit one another: the signed root is still another."""
    found = records(bundle)
    at = places(found, "posting")[10]
    posting = found[at]["posting"].replace("2250000", "2250001")
    found[at] |= {"posting": posting, "hash": leaf_hash(posting.encode()).hex()}
    told = faults(written(found))
    assert any("lines 9 to 17" in one and "The first 8 are" in one for one in told)
    account = json.loads(posting)["account"]
    assert any(f"the balance of {account} is" in one for one in told)
    assert any("comes to" in one and "half of transaction" in one for one in told)


def test_a_line_left_out_added_or_swapped_is_named(bundle: bytes) -> None:
    whole = records(bundle)
    postings = places(whole, "posting")

    gone = written(whole[: postings[9]] + whole[postings[9] + 1 :])
    assert "line 10 of the journal is missing (before line 14 of the file)" in " ".join(
        faults(gone)
    )

    twice = written([*whole[: postings[9]], *whole[postings[9] :][:1], *whole[postings[9] :]])
    assert "line 10 of the journal is out of its place" in " ".join(faults(twice))

    swapped = list(whole)
    one, two = postings[9], postings[10]
    swapped[one] = whole[two] | {"number": 10}
    swapped[two] = whole[one] | {"number": 11}
    told = " ".join(faults(written(swapped)))
    assert "line 11 of the journal is out of the order of the log" in told
    assert "lines 9 to 17" in told

    renumbered = [
        record | {"number": record["number"] - 1}
        if record["kind"] == "posting" and record["number"] > 10
        else record
        for record in whole[: postings[9]] + whole[postings[9] + 1 :]
    ]
    assert "checkpoint of 17 lines: it stands after line 16" in " ".join(
        faults(written(renumbered))
    )


def test_what_was_signed_cannot_be_moved_or_left_out(bundle: bytes) -> None:
    whole = records(bundle)
    first, second, *_ = places(whole, "checkpoint")
    swapped = list(whole)
    swapped[first], swapped[second] = whole[second], whole[first]
    assert "checkpoint of 17 lines: it stands after line 8" in " ".join(faults(written(swapped)))

    unsigned = list(whole)
    note = whole[first]["note"]
    unsigned[first] = whole[first] | {"note": note.replace("ledger.test/f1 ", "ledger.test/f2 ")}
    assert "a key nobody knows" in " ".join(faults(written(unsigned)))

    last = places(whole, "checkpoint")[-1]
    cut = written(whole[:last] + whole[-1:])
    assert "are under no checkpoint" in " ".join(faults(cut))


def test_a_balance_changed_hidden_or_added_is_named(bundle: bytes) -> None:
    whole = records(bundle)
    seal = places(whole, "seal")[-1]
    balance = next(n for n in places(whole, "balance") if n > seal)
    account = whole[balance]["account"]

    other = list(whole)
    other[balance] = whole[balance] | {"balance_pence": 1}
    told = " ".join(faults(written(other)))
    assert f"the seal of 2026-27-Y: the balance of {account} is not what its hash says" in told
    assert f"the balance of {account} is 1 pence, but the journal makes it" in told

    hidden = written(whole[:balance] + whole[balance + 1 :])
    assert f"the balance of {account} is missing" in " ".join(faults(hidden))
    added = whole[balance] | {"account": "Assets:Pool:Gold"}
    more = written([*whole[:balance], added, *whole[balance:]])
    assert "Assets:Pool:Gold" in " ".join(faults(more))


def test_a_bundle_signed_by_another_is_not_the_ledgers(bundle: bytes) -> None:
    """Everything made anew with a forger's own key: only the pinned key tells."""
    forger = Signer("ledger.test/f1", bytes(32))
    whole = records(bundle)
    for record in whole:
        if record["kind"] in ("checkpoint", "seal"):
            text = record["note"].rpartition("\n\n")[0] + "\n"
            record["note"] = signed(text, [forger.sign(text)])
        elif record["kind"] == "key" and record["verifier"] == PINNED:
            record["verifier"] = str(forger.verifier)
    forged = written(whole)
    assert "the ledger signed it with no key that you pinned" in " ".join(faults(forged))
    unpinned = Check()
    unpinned.read(forged.splitlines(keepends=True))
    assert unpinned.faults == []
    stranger = str(ICB_KEY.verifier)
    assert "none of the keys you pinned is of the ledger" in " ".join(faults(bundle, stranger))


def test_a_checkpoint_that_was_kept_shows_another_history(bundle: bytes) -> None:
    whole = records(bundle)
    notes = [whole[n]["note"] for n in places(whole, "checkpoint")]
    assert faults(bundle, kept=tuple(notes)) == []
    key = HOUSE_KEY.named("ledger.test/f1")
    text = Checkpoint("ledger.test/f1", 12, bytes(32)).text()
    other = signed(text, [key.sign(text)])
    assert "the checkpoint of 12 lines that you kept is of other books" in " ".join(
        faults(bundle, kept=(other,))
    )
    end = places(whole, "checkpoint")[1]
    earlier = written(whole[: end + 1] + whole[-1:])
    assert faults(earlier) == []
    assert "you kept a checkpoint of" in " ".join(faults(earlier, kept=(notes[-1],)))


async def test_a_byte_changed_in_the_database_is_named_in_the_bundle(
    service_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with open_signing(service_database, monkeypatch) as house:
        await closed_year(house)
        await as_owner(
            service_database,
            "update proofs.leaves set posting = convert_to("
            "replace(convert_from(posting, 'utf8'), 'council', 'counsil'), 'utf8')"
            " where number = 1",
        )
        told = faults(await bundle_of(house))
        assert told[0].startswith("line 1 of the journal is not what its hash says")
        assert not any("checkpoint" in one for one in told)


def test_the_program_alone_checks_a_bundle(bundle: bytes, tmp_path: Path) -> None:
    """Copied to where nothing of the product is, run by itself."""
    program = tmp_path / "verify.py"
    program.write_bytes(Path(verify.__file__).read_bytes())
    path = tmp_path / "bundle.jsonl"
    path.write_bytes(bundle)
    kept = tmp_path / "kept.txt"
    kept.write_text(records(bundle)[places(records(bundle), "checkpoint")[0]]["note"])

    def run(*options: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", str(program), str(path), *options],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip

    sound = run("--key", PINNED, "--kept", str(kept))
    assert (sound.returncode, sound.stdout.splitlines()[-1]) == (0, "SOUND"), sound
    unpinned = run()
    assert unpinned.returncode == 0
    assert "NO KEY IS PINNED" in unpinned.stdout
    assert run("--key", "ledger.test").returncode == 2
    path.write_bytes(bundle.replace(b"8000000", b"8000001", 1))
    broken = run("--key", PINNED)
    assert (broken.returncode, broken.stdout.splitlines()[-1]) == (1, "NOT SOUND")
    assert "line 1 of the journal" in broken.stdout
