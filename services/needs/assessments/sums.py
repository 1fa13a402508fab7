"""How signals of a school, a youth club, a counselling service add up to what none could see. Pure.

Law: sums are of counts alone; a theme is called one that none could see where two sources or more
report it, each too few to say anything by itself, and together enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

import msgspec

from services.needs.assessments.events import NeedIdentified, SignalRaised
from services.needs.assessments.figures import FEWEST_SHOWN
from services.needs.assessments.vocabulary import THEMES

SUM_METHOD = (
    "A theme is one that none could see alone where at least two sources report it, each of them "
    f"fewer than {FEWEST_SHOWN} times, and together it was met {FEWEST_SHOWN} times or more."
)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One report as it came, and what all so far came to."""

    evidence: str
    agency: str
    source: str
    level: str
    count: int
    so_far: int
    raised_on: date | None


class Summed(msgspec.Struct, frozen=True, kw_only=True):
    """A theme over all agencies. `most_by_one` is the most that any one source met."""

    theme: str
    words: str
    count: int
    by_source: dict[str, int]
    by_agency: dict[str, int]
    by_level: dict[str, int]
    most_by_one: int
    none_could_see: bool
    steps: tuple[Step, ...]
    needs: tuple[str, ...]


def summed(signals: Sequence[SignalRaised], needs: Iterable[NeedIdentified]) -> tuple[Summed, ...]:
    """Every theme, the most met first, with the needs that cite a report of it."""
    by_theme: dict[str, list[SignalRaised]] = {}
    for one in signals:
        by_theme.setdefault(one.theme, []).append(one)
    identified = list(needs)
    found = [_theme(theme, reports, identified) for theme, reports in by_theme.items()]
    return tuple(sorted(found, key=lambda one: (-one.count, one.theme)))


def _theme(theme: str, reports: Sequence[SignalRaised], needs: Sequence[NeedIdentified]) -> Summed:
    sources, agencies, levels = Counter[str](), Counter[str](), Counter[str]()
    places: Counter[tuple[str, str]] = Counter()
    steps: list[Step] = []
    for one in reports:
        sources[one.source] += one.count
        agencies[one.raised_by] += one.count
        levels[one.level] += one.count
        places[one.raised_by, one.source] += one.count
        steps.append(
            Step(
                evidence=one.evidence, agency=one.raised_by, source=one.source, level=one.level,
                count=one.count, so_far=sources.total(), raised_on=one.raised_on,
            )
        )  # fmt: skip
    total, most = sources.total(), max(places.values())
    cited = {one.evidence for one in reports}
    return Summed(
        theme=theme,
        words=THEMES.get(theme, theme.replace("-", " ").capitalize()),
        count=total,
        by_source=dict(sources),
        by_agency=dict(agencies),
        by_level=dict(levels),
        most_by_one=most,
        none_could_see=len(places) > 1 and most < FEWEST_SHOWN <= total,
        steps=tuple(steps),
        needs=tuple(one.need.title for one in needs if not cited.isdisjoint(one.evidence)),
    )
