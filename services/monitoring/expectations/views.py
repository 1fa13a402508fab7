"""Scores as they were last given, and what may be said of a commissioner from all of them.

Law: fewer than three providers, and nobody is told a score but the provider whose it is. The mean
is told to the half and without how many gave it, so that one more score shows nothing of itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from services.monitoring.expectations.decider import EXPECTATIONS
from services.monitoring.expectations.events import ClarityRated
from shared.eventsourcing.events import Recorded
from shared.eventsourcing.views import Row, View, subject_of
from shared.published.terms import AgencyId, ContractId, FinancialYear, PartnershipId, TextRef

FEWEST_PROVIDERS = 3


class ExpectationRow(Row, frozen=True, kw_only=True):
    """One provider's score of one contract's commissioner in one year."""

    contract: ContractId
    partnership: PartnershipId
    provider: AgencyId
    commissioner: AgencyId
    year: FinancialYear
    score: int
    text: TextRef | None = None


def fold(row: ExpectationRow | None, recorded: Recorded) -> ExpectationRow | None:
    match recorded.event:
        case ClarityRated() as rated:
            return ExpectationRow(
                contract=rated.contract,
                partnership=rated.partnership,
                provider=rated.provider,
                commissioner=rated.commissioner,
                year=rated.year,
                score=rated.score,
                text=rated.text,
            )
        case _:
            return row


EXPECTATION_ROWS: View[ExpectationRow] = View(
    name="expectations",
    source="monitoring",
    row=ExpectationRow,
    events=EXPECTATIONS.events,
    key=subject_of,
    fold=fold,
    indexes=("commissioner", "provider", "partnership"),
)


def clarity(rows: Iterable[ExpectationRow]) -> Decimal | None:
    """The mean to the half of each provider's own mean; None where too few have scored."""
    scores: dict[AgencyId, list[int]] = {}
    for row in rows:
        scores.setdefault(row.provider, []).append(row.score)
    if len(scores) < FEWEST_PROVIDERS:
        return None
    means = [Decimal(sum(given)) / len(given) for given in scores.values()]
    doubled = (2 * sum(means, Decimal(0)) / len(means)).quantize(Decimal(1), ROUND_HALF_UP)
    return doubled / 2
