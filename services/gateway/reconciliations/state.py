"""What a reconciliation is at each stage, and how its events change it. Pure.

Law: figures come from the events alone; a line is held by one match or one mark, or it is open.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from services.gateway.reconciliations import events as facts
from services.gateway.reconciliations.events import ReconciliationEvent
from services.gateway.reconciliations.lines import Match, Settings, Side
from services.gateway.reconciliations.statement import Statement
from shared.published.terms import PersonId, TextRef

LineId = tuple[Side, int]
K = TypeVar("K")
V = TypeVar("V")


class Nothing(msgspec.Struct, frozen=True):
    """No extract came in."""


class Uploaded(msgspec.Struct, frozen=True, kw_only=True):
    """A file came in; its columns are not confirmed."""

    uploaded: facts.ExtractUploaded


class Mark(msgspec.Struct, frozen=True, kw_only=True):
    """A line set aside by itself."""

    kind: facts.MarkKind
    amount_pence: int
    owner: PersonId
    reason: TextRef | None
    marked_by: PersonId


class Confirmed(msgspec.Struct, frozen=True, kw_only=True):
    """A match that holds; nobody where it confirmed itself."""

    match: Match
    owner: PersonId = ""
    by: PersonId = ""


class Suspense(msgspec.Struct, frozen=True, kw_only=True):
    """What is parked, by whom, and who approved it."""

    parked: facts.ParkedInSuspense
    approved_by: PersonId = ""


class Working(msgspec.Struct, frozen=True, kw_only=True):
    """Both sides stand and are being matched. `held` says what holds a line: a match's number,
    or -1 for a mark. Under review while `prepared` is there.
    """

    uploaded: facts.ExtractUploaded
    taken: facts.ExtractTaken
    run: facts.MatchingStarted | None = None
    failed: str = ""
    settings: Settings = Settings()
    last_match: int = 0
    confirmed: dict[int, Confirmed] = {}
    proposed: dict[int, Match] = {}
    refused: frozenset[tuple[tuple[int, ...], tuple[int, ...]]] = frozenset()
    marks: dict[LineId, Mark] = {}
    held: dict[LineId, int] = {}
    suspense: Suspense | None = None
    prepared: facts.ReconciliationPrepared | None = None

    @property
    def to_on(self) -> date:
        return self.taken.to_on

    def statement(self) -> Statement:
        """As it stands now."""
        ours, theirs = self.taken.ours, self.taken.theirs
        difference = ours.balance_pence - theirs.balance_pence
        tolerance = self.tolerance_pence()
        errors = sum(self._signed("error")) + self._matched_errors_pence()
        timing = sum(self._signed("timing"))
        explained = timing + errors + tolerance
        proposed = sum([len(m.ours) + len(m.theirs) for m in self.proposed.values()])
        matched = sum([len(c.match.ours) + len(c.match.theirs) for c in self.confirmed.values()])
        unexplained = difference - explained
        approved = self.suspense is not None and bool(self.suspense.approved_by)
        return Statement(
            our_balance_pence=ours.balance_pence,
            their_balance_pence=theirs.balance_pence,
            difference_pence=difference,
            timing_pence=timing,
            errors_pence=errors,
            tolerance_pence=tolerance,
            explained_pence=explained,
            unexplained_pence=unexplained,
            suspense_pence=unexplained if approved else 0,
            matched_lines=matched,
            proposed_lines=proposed,
            timing_lines=len(list(self._signed("timing"))),
            error_lines=len(list(self._signed("error"))),
            open_lines=ours.count + theirs.count - matched - len(self.marks),
        )

    def _signed(self, kind: facts.MarkKind) -> Iterable[int]:
        """Amounts of marked lines, ours as they are and theirs turned round."""
        return [
            mark.amount_pence if side == "ours" else -mark.amount_pence
            for (side, _), mark in self.marks.items()
            if mark.kind == kind
        ]

    def tolerance_pence(self) -> int:
        return sum(
            [c.match.difference_pence for c in self.confirmed.values()
             if c.match.rule == "tolerance"]
        )  # fmt: skip

    def tolerance_used_pence(self) -> int:
        """How much of the cap is used, whichever way the pence went."""
        return sum(
            [abs(c.match.difference_pence) for c in self.confirmed.values()
             if c.match.rule == "tolerance"]
        )  # fmt: skip

    def _matched_errors_pence(self) -> int:
        return sum(
            [c.match.difference_pence for c in self.confirmed.values()
             if c.match.rule != "tolerance"]
        )  # fmt: skip


class Done(msgspec.Struct, frozen=True, kw_only=True):
    """Signed off."""

    work: Working
    signed_off: facts.ReconciliationSignedOff


class Gone(msgspec.Struct, frozen=True, kw_only=True):
    """Discarded."""

    uploaded: facts.ExtractUploaded


Reconciliation = Nothing | Uploaded | Working | Done | Gone


def lines_of(match: Match) -> list[LineId]:
    return [*[("ours", n) for n in match.ours], *[("theirs", n) for n in match.theirs]]


def evolve(state: Reconciliation, event: ReconciliationEvent) -> Reconciliation:
    if isinstance(event, facts.ExtractUploaded):
        return Uploaded(uploaded=event)
    if isinstance(state, Uploaded):
        if isinstance(event, facts.ExtractTaken):
            return Working(uploaded=state.uploaded, taken=event)
        return Gone(uploaded=state.uploaded)
    if isinstance(state, Working):
        return _worked(state, event)
    return state


def _worked(work: Working, event: ReconciliationEvent) -> Reconciliation:
    match event:
        case facts.MatchingStarted():
            return _began(work, event)
        case facts.LinesMatched():
            fresh = {one.match: Confirmed(match=one) for one in event.matches}
            return _holding(replace(work, confirmed=work.confirmed | fresh), event.matches)
        case facts.MatchesProposed():
            fresh = {one.match: one for one in event.matches}
            return _holding(replace(work, proposed=work.proposed | fresh), event.matches)
        case facts.MatchingFinished():
            return replace(work, run=None)
        case facts.MatchingFailed():
            return replace(work, run=None, failed=event.why)
        case facts.MatchesAccepted():
            return _moved(_accepted(work, event))
        case facts.MatchesRefused():
            return _moved(_refused(work, event))
        case facts.LinesMatchedByHand():
            made = Confirmed(match=event.match, owner=event.owner, by=event.matched_by)
            confirmed = work.confirmed | {event.match.match: made}
            return _moved(_holding(replace(work, confirmed=confirmed), (event.match,)))
        case facts.MatchesUndone():
            return _moved(_undone(work, event))
        case facts.LinesMarked():
            return _moved(_marked(work, event))
        case facts.MarksRemoved():
            keys: list[LineId] = [(one.side, one.number) for one in event.lines]
            marks = without(work.marks, keys)
            return _moved(replace(work, marks=marks, held=without(work.held, keys)))
        case facts.ParkedInSuspense():
            return replace(work, suspense=Suspense(parked=event))
        case facts.SuspenseApproved():
            parked = work.suspense
            approved = parked and replace(parked, approved_by=event.approved_by)
            return replace(work, suspense=approved)
        case facts.ReconciliationPrepared():
            return replace(work, prepared=event)
        case facts.ReconciliationReturned():
            return replace(work, prepared=None)
        case facts.ReconciliationSignedOff():
            return Done(work=work, signed_off=event)
        case facts.ReconciliationDiscarded():
            return Gone(uploaded=work.uploaded)
        case facts.ExtractUploaded() | facts.ExtractTaken():
            return work


def _moved(work: Working) -> Working:
    """Whatever moves a line makes the parking of the rest void."""
    return replace(work, suspense=None)


def _began(work: Working, event: facts.MatchingStarted) -> Working:
    """What was proposed and not decided is open again."""
    freed = [line for one in work.proposed.values() for line in lines_of(one)]
    return _moved(
        replace(
            work, run=event, failed="", settings=event.settings, proposed={},
            held=without(work.held, freed),
        )
    )  # fmt: skip


def _refused(work: Working, event: facts.MatchesRefused) -> Working:
    gone = [work.proposed[number] for number in event.matches]
    return replace(
        work, refused=work.refused | {(one.ours, one.theirs) for one in gone},
        held=without(work.held, [line for one in gone for line in lines_of(one)]),
        proposed=without(work.proposed, event.matches),
    )  # fmt: skip


def _undone(work: Working, event: facts.MatchesUndone) -> Working:
    gone = [work.confirmed[number].match for number in event.matches]
    return replace(
        work, held=without(work.held, [line for one in gone for line in lines_of(one)]),
        confirmed=without(work.confirmed, event.matches),
    )  # fmt: skip


def _accepted(work: Working, event: facts.MatchesAccepted) -> Working:
    """Only what is wrong has an owner; what agrees, or is let pass, is accepted beside it."""
    made: dict[int, Confirmed] = {}
    for number in event.matches:
        one = work.proposed[number]
        wrong = one.difference_pence and one.rule != "tolerance"
        owner = event.owner if wrong else ""
        made[number] = Confirmed(match=one, owner=owner, by=event.accepted_by)
    return replace(
        work, confirmed=work.confirmed | made, proposed=without(work.proposed, event.matches)
    )


def _marked(work: Working, event: facts.LinesMarked) -> Working:
    made = {
        (one.side, one.number): Mark(
            kind=event.kind, amount_pence=one.amount_pence, owner=event.owner,
            reason=event.reason, marked_by=event.marked_by,
        )
        for one in event.lines
    }  # fmt: skip
    return replace(work, marks=work.marks | made, held=work.held | dict.fromkeys(made, -1))


def _holding(work: Working, matches: Iterable[Match]) -> Working:
    held = {line: one.match for one in matches for line in lines_of(one)}
    last = max([work.last_match, *held.values()])
    return replace(work, held=work.held | held, last_match=last)


def without(whole: dict[K, V], keys: Iterable[K]) -> dict[K, V]:
    """A copy that lacks some keys."""
    gone = set(keys)
    return {key: value for key, value in whole.items() if key not in gone}
