"""What the project is built from is named once, with a reason, and pinned without an address.

Law: no dependency without a reason and a licence; no lock file that knows a registry.
"""

import json
import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement

LISTED = re.compile(r"^\| `([^`]+)` \| [^|]+ \| [^|]+ \|$", re.MULTILINE)
LOCKS = ("requirements.txt", "requirements-dev.txt", "package-lock.json")
FUNDING = re.compile(r'"funding": \{[^}]*\}', re.DOTALL)


def direct_dependencies(pyproject: str, package: str) -> set[str]:
    project = tomllib.loads(pyproject)["project"]
    extras: dict[str, list[str]] = project["optional-dependencies"]
    lines: list[str] = project["dependencies"] + [one for extra in extras.values() for one in extra]
    described = json.loads(package)
    browser: set[str] = set(described["dependencies"]) | set(described["devDependencies"])
    return {Requirement(line).name for line in lines} | browser


def addresses(lock: str) -> list[str]:
    """Addresses in a lock file; where a package asks for money is no place to fetch it from."""
    return re.findall(r"\w+://\S+", FUNDING.sub("", lock))


def test_every_dependency_has_a_reason_and_a_licence(repository: Path) -> None:
    wanted = direct_dependencies(
        (repository / "pyproject.toml").read_text(encoding="utf-8"),
        (repository / "package.json").read_text(encoding="utf-8"),
    )
    listed = LISTED.findall((repository / "docs/dependencies.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(wanted)


def test_no_lock_file_knows_where_packages_come_from(repository: Path) -> None:
    for lock in LOCKS:
        assert addresses((repository / lock).read_text(encoding="utf-8")) == [], lock


def test_every_locked_package_is_pinned_by_hash(repository: Path) -> None:
    for lock in LOCKS[:2]:
        text = (repository / lock).read_text(encoding="utf-8")
        entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
        assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []


def test_an_address_is_seen() -> None:
    assert addresses('"resolved": "https://registry.example/sass.tgz"') != []
    assert addresses('"funding": {\n "url": "https://example.org"\n}') == []
