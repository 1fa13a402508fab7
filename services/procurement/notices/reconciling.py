"""Sets what a package brings of one process against what is known of it. Pure.

Importing again changes nothing: what is known is said to be so, with where it came from.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec.structs import replace

from services.procurement.notices.decider import Known, Notice
from services.procurement.notices.events import NoticeTerms
from services.procurement.notices.packages import Line, Submitted

CHANGED = "A release with this id came before with other content; a release never changes."
REPEATED = "The same release came before, from elsewhere or earlier in this package."


class Reconciled(NamedTuple):
    """The releases that are new, and a line for every other one."""

    fresh: list[Submitted]
    lines: list[Line]


def reconcile(
    notice: Notice, submitted: Sequence[Submitted], source: str, importing: str
) -> Reconciled:
    """`source` and `importing` are this package's hash and this request's id.

    A release known from this very request is imported: the request is being repeated.
    """
    fresh: dict[str, Submitted] = {}
    said: set[str] = set()
    lines: list[Line] = []
    known = notice.releases if isinstance(notice, Known) else {}
    for one in submitted:
        before = known.get(one.release)
        digest = before.digest if before else _digest(fresh.get(one.release))
        if digest is None:
            fresh[one.release] = one
            continue
        if digest != one.digest:
            lines.append(one.line("refused", "release-changed", CHANGED))
        elif before is None or one.release in said:
            lines.append(one.line("identical-repeat", reason=REPEATED))
        elif before.importing == importing:
            lines.append(one.line("imported"))
        elif before.source == source:
            lines.append(one.line("unchanged"))
        else:
            lines.append(one.line("identical-repeat", reason=REPEATED))
        said.add(one.release)
    if isinstance(notice, Known):
        lines = [told(line, notice.terms) for line in lines]
    return Reconciled(list(fresh.values()), lines)


def _digest(one: Submitted | None) -> str | None:
    return one.digest if one else None


def told(line: Line, terms: NoticeTerms) -> Line:
    """The line with what its process is; a refused release is no part of it."""
    if line.outcome == "refused":
        return line
    return replace(line, became=terms.kind, defects=terms.defects)
