"""What a person decides about lines and matches: accept, refuse, match, undo, mark. Pure.

Law: whatever leaves a difference behind names who puts it right.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from services.gateway.reconciliations import commands, refusals
from services.gateway.reconciliations import events as facts
from services.gateway.reconciliations.lines import Match
from services.gateway.reconciliations.state import LineId, Working, lines_of

MARK = -1


def accept(command: commands.AcceptMatches, work: Working) -> list[facts.MatchesAccepted]:
    """Refuses, in this order: UnknownMatch, OwnerMissing, ToleranceSpent."""
    chosen = _chosen(command.matches, command.rule, work)
    apart = [one for one in chosen if one.difference_pence and one.rule != "tolerance"]
    if apart and not command.owner:
        raise refusals.OwnerMissing(pointer="/body/owner")
    more = sum([abs(one.difference_pence) for one in chosen if one.rule == "tolerance"])
    if more and work.tolerance_used_pence() + more > work.settings.tolerance_cap_pence:
        raise refusals.ToleranceSpent
    return [
        facts.MatchesAccepted(
            matches=tuple(one.match for one in chosen),
            owner=command.owner if apart else "",
            accepted_by=command.accepted_by,
        )
    ]


def refuse(command: commands.RefuseMatches, work: Working) -> list[facts.MatchesRefused]:
    """Refuses: UnknownMatch."""
    chosen = _chosen(command.matches, command.rule, work)
    numbers = tuple(one.match for one in chosen)
    return [facts.MatchesRefused(matches=numbers, refused_by=command.refused_by)]


def _chosen(numbers: Sequence[int], rule: str, work: Working) -> list[Match]:
    if rule:
        chosen = [one for one in work.proposed.values() if one.rule == rule]
    else:
        chosen = [found for n in dict.fromkeys(numbers) if (found := work.proposed.get(n))]
        if len(chosen) < len(set(numbers)):
            raise refusals.UnknownMatch
    if not chosen:
        raise refusals.UnknownMatch
    return chosen


def by_hand(command: commands.MatchByHand, work: Working) -> list[facts.LinesMatchedByHand]:
    """Lines of one side alone match where they come to nothing, as a payment and its reversal do.

    Refuses, in this order: NothingChosen, LineTaken, OwnerMissing, ReasonMissing.
    """
    made = Match(
        match=work.last_match + 1,
        rule="by-hand",
        ours=tuple(sorted(command.ours)),
        theirs=tuple(sorted(command.theirs)),
        ours_pence=sum(command.ours.values()),
        theirs_pence=sum(command.theirs.values()),
    )
    lines = lines_of(made)
    if not lines:
        raise refusals.NothingChosen
    _free(lines, work)
    if made.difference_pence and not command.owner:
        raise refusals.OwnerMissing(pointer="/body/owner")
    if made.difference_pence and command.reason is None:
        raise refusals.ReasonMissing(pointer="/body/reason")
    return [
        facts.LinesMatchedByHand(
            match=made,
            owner=command.owner if made.difference_pence else "",
            reason=command.reason,
            matched_by=command.matched_by,
        )
    ]


def _free(lines: Iterable[LineId], work: Working) -> None:
    if any(line in work.held for line in lines):
        raise refusals.LineTaken


def undo(command: commands.UndoMatches, work: Working) -> list[facts.MatchesUndone]:
    """Refuses: UnknownMatch."""
    numbers = tuple(dict.fromkeys(command.matches))
    if not numbers or any(number not in work.confirmed for number in numbers):
        raise refusals.UnknownMatch
    return [facts.MatchesUndone(matches=numbers, undone_by=command.undone_by)]


def mark(command: commands.MarkLines, work: Working) -> list[facts.LinesMarked]:
    """Refuses, in this order: NothingChosen, LineTaken, OwnerMissing."""
    if not command.lines:
        raise refusals.NothingChosen
    _free([(one.side, one.number) for one in command.lines], work)
    if command.kind == "error" and not command.owner:
        raise refusals.OwnerMissing(pointer="/body/owner")
    return [
        facts.LinesMarked(
            kind=command.kind,
            lines=command.lines,
            owner=command.owner,
            reason=command.reason,
            marked_by=command.marked_by,
        )
    ]


def remove_marks(command: commands.RemoveMarks, work: Working) -> list[facts.MarksRemoved]:
    """Refuses, in this order: NothingChosen, UnknownLine."""
    if not command.lines:
        raise refusals.NothingChosen
    if any((one.side, one.number) not in work.marks for one in command.lines):
        raise refusals.UnknownLine
    return [facts.MarksRemoved(lines=command.lines, removed_by=command.removed_by)]
