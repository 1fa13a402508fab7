"""Every requirement of the source documents is answered for, and no answer points at nothing.

Law: an id once given is kept; "done" means a test would notice if it stopped being so; what is out
of scope says why, and where it would join.
"""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ID = re.compile(r"^\| *((?:S9|S8|N|D|L)-\d+) *\|(.*)$", re.MULTILINE)
CITED = re.compile(r"`([\w./-]+/[\w./-]+|[\w-]+\.(?:py|md|toml|yml))(?:::[\w\[\]-]+)?`")
STATES = {"not yet", "part", "done", "out of scope"}
LEAST_REASON = 20


@dataclass(frozen=True)
class Row:
    """One requirement, and what the project says of it."""

    id: str
    lives: str
    test: str
    state: str

    @property
    def cited(self) -> list[str]:
        """Paths in the repository; what begins with a slash, as `/v1/tenders`, is a route."""
        return [path for path in CITED.findall(f"{self.lives} {self.test}") if path[0] != "/"]


def rows(text: str) -> list[Row]:
    found: list[Row] = []
    for line in ID.finditer(text):
        cells = [cell.strip() for cell in line[2].strip().strip("|").split("|")]
        found.append(Row(line[1], *cells[1:4]))
    return found


def wanted_ids(readme: str) -> set[str]:
    return {line[1] for line in ID.finditer(readme)}


def faults(found: list[Row], wanted: set[str], exists: Callable[[str], bool]) -> list[str]:
    counted = Counter(row.id for row in found)
    wrong = [f"{one} is not answered for" for one in sorted(wanted - counted.keys())]
    wrong += [f"{one} is nobody's requirement" for one in sorted(counted.keys() - wanted)]
    wrong += [f"{one} is answered for {n} times" for one, n in counted.items() if n > 1]
    for row in found:
        wrong += [
            f"{row.id} cites {path}, which is absent" for path in row.cited if not exists(path)
        ]
        if row.state not in STATES:
            wrong.append(f"{row.id} is in no known state: {row.state}")
        if row.state == "done" and not CITED.search(row.test):
            wrong.append(f"{row.id} is done without a test")
        if row.state == "out of scope" and len(row.lives) < LEAST_REASON:
            wrong.append(f"{row.id} is out of scope without a reason")
    return wrong


def test_every_requirement_is_answered_for_once(repository: Path, shared_material: Path) -> None:
    wanted = wanted_ids((shared_material / "seeds/README.md").read_text(encoding="utf-8"))
    found = rows((repository / "docs/requirements.md").read_text(encoding="utf-8"))
    assert len(wanted) > 60
    assert faults(found, wanted, lambda path: (repository / path).exists()) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "D-1 is not answered for"),
        ("| D-1 | a | — | — | not yet |\n| D-1 | a | — | — | not yet |", "D-1 is answered for 2"),
        ("| D-1 | a | — | — | not yet |\n| D-99 | a | — | — | not yet |", "D-99 is nobody's"),
        ("| D-1 | a | `services/absent.py` | — | part |", "D-1 cites services/absent.py"),
        ("| D-1 | a | `/v1/funds` | `tests/absent.py::test_it` | done |", "cites tests/absent.py"),
        ("| D-1 | a | `services/absent.py` | — | done |", "D-1 is done without a test"),
        ("| D-1 | a | — | — | out of scope |", "D-1 is out of scope without a reason"),
        ("| D-1 | a | — | — | almost |", "D-1 is in no known state"),
    ],
)
def test_each_fault_is_seen(text: str, fault: str) -> None:
    found = faults(rows(text), {"D-1"}, lambda _path: False)
    assert any(fault in one for one in found), found
