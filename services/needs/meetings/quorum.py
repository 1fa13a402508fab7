"""Whether those who take part in an item are enough to decide it. Pure.

Law: counted from who is present and has no interest in this very item, each time it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from services.needs.partnerships.events import BoardRules
from shared.published.terms import AgencyId


class Quorum(msgspec.Struct, frozen=True, kw_only=True):
    """Which named partners are there, and how many members of others, of how many wanted."""

    named: dict[AgencyId, bool]
    others: int
    others_wanted: int
    quorate: bool


def quorum(rules: BoardRules, taking_part: Iterable[AgencyId]) -> Quorum:
    """`taking_part` is the agency of each member who takes part, one for each member."""
    agencies = list(taking_part)
    named = {agency: agency in agencies for agency in rules.quorum_named}
    others = sum(agency not in named for agency in agencies)
    return Quorum(
        named=named,
        others=others,
        others_wanted=rules.quorum_others,
        quorate=all(named.values()) and others >= rules.quorum_others,
    )
