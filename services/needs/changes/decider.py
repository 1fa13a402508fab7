"""The rules of a change: the board's word and the review's conclusion make it together. Pure.

Law: the two are heard in either order. The first decision that carries the conclusion counts; until
then the service goes on. What the board decided before the conclusion was drawn is no answer to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.needs.changes.commands import ChangeCommand, NoteDecision, NoteReview
from services.needs.changes.events import BoardDecisionNoted, ChangeEvent, ReviewNoted
from shared.eventsourcing.decider import Decider
from shared.published.needs import ServiceChange, ServiceChangeDecided


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of it; `settled` once the board has carried the conclusion."""

    review: ReviewNoted | None = None
    decisions: tuple[BoardDecisionNoted, ...] = ()
    settled: bool = False


FOLLOWS: dict[str, ServiceChange] = {"redesign": "redesign", "decommission": "cease"}


def decide(command: ChangeCommand, change: Change) -> Sequence[ChangeEvent]:
    """What follows from a command; nothing here is refused, since nobody waits for an answer."""
    match command:
        case NoteReview():
            if change.review is not None:
                return []
            noted = ReviewNoted(
                review=command.review,
                contract=command.contract,
                partnership=command.partnership,
                conclusion=command.conclusion,
                concluded_on=command.concluded_on,
            )
            return [noted, *_decided(noted, change.decisions)]
        case NoteDecision():
            if any(one.decision == command.decision for one in change.decisions):
                return []
            taken = BoardDecisionNoted(
                partnership=command.partnership,
                decision=command.decision,
                carried=command.carried,
                decided_on=command.decided_on,
            )
            if change.settled or change.review is None:
                return [taken]
            return [taken, *_decided(change.review, (taken,))]


def _decided(
    review: ReviewNoted, decisions: Sequence[BoardDecisionNoted]
) -> Sequence[ServiceChangeDecided]:
    """The decision that counts: the first that carried, or else the last of the partnership's."""
    own = [
        one
        for one in decisions
        if one.partnership == review.partnership
        and (review.concluded_on is None or one.decided_on >= review.concluded_on)
    ]
    if not own:
        return []
    counts = next((one for one in own if one.carried), own[-1])
    return [
        ServiceChangeDecided(
            review=review.review,
            contract=review.contract,
            partnership=review.partnership,
            change=FOLLOWS[review.conclusion] if counts.carried else "continue",
            decision=counts.decision,
            effective_on=counts.decided_on,
        )
    ]


def evolve(change: Change, event: ChangeEvent) -> Change:
    """The change after one more fact."""
    match event:
        case ReviewNoted():
            return replace(change, review=event)
        case BoardDecisionNoted():
            return replace(change, decisions=(*change.decisions, event))
        case ServiceChangeDecided():
            return replace(change, settled=event.change != "continue")


CHANGES: Decider[ChangeCommand, Change, ChangeEvent] = Decider(
    category="change",
    initial=Change(),
    decide=decide,
    evolve=evolve,
    events=get_args(ChangeEvent),
)
