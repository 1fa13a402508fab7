"""Imported notices as they are searched: by kind, CPV code, buyer and words."""

from __future__ import annotations

import re
from datetime import date, datetime

from services.procurement.notices.decider import NOTICES
from services.procurement.notices.events import NoticeImported, NoticeKind
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import TextRef

WORD = re.compile(r"[^\W_]+")
SHORTEST_CPV = 2


class NoticeRow(Row, frozen=True, kw_only=True):
    """A contracting process as understood; `cpv_groups` are its codes and all groups above them."""

    ocid: str
    kind: NoticeKind
    why: str
    title: str
    buyer: str
    buyer_name: str
    cpv: tuple[str, ...]
    value_pence: int | None
    status: str
    method: str
    published_at: datetime
    closes_at: datetime | None
    starts_on: date | None
    ends_on: date | None
    suppliers: tuple[str, ...]
    defects: tuple[str, ...]
    related: tuple[str, ...]
    releases: tuple[str, ...]
    sources: tuple[str, ...]
    record: TextRef
    cpv_groups: tuple[str, ...]
    words: tuple[str, ...]
    buyer_words: tuple[str, ...]
    version: int


def words_of(*texts: str) -> tuple[str, ...]:
    """The words of texts as they are searched: in small letters, each once."""
    return tuple(sorted({word for text in texts for word in WORD.findall(text.casefold())}))


def groups_of(codes: tuple[str, ...]) -> tuple[str, ...]:
    """Every group a CPV code lies in: 85310000 lies in 85, 853, 8531 … and in itself."""
    return tuple(sorted({code[:n] for code in codes for n in range(SHORTEST_CPV, len(code) + 1)}))


def fold(row: NoticeRow | None, recorded: Recorded) -> NoticeRow | None:
    """The row after one more import."""
    event = recorded.event
    if not isinstance(event, NoticeImported):
        return row
    terms = event.terms
    brought = tuple(release.release for release in event.releases)
    return NoticeRow(
        ocid=event.ocid,
        kind=terms.kind,
        why=terms.why,
        title=terms.title,
        buyer=terms.buyer,
        buyer_name=terms.buyer_name,
        cpv=terms.cpv,
        value_pence=terms.value_pence,
        status=terms.status,
        method=terms.method,
        published_at=terms.published_at,
        closes_at=terms.closes_at,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        suppliers=terms.suppliers,
        defects=terms.defects,
        related=terms.related,
        releases=tuple(dict.fromkeys((*(row.releases if row else ()), *brought))),
        sources=(*(row.sources if row else ()), event.source),
        record=event.record,
        cpv_groups=groups_of(terms.cpv),
        words=words_of(terms.title, terms.buyer_name),
        buyer_words=words_of(terms.buyer, terms.buyer_name),
        version=recorded.envelope.version,
    )


NOTICE_ROWS: View[NoticeRow] = View(
    name="notices",
    source="procurement",
    row=NoticeRow,
    events=NOTICES.events,
    key=subject_of,
    fold=fold,
    indexes=("kind", "published_at"),
    searched=("cpv_groups", "words", "buyer_words", "suppliers", "related"),
)
