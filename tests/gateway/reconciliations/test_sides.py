"""Where two sides begin, and the law that holds through a whole chain of reconciliations."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.gateway.reconciliations import commands
from services.gateway.reconciliations.decider import RECONCILIATIONS
from services.gateway.reconciliations.events import Marked, SideTaken
from services.gateway.reconciliations.lines import Line, total_pence
from services.gateway.reconciliations.sides import (
    JournalLine,
    Outstanding,
    balanced,
    our_side,
    outstanding,
    their_side,
)
from shared.testing.scenarios import Scenario
from tests.gateway.reconciliations.parts import BEN, IDA, TAKE, TEXT, UPLOADED

MONTHS = [date(2026, month, 1) for month in (4, 5, 6, 7)]


def posted(number: int, pence: int, on: date, code: str = "payment-made") -> JournalLine:
    return JournalLine(
        number=number, effective_on=on, amount_pence=pence, code=code, reference="", text=""
    )


def test_what_was_there_before_is_the_opening_difference() -> None:
    journal = [posted(1, 700, date(2026, 3, 1)), posted(2, 50, date(2026, 4, 2))]
    side = our_side(journal, 2, Outstanding(), MONTHS[0], their_opening_pence=650)
    assert [(one.kind, one.amount_pence) for one in side.lines] == [("opening", 50), ("line", 50)]
    assert side.balance_pence == 750


def test_a_balance_rolled_from_year_to_year_is_no_line() -> None:
    journal = [
        posted(1, 700, date(2026, 4, 1), "balance-brought-forward"),
        posted(2, -700, date(2026, 4, 1), "carried-into-next-year"),
        posted(3, 50, date(2026, 4, 2)),
    ]
    side = our_side(journal, 3, Outstanding(), MONTHS[0], their_opening_pence=0)
    assert [one.number for one in side.lines] == [3]
    later = our_side(journal, 3, Outstanding(to_on=date(2026, 3, 31)), MONTHS[0], 0)
    assert [(one.number, one.kind) for one in later.lines] == [(3, "line")]


AMOUNTS = st.lists(st.integers(-300, 300), max_size=5)


@settings(deadline=None)
@given(st.data(), st.integers(-500, 500))
def test_through_every_month_the_difference_is_the_lines_that_stand_between(
    data: st.DataObject, opening: int
) -> None:
    """Months of lines on either side, some posted late; whatever is matched or marked, however
    wrongly, the next month begins with a line for every penny between the balances.
    """
    journal = [posted(1, 123, date(2026, 3, 9))]
    before, their_balance, last = Outstanding(), opening, 0
    for begins, ends in pairwise(MONTHS):
        to_on = ends - timedelta(days=1)
        for pence in data.draw(AMOUNTS):
            early = data.draw(st.sampled_from((0, 40)))
            journal.append(posted(len(journal) + 1, pence, to_on - timedelta(days=early)))
        known = [one for one in journal if one.effective_on <= to_on]
        fresh = [
            Line(number=last + n, on=begins, amount_pence=pence)
            for n, pence in enumerate(data.draw(AMOUNTS), 1)
        ]
        ours = our_side(known, len(journal), before, begins, their_balance)
        theirs = their_side(fresh, before)
        their_balance += total_pence(fresh)
        last += len(fresh)
        assert balanced(ours, theirs, their_balance)
        assert len({one.number for one in ours.lines}) == len(ours.lines)

        begun = Scenario(RECONCILIATIONS, UPLOADED).when_done(
            replace(
                TAKE,
                from_on=begins,
                to_on=to_on,
                rows=len(fresh),
                stated_rows=len(fresh),
                stated_total_pence=total_pence(fresh),
                control_total_pence=total_pence(fresh),
                journal_to=len(journal),
                last_number=last,
                ours=SideTaken(
                    lines=TEXT, count=len(ours.lines), total_pence=total_pence(ours.lines),
                    carried=0, balance_pence=ours.balance_pence,
                ),
                theirs=SideTaken(
                    lines=TEXT, count=len(theirs), total_pence=total_pence(theirs), carried=0,
                    balance_pence=their_balance,
                ),
            )
        )  # fmt: skip
        work = decided(data, begun, ours.lines, theirs)
        stands = work.state.statement()
        assert stands.difference_pence == stands.explained_pence + stands.unexplained_pence
        before = outstanding(work.state, ours.lines, theirs)
        left = total_pence(before.ours) - total_pence(before.theirs)
        assert left == ours.balance_pence - their_balance


def decided(
    data: st.DataObject, work: Scenario, ours: tuple[Line, ...], theirs: tuple[Line, ...]
) -> Scenario:
    """Some lines matched by hand, alike or not, and some marked."""
    mine = {one.number: one.amount_pence for one in ours if data.draw(st.booleans())}
    other = {one.number: one.amount_pence for one in theirs if data.draw(st.booleans())}
    if not mine and not other:
        return work
    if data.draw(st.booleans()):
        return work.when_done(
            commands.MatchByHand(ours=mine, theirs=other, owner=BEN, reason=TEXT, matched_by=IDA)
        )
    marks = [Marked(side="ours", number=n, amount_pence=pence) for n, pence in mine.items()]
    marks += [Marked(side="theirs", number=n, amount_pence=pence) for n, pence in other.items()]
    return work.when_done(
        commands.MarkLines(kind="error", lines=tuple(marks), owner=BEN, marked_by=IDA)
    )
