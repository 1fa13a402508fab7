"""Whether figures miss the target, and whether the misses are enough for a case.

Law: only the contract's rule opens a case: its target, tolerance, direction, periods in a row; a
period is judged by the target that held in it, whatever was agreed for later ones.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.monitoring.flags.events import Judgement, Rating
from services.monitoring.flags.state import Judged
from shared.published.monitoring import Miss
from shared.published.terms import Clause, MeasureTerms, Period, Reading
from shared.values.quarters import next_period, previous_period


def judgement(terms: MeasureTerms, reading: Reading | None) -> Judgement:
    """A value past the target by more than the tolerance misses it.

    Not counted: no target, a neutral measure, no value, or fewer than the minimum volume.
    """
    if reading is None or reading.value is None:
        return "not-counted"
    asked = terms.asked_in(reading.period)
    if asked.target is None:
        return "not-counted"
    if reading.denominator is not None and reading.denominator < terms.minimum_volume:
        return "not-counted"
    match terms.direction:
        case "higher":
            missed = reading.value < asked.target - asked.tolerance
        case "lower":
            missed = reading.value > asked.target + asked.tolerance
        case "neutral":
            return "not-counted"
    return "missed" if missed else "met"


def rating(terms: MeasureTerms, reading: Reading | None, clause: Clause) -> Rating:
    """Good meets the target; approaching it is within the tolerance; what is past the tolerance by
    up to the clause's part of the target requires improvement; beyond that it is inadequate. Other:
    nothing that counts could be judged.
    """
    if reading is None or reading.value is None or judgement(terms, reading) == "not-counted":
        return "other"
    asked = terms.asked_in(reading.period)
    assert asked.target is not None, "what is counted has a target"
    behind = asked.target - reading.value
    if terms.direction == "lower":
        behind = -behind
    if behind <= 0:
        return "good"
    if behind <= asked.tolerance:
        return "approaching-target"
    room = abs(asked.target) * clause.basis_points / 10_000
    return "requires-improvement" if behind <= asked.tolerance + room else "inadequate"


def misses_around(judged: Mapping[Period, Judged], period: Period) -> tuple[Miss, ...]:
    """The misses in a row that a period belongs to, oldest first.

    A period that is not counted is passed over; one without accepted figures, or one that met its
    target, ends the row.
    """
    if judged[period].judgement != "missed":
        return ()
    row = [period]
    earlier = previous_period(period)
    while earlier in judged and judged[earlier].judgement != "met":
        row.insert(0, earlier)
        earlier = previous_period(earlier)
    later = next_period(period)
    while later in judged and judged[later].judgement != "met":
        row.append(later)
        later = next_period(later)
    return tuple(miss for one in row if (miss := _miss(one, judged[one])) is not None)


def _miss(period: Period, judged: Judged) -> Miss | None:
    if judged.judgement != "missed" or judged.value is None or judged.target is None:
        return None
    return Miss(
        period=period,
        return_version=judged.return_version,
        value=judged.value,
        target=judged.target,
    )
