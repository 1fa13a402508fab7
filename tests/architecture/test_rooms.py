"""Every room has a name of its own, its furniture, and a size one can take in.

Law: the limits are ratchets: an entry in a list may shrink or go, never grow.
"""

import ast
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.architecture.source import TOP_PACKAGES, Source, python_files, sources

NAMELESS = {
    "service", "services", "manager", "managers", "helper", "helpers", "util", "utils",
    "common", "misc", "base", "core", "lib", "stuff",
}  # fmt: skip
FURNITURE = {"__init__.py", "events.py", "commands.py", "decider.py", "views.py", "routes.py"}
LONGEST_FILE = 400
LONGEST_FUNCTION = 70
LONG_FILES: dict[str, int] = {
    "shared/proofs/verify.py": 490,  # handed out as one file that needs no other
}  # path -> lines it may have
LONG_FUNCTIONS: dict[str, int] = {}  # path::name -> lines it may have


def nameless(paths: Iterable[Path]) -> list[str]:
    """Modules and folders called after what they are not; the top package `services` is one."""
    return [
        str(path)
        for path in paths
        if any(part in NAMELESS for part in (*path.parts[1:-1], path.stem))
    ]


def folders_without_init(paths: Iterable[Path]) -> list[str]:
    """A folder of modules without `__init__.py` is invisible to the import contracts."""
    known = set(paths)
    folders = {parent for path in known for parent in path.parents if parent != Path()}
    return sorted(str(folder) for folder in folders if folder / "__init__.py" not in known)


def missing_furniture(paths: Iterable[Path]) -> list[str]:
    known = set(paths)
    rooms = sorted(
        path.parent
        for path in known
        if path.name == "decider.py" and path.parts[0] == "services" and len(path.parts) == 4
    )
    return [
        str(room / name) for room in rooms for name in sorted(FURNITURE) if room / name not in known
    ]


def too_long_files(files: Iterable[Source], allowed: dict[str, int]) -> list[str]:
    counted = {str(file.path): file.text.count("\n") for file in files}
    return over(counted, allowed, LONGEST_FILE)


def too_long_functions(files: Iterable[Source], allowed: dict[str, int]) -> list[str]:
    counted = {
        f"{file.path}::{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for file in files
        for node in ast.walk(file.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    return over(counted, allowed, LONGEST_FUNCTION)


def over(counted: dict[str, int], allowed: dict[str, int], limit: int) -> list[str]:
    """What is over the limit or its own allowance, and every allowance no longer needed."""
    grown = [
        f"{name} has {lines} lines"
        for name, lines in counted.items()
        if lines > max(limit, allowed.get(name, 0))
    ]
    spare = [
        f"{name} may be struck from the list" for name in allowed if counted.get(name, 0) <= limit
    ]
    return grown + spare


def test_no_room_is_nameless(repository: Path) -> None:
    assert nameless(python_files(repository)) == []


def test_every_package_has_its_init(repository: Path) -> None:
    assert folders_without_init(python_files(repository, (*TOP_PACKAGES, "tests"))) == []


def test_every_stream_room_is_furnished(repository: Path) -> None:
    assert missing_furniture(python_files(repository)) == []


def test_no_file_outgrows_its_idea(repository: Path) -> None:
    every = list(sources(repository, (*TOP_PACKAGES, "tests", "deploy")))
    assert too_long_files(every, LONG_FILES) == []
    assert too_long_functions(every, LONG_FUNCTIONS) == []


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("shared/utils.py", False),
        ("services/needs/service.py", False),
        ("services/needs/common/money.py", False),
        ("services/needs/main.py", True),
        ("services/needs/boards/decider.py", True),
    ],
)
def test_a_nameless_room_is_seen(path: str, named: bool) -> None:
    assert (nameless([Path(path)]) == []) is named


def test_a_missing_init_is_seen() -> None:
    there = [Path("shared/__init__.py"), Path("shared/values/pence.py")]
    assert folders_without_init(there) == ["shared/values"]


def test_missing_furniture_is_seen() -> None:
    room = Path("services/needs/boards")
    there = [room / name for name in FURNITURE - {"views.py"}]
    assert missing_furniture(there) == ["services/needs/boards/views.py"]


def test_a_file_too_long_is_seen_and_a_needless_allowance_too() -> None:
    long = Source(Path("shared/long.py"), "x = 1\n" * 401)
    assert too_long_files([long], {}) == ["shared/long.py has 401 lines"]
    assert too_long_files([long], {"shared/long.py": 401}) == []
    short = Source(Path("shared/long.py"), "x = 1\n")
    assert too_long_files([short], {"shared/long.py": 401}) != []


def test_a_function_too_long_is_seen() -> None:
    body = "def long() -> None:\n" + "    x = 1\n" * 70
    found = too_long_functions([Source(Path("shared/long.py"), body)], {})
    assert found == ["shared/long.py::long has 71 lines"]
