"""One house for everything that only looks at how the story ended; whoever breaks, opens another.

Law: what a journey starts, it ends.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest

from goldenthread.house import open_house
from tests.journeys.playing import Played, Remembering, ending, folder


@pytest.fixture(scope="package")
def played() -> Generator[Played]:
    """The story told to its end, undisturbed, in a house that stays up for all of them."""
    with (
        folder() as place,
        open_house(place / "house") as running,
        ending(running, Remembering(running.addresses, running.place)) as told,
    ):
        yield told
