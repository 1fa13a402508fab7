"""The formal reviews that wait for a board's decision.

Law: they come before every meeting until the board has decided, one way or the other, on what they
concluded.
"""

from __future__ import annotations

from datetime import date

from services.needs.heard import ReviewRow, undecided
from services.needs.meetings.events import AgendaItem
from services.needs.meetings.views import DecisionRow
from shared.eventsourcing.view_store import ViewStore
from shared.http.handling import Handle
from shared.http.identity import Actor
from shared.published.terms import PartnershipId


async def waiting_reviews(
    reviews: ViewStore[ReviewRow],
    decisions: ViewStore[DecisionRow],
    partnership: PartnershipId,
    on: date,
) -> list[ReviewRow]:
    """The reviews on which the board has yet to decide at a meeting of that day."""
    concluded = await reviews.find(where={"partnership": partnership})
    decided: dict[str, date] = {}
    for review, found in concluded.items():
        for row in (await decisions.find(where={"about": review})).values():
            ours = row.partnership == partnership and row.about_kind == "review"
            if ours and row.decided_on >= found.concluded_on:
                decided[review] = min(row.decided_on, decided.get(review, date.max))
    return undecided(concluded.values(), decided, on)


def review_items(handle: Handle, actor: Actor, waiting: list[ReviewRow]) -> tuple[AgendaItem, ...]:
    """An item to decide for each. Exempt, since an agenda is open and the review is not."""
    return tuple(
        AgendaItem(
            item=handle.part_id(actor, f"review-{row.review}"),
            title=f"Formal review: {row.conclusion}",
            about_kind="review",
            about=row.review,
            exempt=True,
        )
        for row in waiting
    )
