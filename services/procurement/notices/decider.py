"""The rules of an imported notice: each release once, and changed only as a correction. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from services.procurement.notices.commands import NoticeCommand
from services.procurement.notices.events import (
    NoticeEvent,
    NoticeImported,
    NoticeTerms,
    ReleaseSeen,
)
from services.procurement.notices.refusals import NoticeMovedOn, ReleaseChanged
from shared.eventsourcing.decider import Decider
from shared.published.terms import TextRef


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """A release known, and the package and request that brought it."""

    digest: str
    source: str
    importing: str
    publisher: str = ""
    corrected: tuple[str, ...] = ()

    @property
    def digests(self) -> tuple[str, ...]:
        """What it says now, and what it said before its publisher corrected it."""
        return (self.digest, *self.corrected)


class Unknown(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing of this process has come in."""


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """What has come in of a process so far."""

    terms: NoticeTerms
    record: TextRef
    releases: dict[str, Seen]


Notice = Unknown | Known


def known_as(release: str, publisher: str, digest: str, known: Mapping[str, Seen]) -> str:
    """Under which key a release is or will be known: its id, and where another publisher uses that
    id for something else, its publisher's name beside it.
    """
    before = known.get(release)
    if before is None or digest in before.digests:
        return release
    if not publisher or publisher == before.publisher or not before.publisher:
        return release
    return f"{release} of {publisher}"


def decide(command: NoticeCommand, notice: Notice) -> Sequence[NoticeEvent]:
    """Nothing where every release is known. Refuses: ReleaseChanged, NoticeMovedOn."""
    known = notice.releases if isinstance(notice, Known) else {}
    fresh: list[ReleaseSeen] = []
    for release in command.releases:
        before = known.get(key_of(release, known))
        if before is None or (release.corrects and release.corrects == before.digest):
            fresh.append(release)
        elif release.digest not in before.digests:
            raise ReleaseChanged
    if not fresh:
        return []
    if command.merged_with != frozenset(seen.digest for seen in known.values()):
        raise NoticeMovedOn
    return [
        NoticeImported(
            ocid=command.ocid,
            releases=tuple(fresh),
            terms=command.terms,
            source=command.source,
            package=command.package,
            importing=command.importing,
            record=command.record,
        )
    ]


def evolve(notice: Notice, event: NoticeEvent) -> Notice:
    """The notice after one more import."""
    known = dict(notice.releases) if isinstance(notice, Known) else {}
    for release in event.releases:
        key = key_of(release, known)
        known[key] = Seen(
            digest=release.digest,
            source=event.source,
            importing=event.importing,
            publisher=release.publisher,
            corrected=known[key].digests if release.corrects else (),
        )
    return Known(terms=event.terms, record=event.record, releases=known)


def key_of(release: ReleaseSeen, known: Mapping[str, Seen]) -> str:
    return known_as(release.release, release.publisher, release.digest, known)


NOTICES: Decider[NoticeCommand, Notice, NoticeEvent] = Decider(
    category="notice",
    initial=Unknown(),
    decide=decide,
    evolve=evolve,
    events=(NoticeImported,),
)
