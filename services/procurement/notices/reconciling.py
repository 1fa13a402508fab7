"""Sets what a package brings of one process against what is known of it. Pure.

Importing again changes nothing: what is known is said to be so, with where it came from. A release
is its publisher's: two of them may use one id, and both are kept.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from services.procurement.notices.decider import Known, Notice, Seen, known_as
from services.procurement.notices.events import NoticeTerms
from services.procurement.notices.packages import Line, Submitted

CHANGED = (
    "A release with this id came before from the same publisher with other content. "
    "If the publisher corrected it, import it with corrections=take."
)
REPEATED = "The same release came before, from elsewhere or earlier in this package."
SUPERSEDED = "Its publisher has corrected this release since."


class Reconciled(NamedTuple):
    """The releases that are new, and a line for every other one."""

    fresh: list[Submitted]
    lines: list[Line]


def reconcile(
    notice: Notice,
    submitted: Sequence[Submitted],
    source: str,
    importing: str,
    *,
    corrections: bool = False,
) -> Reconciled:
    """`source` and `importing` are this package's hash and this request's id; with `corrections`
    another content under a known id takes the place of the one before.

    A release known from this very request is imported: the request is being repeated.
    """
    known = dict(notice.releases) if isinstance(notice, Known) else {}
    fresh: dict[str, Submitted] = {}
    said: set[str] = set()
    lines: list[Line] = []
    for one in submitted:
        key = known_as(one.release, one.publisher, one.digest, known)
        before = known.get(key)
        if before is None or (one.digest not in before.digests and corrections):
            taken = replace(one, corrects=before.digest if before else "")
            fresh[key] = taken
            known[key] = _seen(taken, source, before)
            continue
        lines.append(_line(one, before, source, importing, again=key in fresh or key in said))
        said.add(key)
    if isinstance(notice, Known):
        lines = [told(line, notice.terms) for line in lines]
    return Reconciled(list(fresh.values()), lines)


def _seen(one: Submitted, source: str, before: Seen | None) -> Seen:
    """A release of this package as it will be known, so that a second one in it is set against."""
    return Seen(
        digest=one.digest,
        source=source,
        importing="",
        publisher=one.publisher,
        corrected=before.digests if before else (),
    )


def _line(one: Submitted, before: Seen, source: str, importing: str, *, again: bool) -> Line:
    if one.digest not in before.digests:
        return one.line("refused", "release-changed", CHANGED)
    if one.digest != before.digest:
        return one.line("superseded", reason=SUPERSEDED)
    if again:
        return one.line("identical-repeat", reason=REPEATED)
    if before.importing == importing:
        return one.line("corrected" if before.corrected else "imported")
    if before.source == source:
        return one.line("unchanged")
    return one.line("identical-repeat", reason=REPEATED)


def taken_back(fresh: Sequence[Submitted]) -> frozenset[str]:
    """The digests that corrections take the place of."""
    return frozenset(one.corrects for one in fresh if one.corrects)


def digests_of(known: Mapping[str, Seen]) -> frozenset[str]:
    return frozenset(seen.digest for seen in known.values())


def told(line: Line, terms: NoticeTerms) -> Line:
    """The line with what its process is; a refused release is no part of it."""
    if line.outcome == "refused":
        return line
    return replace(line, became=terms.kind, defects=terms.defects)
