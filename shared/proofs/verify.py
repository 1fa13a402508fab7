#!/usr/bin/env python3
"""Checks an exported proof of a pooled fund's books offline: `python verify.py BUNDLE --key KEY`.

Law: it stands alone (Python 3.11, its standard library, and `cryptography`), trusts no hash it can
work out, and names what it finds wrong: the line of the journal, the account, the checkpoint.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

FORMAT = "goldenthread-ledger-proof/1"
BUDGET = "Equity:Budget:"
ED25519 = b"\x01"
SIGNATURE_BYTES = 4 + 64
MOST_TOLD = 100
QUARTERS = {"Q1": "06-30", "Q2": "09-30", "Q3": "12-31", "Q4": "03-31"}
FIELDS: Mapping[str, Mapping[str, type]] = {
    "bundle": {"kind": str, "format": str, "origin": str},
    "key": {"kind": str, "verifier": str},
    "posting": {"kind": str, "number": int, "hash": str, "posting": str},
    "checkpoint": {"kind": str, "note": str},
    "seal": {"kind": str, "note": str},
    "balance": {"kind": str, "account": str, "balance_pence": int, "salt": str, "hash": str},
    "end": {"kind": str, "postings": int, "checkpoints": int, "seals": int, "sha256": str},
}


def canonical(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def leaf_hash(leaf: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + leaf).digest()


class Tree:
    """A hash tree of RFC 6962 that grows leaf by leaf."""

    def __init__(self) -> None:
        self.whole: list[tuple[int, bytes]] = []  # leaves under it, hash

    def add(self, leaf: bytes) -> None:
        self.whole.append((1, leaf))
        while len(self.whole) > 1 and self.whole[-1][0] == self.whole[-2][0]:
            (_, right), (count, left) = self.whole.pop(), self.whole.pop()
            self.whole.append((2 * count, hashlib.sha256(b"\x01" + left + right).digest()))

    def root(self) -> bytes:
        if not self.whole:
            return hashlib.sha256().digest()
        found = self.whole[-1][1]
        for _, left in reversed(self.whole[:-1]):
            found = hashlib.sha256(b"\x01" + left + found).digest()
        return found


class Trees:
    """Two trees over the same things: by the hashes worked out, and by those the file tells.

    Where one thing was changed and not its hash, the second still has the root that was signed.
    """

    def __init__(self) -> None:
        self._worked_out, self._told = Tree(), Tree()

    def add(self, content: str, told: str) -> bool:
        """Says whether the hash told is the content's own."""
        own = leaf_hash(content.encode())
        self._worked_out.add(own)
        try:
            self._told.add(bytes.fromhex(told))
        except ValueError:
            self._told.add(own)
        return own.hex() == told

    def have(self, root: bytes) -> bool:
        return root in (self._worked_out.root(), self._told.root())


def from_base64(told: str) -> bytes:
    """Raises ValueError for anything that would not be written so again."""
    raw = base64.b64decode(told, validate=True)
    if base64.b64encode(raw).decode() != told:
        raise ValueError("base64 with bits to spare")
    return raw


class Key(NamedTuple):
    """A public key by the name and id it signs under."""

    name: str
    key_id: str
    public: Ed25519PublicKey


def parse_key(told: str) -> Key:
    """A verifier key, `name+id+key`. Raises ValueError."""
    name, key_id, rest = told.split("+", 2)
    raw = from_base64(rest)
    own_id = hashlib.sha256(f"{name}\n".encode() + raw).hexdigest()[:8]
    if raw[:1] != ED25519 or own_id != key_id or not name:
        raise ValueError("its id is not that of the key")
    return Key(name, key_id, Ed25519PublicKey.from_public_bytes(raw[1:]))


class Note(NamedTuple):
    """A signed note: its text, and each signature's key name, key id and bytes."""

    text: str
    signatures: list[tuple[str, str, bytes]]

    @property
    def lines(self) -> list[str]:
        return self.text[:-1].split("\n")


def open_note(note: str) -> Note:
    """Raises ValueError for what is no signed note."""
    text, parting, lines = note.rpartition("\n\n")
    if not parting or not lines.endswith("\n"):
        raise ValueError("it is no signed note")
    found: list[tuple[str, str, bytes]] = []
    for line in lines[:-1].split("\n"):
        dash, name, told = line.split(" ")
        raw = from_base64(told)
        if dash != "\u2014" or len(raw) != SIGNATURE_BYTES:
            raise ValueError("a line under it is no signature")
        found.append((name, raw[:4].hex(), raw[4:]))
    return Note(f"{text}\n", found)


class Head(NamedTuple):
    """What a checkpoint says: whose tree, how many leaves, which root."""

    origin: str
    size: int
    root: bytes


def parse_head(note: Note) -> Head:
    """Raises ValueError."""
    origin, size, root = note.lines
    if str(int(size)) != size:
        raise ValueError("its size is not a plain number")
    return Head(origin, int(size), from_base64(root))


class Sealing:
    """A seal whose balances are being read."""

    def __init__(self, note: Note) -> None:
        """Raises ValueError."""
        origin, count, root, period, postings, head, _made = note.lines
        self.origin, self.count, self.root = origin, int(count), from_base64(root)
        self.period = period.removeprefix("period ")
        self.size = int(postings.removeprefix("postings "))
        self.head = from_base64(head.removeprefix("head "))
        self.year, self.until = _covered(self.period)
        self.trees = Trees()
        self.accounts: list[str] = []
        self.made: dict[str, int] = {}

    @property
    def where(self) -> str:
        return f"the seal of {self.period}"


def _covered(period: str) -> tuple[str, str]:
    """The financial year a seal counts and the last day it counts, as they are written."""
    starts, ends, part = period.split("-")
    if part == "Y":
        return f"{starts}/{ends}", "9999-12-31"
    return f"{starts}/{ends}", f"{int(starts) + (part == 'Q4')}-{QUARTERS[part]}"


class Check:
    """One pass over a bundle: `faults` is what is wrong, `signers` who has signed how often."""

    def __init__(self, pinned: Sequence[str] = (), kept: Sequence[str] = ()) -> None:
        """Keys and checkpoints the auditor has from elsewhere. Raises ValueError."""
        self.faults: list[str] = []
        self.counts: Counter[str] = Counter()
        self.signers: Counter[str] = Counter()
        self.head = Head("", 0, b"")
        self._pinned = {(key.name, key.key_id): key for key in map(parse_key, pinned)}
        self._keys = dict(self._pinned)
        self._kept = [parse_head(open_note(note)) for note in kept]
        self._origin = ""
        self._number = 0
        self._place: tuple[int, int] = (0, -1)
        self._trees = Trees()
        self._broken = self._ended = False
        self._halves: dict[tuple[str, int, bool], int] = defaultdict(int)
        self._sums: dict[tuple[str, str, str], int] = defaultdict(int)
        self._sealing: Sealing | None = None
        self._sum_of_all = hashlib.sha256()

    def read(self, lines: Iterable[bytes]) -> None:
        """Reads a whole bundle, as it comes from a file opened in binary."""
        for n, line in enumerate(lines, 1):
            record = self._record(n, line)
            if record:
                self._take(n, record)
            self._sum_of_all.update(line)
        self._finish()

    def _fault(self, said: str) -> None:
        self.faults.append(said)

    def _record(self, n: int, line: bytes) -> dict[str, Any]:
        """One line of the file, or nothing where it is not as a bundle's must be."""
        near = f" (it follows line {self._number} of the journal)" if self._number else ""
        try:
            record: dict[str, Any] = json.loads(line.decode())
            fields = FIELDS[record["kind"]]
            typed = all(type(record[name]) is kind for name, kind in fields.items())
            as_written = f"{canonical(record)}\n".encode() == line
            if as_written and typed and len(record) == len(fields):
                return record
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            pass
        self._fault(f"line {n} of the file is not written as a bundle's must be{near}")
        return {}

    def _take(self, n: int, record: Mapping[str, Any]) -> None:
        kind: str = record["kind"]
        self.counts[kind] += 1
        if self._ended:
            self._fault(f"line {n} of the file comes after its end")
        if kind != "balance":
            self._close_seal()
        if kind == "bundle":
            self._begin(n, record)
        elif kind == "key":
            self._know(n, record["verifier"])
        elif kind == "posting":
            self._posting(n, record["number"], record["posting"], record["hash"])
        elif kind == "checkpoint":
            self._checkpoint(n, record["note"])
        elif kind == "seal":
            self._seal(n, record["note"])
        elif kind == "balance":
            self._balance(n, record)
        else:
            self._end(record)

    def _begin(self, n: int, record: Mapping[str, Any]) -> None:
        if n != 1 or record["format"] != FORMAT:
            self._fault(f"line {n} of the file does not begin a bundle this program knows")
        self._origin = record["origin"]
        if self._pinned and all(name != self._origin for name, _ in self._pinned):
            self._fault(f"none of the keys you pinned is of the ledger {self._origin}")

    def _know(self, n: int, told: str) -> None:
        try:
            key = parse_key(told)
        except ValueError as error:
            self._fault(f"the key in line {n} of the file is broken: {error}")
            return
        self._keys.setdefault((key.name, key.key_id), key)

    # -- the journal

    def _posting(self, n: int, number: int, posting: str, told: str) -> None:
        due = self._number + 1
        if number > due:
            self._fault(f"line {due} of the journal is missing (before line {n} of the file)")
        elif number < due:
            self._fault(f"line {number} of the journal is out of its place (line {n} of the file)")
        self._number = number
        if not self._trees.add(posting, told):
            self._fault(f"line {number} of the journal is not what its hash says: {posting[:400]}")
        self._post(number, posting)
        for kept in self._kept:
            if kept.size == number and not (
                kept.origin == self._origin and self._trees.have(kept.root)
            ):
                self._fault(f"the checkpoint of {number} lines that you kept is of other books")

    def _post(self, number: int, posting: str) -> None:
        try:
            said = json.loads(posting)
            account, pence, event = said["account"], said["amount_pence"], said["event_id"]
            half = (event, said["transaction"], account.startswith(BUDGET))
            place = (said["publication"], said["line"])
            if type(pence) is not int or canonical(said) != posting:
                raise ValueError("it is not written as a posting is")
            if place <= self._place:
                self._fault(f"line {number} of the journal is out of the order of the log")
            self._place = place
            self._halves[half] += pence
            self._sums[said["year"], said["effective_on"], account] += pence
        except (ValueError, KeyError, TypeError, AttributeError):
            self._fault(f"line {number} of the journal is no posting: {posting[:400]}")

    def _balanced(self, where: str) -> None:
        """Up to a checkpoint, each half of every transaction must come to nothing."""
        for (event, transaction, budget), pence in self._halves.items():
            if pence:
                half = "budgetary" if budget else "money"
                self._fault(
                    f"{where}: the {half} half of transaction {transaction} of event {event} comes"
                    f" to {pence} pence and not to nothing"
                )
        self._halves.clear()

    # -- what was signed

    def _signed(self, where: str, note: Note) -> None:
        """All signatures must be good, one the ledger's own and, if any is pinned, of a pinned."""
        good: set[tuple[str, str]] = set()
        for name, key_id, raw in note.signatures:
            key = self._keys.get((name, key_id))
            try:
                if key is None:
                    self._fault(f"{where}: signed under {name} with a key nobody knows")
                    continue
                key.public.verify(raw, note.text.encode())
            except InvalidSignature:
                self._fault(f"{where}: the signature under {name} is not of this text")
                continue
            self.signers[name] += 1
            good.add((name, key_id))
        own = {one for one in good if one[0] == self._origin}
        if not own:
            self._fault(f"{where}: the ledger {self._origin} has not signed it")
        elif self._pinned and not own & self._pinned.keys():
            self._fault(f"{where}: the ledger signed it with no key that you pinned")

    def _checkpoint(self, n: int, told: str) -> None:
        where = f"the checkpoint in line {n} of the file"
        try:
            note = open_note(told)
            head = parse_head(note)
        except ValueError as error:
            self._fault(f"{where} is broken: {error}")
            return
        where = f"checkpoint of {head.size} lines"
        if head.origin != self._origin:
            self._fault(f"{where}: it is of another ledger, {head.origin}")
        self._signed(where, note)
        if head.size != self._number or head.size <= self.head.size:
            self._fault(f"{where}: it stands after line {self._number} of the journal")
        elif self._trees.have(head.root):
            self.head = head
        elif not self._broken:
            self._broken = True
            self._fault(
                f"{where}: the lines before it do not make its root. The first {self.head.size} are"
                " as they were signed: what was changed, added, left out or swapped is among"
                f" lines {self.head.size + 1} to {head.size}"
            )
        self._balanced(where)

    def _seal(self, n: int, told: str) -> None:
        try:
            note = open_note(told)
            sealing = self._sealing = Sealing(note)
        except (ValueError, KeyError) as error:
            self._fault(f"the seal in line {n} of the file is broken: {error}")
            return
        if sealing.origin != f"{self._origin}/seals":
            self._fault(f"{sealing.where}: it is of another ledger, {sealing.origin}")
        self._signed(sealing.where, note)
        as_signed = (sealing.size, sealing.head) == (self.head.size, self.head.root)
        if not as_signed and not self._broken:
            self._fault(f"{sealing.where}: it stands under no checkpoint of {sealing.size} lines")

    def _balance(self, n: int, record: Mapping[str, Any]) -> None:
        sealing, account, pence = self._sealing, record["account"], record["balance_pence"]
        if sealing is None:
            self._fault(f"the balance of {account} in line {n} of the file is under no seal")
            return
        said = {"account": account, "balance_pence": pence, "salt": record["salt"]}
        sealing.accounts.append(account)
        if not sealing.trees.add(canonical(said | {"period": sealing.period}), record["hash"]):
            self._fault(f"{sealing.where}: the balance of {account} is not what its hash says")
        made = self._refolded(sealing).get(account)
        if made != pence:
            self._fault(
                f"{sealing.where}: the balance of {account} is {pence} pence, but the journal makes"
                f" it {made}"
            )

    def _refolded(self, sealing: Sealing) -> Mapping[str, int]:
        """Every account of the seal's year and days, worked out from the journal alone."""
        if not sealing.made:
            made: dict[str, int] = defaultdict(int)
            for (year, day, account), pence in self._sums.items():
                if year == sealing.year and day <= sealing.until:
                    made[account] += pence
            sealing.made = dict(made)
        return sealing.made

    def _close_seal(self) -> None:
        sealing, self._sealing = self._sealing, None
        if sealing is None:
            return
        for account in sorted(self._refolded(sealing).keys() - set(sealing.accounts)):
            self._fault(f"{sealing.where}: the balance of {account} is missing")
        if not sealing.trees.have(sealing.root) or len(sealing.accounts) != sealing.count:
            self._fault(
                f"{sealing.where}: its {len(sealing.accounts)} balances do not make its root, which"
                f" is over {sealing.count}"
            )

    # -- the end

    def _end(self, record: Mapping[str, Any]) -> None:
        self._ended = True
        if record["sha256"] != self._sum_of_all.hexdigest():
            self._fault("the file is not, byte for byte, what its last line sums up")
        for kind in ("posting", "checkpoint", "seal"):
            if record[f"{kind}s"] != self.counts[kind]:
                self._fault(f"the file has {self.counts[kind]} {kind}s of {record[f'{kind}s']}")

    def _finish(self) -> None:
        self._close_seal()
        if not self._ended:
            self._fault("the file ends too early: its last line is missing")
        if not self.counts["bundle"]:
            self._fault("the file does not begin as a bundle does")
        if self._number > self.head.size and not self._broken:
            self._fault(f"lines {self.head.size + 1} to {self._number} are under no checkpoint")
        for kept in self._kept:
            if kept.size > self._number:
                self._fault(
                    f"you kept a checkpoint of {kept.size} lines; this file ends with line"
                    f" {self._number}"
                )


def checked(
    bundle: Path, pinned: Sequence[str] = (), kept: Sequence[Path] = ()
) -> tuple[bool, list[str]]:
    """Whether a bundle is sound, and what there is to say of it, line by line.

    Raises OSError, and ValueError where a key or a kept checkpoint cannot be read.
    """
    check = Check(pinned, [path.read_bytes().decode() for path in kept])
    with bundle.open("rb") as lines:
        check.read(lines)
    said = check.faults[:MOST_TOLD]
    if len(check.faults) > MOST_TOLD:
        said.append(f"... and {len(check.faults) - MOST_TOLD} more")
    said += [f"signed under {name}: {times} times" for name, times in check.signers.items()]
    if not pinned:
        said.append(
            "NO KEY IS PINNED. The signatures were checked with the keys in the file itself, which"
            " whoever made it has chosen. Give the ledger's key, had from elsewhere, with --key."
        )
    counts = f"{check.counts['posting']} lines, {check.counts['checkpoint']} checkpoints"
    said.append(f"{counts}, {check.counts['seal']} seals read; head: {check.head.root.hex()}")
    said.append("NOT SOUND" if check.faults else "SOUND")
    return not check.faults, said


def main() -> int:
    asking = argparse.ArgumentParser(description="Checks a proof of a pooled fund's books.")
    asking.add_argument("bundle", type=Path, help="the exported file")
    asking.add_argument("--key", action="append", default=[], help="a key you trust: name+id+key")
    asking.add_argument(
        "--kept", action="append", default=[], type=Path, help="a checkpoint you kept, as a file"
    )
    told = asking.parse_args()
    try:
        sound, said = checked(told.bundle, told.key, told.kept)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.stdout.write("".join(f"{line}\n" for line in said))
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
