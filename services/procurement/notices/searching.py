"""How notices are looked for: all of what is given must hold."""

from __future__ import annotations

from typing import Annotated, Any, NamedTuple

from fastapi import Depends, Query

from services.procurement.notices.events import NoticeKind
from services.procurement.notices.views import NoticeRow, words_of
from shared.eventsourcing.view_store import ViewStore

Cpv = Annotated[str, Query(pattern=r"^[0-9]{2,8}$", description="a code or the start of one")]
Words = Annotated[str, Query(min_length=1, max_length=200, description="all of these words")]
Supplier = Annotated[str, Query(min_length=1, max_length=300, description="its published id")]


class Sought(NamedTuple):
    """A question put to the notices."""

    where: dict[str, Any]
    contains: dict[str, Any]

    async def of(
        self, notices: ViewStore[NoticeRow], after: str, limit: int
    ) -> dict[str, NoticeRow]:
        return await notices.find(
            where=self.where, contains=self.contains, after=after, limit=limit
        )


def sought(
    kind: NoticeKind | None = None,
    cpv: Cpv | None = None,
    buyer: Words | None = None,
    supplier: Supplier | None = None,
    text: Words | None = None,
) -> Sought:
    """Of a kind, under a CPV code, of a buyer by id or name, to a supplier by id, by words."""
    contains: dict[str, Any] = {"cpv_groups": cpv} if cpv else {}
    contains |= {"buyer_words": words_of(buyer)} if buyer else {}
    contains |= {"suppliers": supplier} if supplier else {}
    contains |= {"words": words_of(text)} if text else {}
    return Sought({"kind": kind} if kind else {}, contains)


Seeking = Annotated[Sought, Depends(sought)]
