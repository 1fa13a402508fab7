"""The trend test for annual series, which never have the points an XmR chart needs.

Law: five values in a row whose four steps go one way are a trend; a tie, a turn or a gap is none.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from shared.charts.xmr import Improvement, Number

POINTS = 5

AnnualTrend = Literal["improving", "worsening", "rising", "falling", "none", "too-few"]


def annual_trend(values: Sequence[Number | None], improvement: Improvement) -> AnnualTrend:
    """What the last five years say; `rising` and `falling` where neither way is better.

    `too-few` where there are not five, or one of them has no value.
    """
    last = [value for value in values[-POINTS:] if value is not None]
    if len(last) < POINTS:
        return "too-few"
    rises = all(after > before for before, after in pairwise(last))
    falls = all(after < before for before, after in pairwise(last))
    if not rises and not falls:
        return "none"
    if improvement == "neutral":
        return "rising" if rises else "falling"
    return "improving" if rises == (improvement == "higher") else "worsening"
