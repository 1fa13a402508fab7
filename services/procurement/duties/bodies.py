"""What may be asked about the law, in the query of a request."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Query
from pydantic import StringConstraints

from services.procurement.duties.mixed import Part
from services.procurement.regimes import ServiceKind
from shared.http.bodies import MOST_PENCE

PartSaid = Annotated[
    str, StringConstraints(pattern=r"^(health-care|social-care|education|other):[0-9]{1,15}$")
]
PartAsked = Annotated[
    list[PartSaid],
    Query(
        alias="part", min_length=1, max_length=10,
        description="A kind and its value over the whole term in pence: `social-care:90000000`",
    ),
]  # fmt: skip
KINDS: tuple[ServiceKind, ...] = ("health-care", "social-care", "education", "other")
Day = Annotated[date | None, Query()]


def parts_of(asked: list[str]) -> tuple[Part, ...]:
    """The parts as asked; a value beyond all money counts as the most there is."""
    found: list[Part] = []
    for one in asked:
        name, _, pence = one.partition(":")
        kind = KINDS[[str(kind) for kind in KINDS].index(name)]
        found.append(Part(kind=kind, value_pence=min(int(pence), MOST_PENCE)))
    return tuple(found)
