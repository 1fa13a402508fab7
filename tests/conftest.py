"""What every test may ask for.

Law: a test that lacks its material says so; it never passes without it.
"""

import os
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = [
    "shared.testing.postgres",
    "shared.testing.skips",
    "tests.kafka",
    "tests.side_by_side",
    "pytester",
]

settings.register_profile("any machine", deadline=None)  # no slow machine fails a property
settings.load_profile("any machine")

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def shared_material() -> Path:
    """Seeds, worked examples and reference data, which are read and never copied here."""
    given = os.environ.get("GOLDENTHREAD_MATERIAL")
    folder = Path(given) if given else REPOSITORY.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"{folder} is absent; GOLDENTHREAD_MATERIAL names the material's folder.")
    return folder
