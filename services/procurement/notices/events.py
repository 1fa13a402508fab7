"""The facts of an imported notice: what was understood of it, and where the whole of it lies."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from shared.eventsourcing.events import Event
from shared.published.terms import Term, TextRef

NoticeKind = Literal["market-intelligence", "tender", "award"]


class ReleaseSeen(Term, frozen=True, kw_only=True):
    """One release as it came; `digest` fingerprints its content without contact details.

    `publisher` is who published it, where the package said; `corrects` the digest of the content
    that came before under the same id and was taken back.
    """

    release: str
    digest: str
    dated: datetime
    tags: tuple[str, ...] = ()
    publisher: str = ""
    corrects: str = ""


class NoticeTerms(Term, frozen=True, kw_only=True):
    """What was understood of a contracting process. The names are those of organisations.

    `why` says what made it this kind; `defects` what is wrong with it as published. The value is
    None where it is not in pounds; suppliers are named by their published ids alone. `related` are
    other processes it names as its own elsewhere or before.
    """

    kind: NoticeKind
    why: str
    title: str = ""
    buyer: str = ""
    buyer_name: str = ""
    cpv: tuple[str, ...] = ()
    value_pence: int | None = None
    status: str = ""
    method: str = ""
    published_at: datetime
    closes_at: datetime | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    suppliers: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()
    related: tuple[str, ...] = ()


class NoticeImported(Event, frozen=True, kw_only=True, tag="procurement.notice-imported.v1"):
    """Releases of one process came in. `record` is the OCDS record: all releases and the compiled
    one; `source` is the hash of the package, `importing` the request that brought them.
    """

    ocid: str
    releases: tuple[ReleaseSeen, ...]
    terms: NoticeTerms
    source: str
    package: str = ""
    importing: str
    record: TextRef


NoticeEvent = NoticeImported
