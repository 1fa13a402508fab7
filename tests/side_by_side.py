"""How the tests are shared out among processes that run side by side (pytest-xdist).

Law: a file stays with one process, and so does all that looks at one telling of the story.
"""

from __future__ import annotations

import pytest
from xdist.remote import Producer  # pyright: ignore[reportMissingTypeStubs]
from xdist.scheduler import LoadFileScheduling  # pyright: ignore[reportMissingTypeStubs]

# What takes minutes comes first: nobody waits for it alone at the end.
FIRST = ("journeys/", "crash/", "pages/", "bench/", "shared/test_restoring.py", "architecture/")
OWN_HOUSES = ("journeys/test_house.py", "journeys/test_restoring.py")


class WholeFiles(LoadFileScheduling):
    """Gives out files, in the order of the run."""

    def _split_scope(self, nodeid: str) -> str:
        file = _file(nodeid)
        told = file.startswith("journeys/") and file not in OWN_HOUSES
        return "the story" if told else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> WholeFiles:
    return WholeFiles(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: _turn(_file(item.nodeid)))


def _file(nodeid: str) -> str:
    return nodeid.partition("::")[0].removeprefix("tests/")


def _turn(file: str) -> int:
    return next((n for n, name in enumerate(FIRST) if file.startswith(name)), len(FIRST))
