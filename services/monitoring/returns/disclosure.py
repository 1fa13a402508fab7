"""What of a return someone may see: breakdowns, small counts and stories are not for everybody.

Law: only the provider and the contract manager see the true figures; to others show those that
leave by the measures' policies, at this door as at every other.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from services.monitoring.returns.state import Version
from services.monitoring.returns.views import ReturnRow
from shared.disclosure.deciding import Decided, Decisions, Said, decisions
from shared.disclosure.showing import breakdowns_shown, readings_shown
from shared.published.terms import ContractTerms, Period


def leaving(terms: ContractTerms, rows: Iterable[ReturnRow]) -> Decisions:
    """What leaves of every version of a contract's returns, from all of them as they came."""
    came = sorted(
        (version.came_at, row.period, version.version, version)
        for row in rows
        for version in row.standing.versions
    )
    said = (
        Said(
            period=period,
            version=number,
            readings=version.readings,
            breakdowns=version.breakdowns,
        )
        for _, period, number, version in came
    )
    return decisions(terms.measures, said)


def for_others(
    version: Version, period: Period, terms: ContractTerms, decided: Decided | None
) -> Version:
    """A version as someone without the right to the true figures sees it."""
    measures = {one.measure: one for one in terms.measures}
    return replace(
        version,
        readings=readings_shown(measures, period, version.readings, decided),
        breakdowns=breakdowns_shown(version.breakdowns, decided),
        story=None,
        reason=None,
        rejected=None,
        receipt="",
        declaration=None,
        content=None,
        evidence=(),
        risks=(),
        incidents=(),
    )
