"""The strands of the thread, one row for each thing a service has published something about.

Law: a row tells of one source only, and of one partnership only; readers join what they may see.
"""

from __future__ import annotations

from typing import Any, get_args

from msgspec.structs import replace

from services.gateway.threads import agreed, chosen, planned, reviewed
from services.gateway.threads.graph import Strand
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View
from shared.published.terms import AgencyId, PartnershipId


class StrandRow(Row, frozen=True, kw_only=True):
    """What one source knows of one thing. `provider` is set where the thing is a provider's own."""

    partnership: PartnershipId = ""
    provider: AgencyId = ""
    strand: Strand = Strand()


def _with(row: StrandRow | None, recorded: Recorded, nodes: Any, edges: Any) -> StrandRow:
    """The row with what an event adds; who it concerns is said by some events and kept."""
    event = recorded.event
    row = row or StrandRow()
    terms = getattr(event, "terms", None)
    return replace(
        row,
        partnership=getattr(event, "partnership", "")
        or getattr(terms, "partnership", "")
        or row.partnership,
        strand=row.strand.joined(nodes, edges),
    )


def fold_planned(row: StrandRow | None, recorded: Recorded) -> StrandRow:
    return _with(row, recorded, *planned.told(recorded))


def fold_chosen(row: StrandRow | None, recorded: Recorded) -> StrandRow:
    return _with(row, recorded, *chosen.told(recorded))


def fold_agreed(row: StrandRow | None, recorded: Recorded) -> StrandRow:
    after = _with(row, recorded, *agreed.told(recorded))
    terms = getattr(recorded.event, "terms", None)
    return replace(after, provider=terms.provider) if terms else after


def fold_reviewed(row: StrandRow | None, recorded: Recorded) -> StrandRow:
    after = _with(row, recorded, *reviewed.told(recorded))
    provider = getattr(recorded.event, "provider", "")
    return replace(after, provider=provider) if provider else after


def _strands(source: str, events: tuple[Any, ...], key: Any, fold: Any) -> View[StrandRow]:
    return View(
        name=f"{source}_strands",
        source=source,
        row=StrandRow,
        events=events,
        key=key,
        fold=fold,
        indexes=("partnership", "provider"),
    )


PLANNED = _strands("needs", get_args(planned.Told), planned.about, fold_planned)
CHOSEN = _strands("procurement", get_args(chosen.Told), chosen.about, fold_chosen)
AGREED = _strands("contracts", get_args(agreed.Told), agreed.about, fold_agreed)
REVIEWED = _strands("monitoring", get_args(reviewed.Told), reviewed.about, fold_reviewed)

VIEWS: tuple[View[StrandRow], ...] = (PLANNED, CHOSEN, AGREED, REVIEWED)
