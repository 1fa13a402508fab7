"""Every statement as it stands: what was issued, what was answered, who has signed.

Law: a row is the stream's own state, by the stream's own rules.
"""

from __future__ import annotations

from services.gateway.statements.decider import STATEMENTS
from services.gateway.statements.events import StatementEvent
from services.gateway.statements.state import Issued, Unissued, evolve
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import FundId


class StatementRow(Row, frozen=True, kw_only=True):
    """One partner's statement of one quarter of a fund."""

    fund: FundId
    period: str
    partner: str
    state: Issued


def fold(row: StatementRow | None, recorded: Recorded) -> StatementRow:
    event = recorded.event
    if not isinstance(event, StatementEvent):
        raise TypeError(f"{type(event).__name__} is no event of a statement")
    state = evolve(row.state if row else Unissued(), event)
    if not isinstance(state, Issued):
        raise TypeError("nothing was issued")
    of = state.statement
    return StatementRow(fund=of.fund, period=of.period, partner=of.partner, state=state)


PARTNER_STATEMENTS: View[StatementRow] = View(
    name="partner_statements",
    source="gateway",
    row=StatementRow,
    events=STATEMENTS.events,
    key=subject_of,
    fold=fold,
    indexes=("fund",),
)
