"""The rules of an imported notice: each release once, and never changed. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from services.procurement.notices.commands import NoticeCommand
from services.procurement.notices.events import NoticeEvent, NoticeImported, NoticeTerms
from services.procurement.notices.refusals import NoticeMovedOn, ReleaseChanged
from shared.eventsourcing.decider import Decider
from shared.published.terms import TextRef


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A release known, and the package and request that brought it."""

    digest: str
    source: str
    importing: str


class Unknown(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing of this process has come in."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What has come in of a process so far."""

    terms: NoticeTerms
    record: TextRef
    releases: dict[str, Seen]


Notice = Unknown | Known


def decide(command: NoticeCommand, notice: Notice) -> Sequence[NoticeEvent]:
    """Nothing where every release is known. Refuses: ReleaseChanged, NoticeMovedOn."""
    known = notice.releases if isinstance(notice, Known) else {}
    for release in command.releases:
        if release.release in known and known[release.release].digest != release.digest:
            raise ReleaseChanged
    fresh = tuple(release for release in command.releases if release.release not in known)
    if not fresh:
        return []
    if command.merged_with != known.keys():
        raise NoticeMovedOn
    return [
        NoticeImported(
            ocid=command.ocid,
            releases=fresh,
            terms=command.terms,
            source=command.source,
            package=command.package,
            importing=command.importing,
            record=command.record,
        )
    ]


def evolve(notice: Notice, event: NoticeEvent) -> Notice:
    """The notice after one more import."""
    before = notice.releases if isinstance(notice, Known) else {}
    brought = {
        release.release: Seen(digest=release.digest, source=event.source, importing=event.importing)
        for release in event.releases
    }
    return Known(terms=event.terms, record=event.record, releases={**before, **brought})


NOTICES: Decider[NoticeCommand, Notice, NoticeEvent] = Decider(
    category="notice",
    initial=Unknown(),
    decide=decide,
    evolve=evolve,
    events=(NoticeImported,),
)
