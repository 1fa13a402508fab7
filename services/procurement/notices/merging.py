"""Merges the releases of one process into its record, in the order of their dates. Pure.

The order in which releases arrive makes no difference; equal dates are put in order by id.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any, NamedTuple

from ocdsmerge import CompiledRelease  # pyright: ignore[reportMissingTypeStubs]
from ocdsmerge.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    DuplicateIdValueWarning,
    OCDSMergeError,
)

from services.procurement.notices.merge_rules import MERGE_RULES
from services.procurement.notices.packages import Submitted, Unreadable
from services.procurement.notices.shapes import Json


class Merged(NamedTuple):
    """An OCDS record of one process, and what was wrong with its releases."""

    ocid: str
    releases: list[Json]
    compiled: Json
    defects: tuple[str, ...]

    def record(self) -> Json:
        return {"ocid": self.ocid, "releases": self.releases, "compiledRelease": self.compiled}


def merge(ocid: str, submitted: Iterable[Submitted]) -> Merged:
    """Raises Unreadable where the releases contradict one another in shape."""
    ordered = sorted(submitted, key=lambda one: (one.dated, one.release, one.digest))
    merged: Any = CompiledRelease(merge_rules=MERGE_RULES)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DuplicateIdValueWarning)
        try:
            for one in ordered:
                merged.append(one.content)
            compiled: Json = merged.asdict()
        except (OCDSMergeError, TypeError, AttributeError) as error:
            raise Unreadable(
                "unmergeable", "The releases of this process do not have one shape."
            ) from error
    repeated = {_array(str(warning.message)) for warning in caught}
    defects = tuple(f"duplicate-id:{array}" for array in sorted(repeated))
    return Merged(ocid, [one.content for one in ordered], compiled, defects)


def _array(message: str) -> str:
    """The path in "Multiple objects have the `id` value 'x' in the `parties` array"."""
    return message.rpartition(" in the `")[2].partition("`")[0]
