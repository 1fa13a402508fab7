"""What a contribution is due by a period, and what it would be next year.

Law: instalments add up to the sum whatever their number, and next year begins at what recurs.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from shared.values.quarters import last_day, parse_period
from shared.values.shares import instalments, portion

Instalments = Literal["annual", "half-yearly", "quarterly", "monthly"]

NUMBER: dict[Instalments, int] = {"annual": 1, "half-yearly": 2, "quarterly": 4, "monthly": 12}
MONTHS = 12
_APRIL = 4


def due_pence(annual_pence: int, agreed: Instalments, period: str) -> int:
    """Every instalment that has begun by the end of a period, together; the first at once."""
    month = (last_day(period).month - _APRIL) % MONTHS + 1
    parts = instalments(annual_pence, NUMBER[agreed])
    return sum(parts[: -(-month * len(parts) // MONTHS)])


def is_invoiced_for(period: str) -> bool:
    """Contributions are asked for by quarter or by month."""
    return parse_period(period)[1] in ("quarterly", "monthly")


class Proposed(msgspec.Struct, frozen=True, kw_only=True):
    """Next year's contribution: base, what changed for good, uplift up and efficiency down."""

    base_pence: int
    changes_pence: int
    uplift_pence: int
    efficiency_pence: int

    @property
    def annual_pence(self) -> int:
        return self.base_pence + self.changes_pence + self.uplift_pence - self.efficiency_pence


def proposed(
    base_pence: int, changes_pence: int, uplift_basis_points: int, efficiency_basis_points: int
) -> Proposed:
    """Both parts are of the base as changed, rounded down. Raises ValueError where that is below
    nothing.
    """
    whole = base_pence + changes_pence
    return Proposed(
        base_pence=base_pence,
        changes_pence=changes_pence,
        uplift_pence=portion(whole, uplift_basis_points),
        efficiency_pence=portion(whole, efficiency_basis_points),
    )
