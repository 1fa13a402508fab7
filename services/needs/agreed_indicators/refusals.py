"""Why a year's indicators say no; each says what to do."""

from __future__ import annotations

from shared.eventsourcing.commands import Invalid, Refused


class YearIsOver(Refused):
    """Propose indicators for a year that is not over; this one has been lived by others."""

    code = "year-over"


class StrategyNotAgreed(Refused):
    """Choose a strategy that the board has approved."""

    code = "strategy-not-approved"


class IndicatorUnknown(Invalid):
    """Choose indicators of the strategy's outcomes, from this partnership's assessments."""

    code = "indicator-unknown"


class IndicatorTwice(Invalid):
    """Choose each indicator once."""

    code = "indicator-twice"


class TargetUnclear(Invalid):
    """Give a target together with the period it is to be reached by, or neither."""

    code = "target-unclear"


class NothingProposed(Refused):
    """Propose indicators for this year before you record that the board agreed them."""

    code = "indicators-not-proposed"


class IndicatorsNotDecided(Refused):
    """Name the decision by which this partnership's board carried this very proposal, after it was
    made.
    """

    code = "indicators-not-decided"


class NothingAgreed(Refused):
    """Let the board agree the indicators of this year before you report on them."""

    code = "indicators-not-agreed"


class YearRuns(Refused):
    """Report on a year once it is over; until then the page shows where it stands."""

    code = "year-not-over"


class MeetingNotComing(Refused):
    """Name a meeting of this partnership's board that is not over."""

    code = "meeting-not-coming"
