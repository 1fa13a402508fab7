"""What a report card says: of a contract, and of all of a provider's contracts. Pure.

Law: the three questions are about the service; a population's indicators stand beside them as what
the service contributes to, never as its score.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from msgspec.structs import replace

from services.gateway.report_cards.figures import (
    CardMeasure,
    card_measures,
    headlines,
    icons_of,
)
from shared.charts import forecasts
from shared.charts.annual import AnnualTrend, annual_trend
from shared.charts.forecasts import METHOD, TOO_FEW
from shared.charts.xmr import Improvement
from shared.entries.rules import CHEAP

Json = Mapping[str, Any]

CLOSED = ("dismissed", "closed")
LONGEST_STORY = 420
LONGEST_ENTRY = 110
MOST_ENTRIES = 2
MOST_LINES = 20
YEAR = re.compile(r"\d{4}([-/]\d{2}(-Y)?)?")


class Story(msgspec.Struct, frozen=True, kw_only=True):
    """What a return tells; `shown` is as much as a page holds, `whole` whether that is all."""

    period: str = ""
    version: int = 0
    shown: str = ""
    whole: bool = True
    hidden: bool = False
    complaints: int | None = None
    compliments: int | None = None


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A partner's part, an idea of what works, or an action, as much of it as a page holds."""

    section: str
    text: str
    whole: bool
    agency: str
    cost: str | None = None
    owner: str = ""
    due_on: str | None = None
    done_on: str | None = None


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """The words beside the figures. `more` counts what a page leaves out, `lacking` what nobody
    has written yet; None: the reader may not read them here.
    """

    entries: tuple[Entry, ...] = ()
    more: int = 0
    lacking: tuple[str, ...] = ()
    agreed_for: str = ""
    readable: bool = True


class Point(msgspec.Struct, frozen=True, kw_only=True):
    period: str
    value: str | None
    status: str


class Indicator(msgspec.Struct, frozen=True, kw_only=True):
    """A population indicator of an outcome: its history, where it leads, what it is to become.

    `course` is that of the five-point test where the series is `yearly`, else its owner's.
    """

    indicator: str
    assessment: str
    title: str
    outcome: str
    unit: str
    direction: str
    area: str
    source: str
    course: str
    yearly: bool = False
    history: tuple[Point, ...]
    coming: tuple[tuple[str, str, str], ...] = ()
    target: str | None = None
    by_period: str = ""


class ContractCard(msgspec.Struct, frozen=True, kw_only=True):
    """The report card of one contract."""

    contract: str
    title: str
    partnership: str
    provider: str
    provider_name: str
    commissioner: str
    starts_on: str
    ends_on: str
    outcomes: dict[str, str]
    measures: tuple[CardMeasure, ...]
    left_out: int
    chosen_by: str
    forecast_method: str
    story: Story
    account: Account
    flags: tuple[Json, ...]
    actions: tuple[Json, ...]
    indicators: tuple[Indicator, ...] = ()


class ProviderCard(msgspec.Struct, frozen=True, kw_only=True):
    """A provider's contracts in one partnership, each with its headline measures.

    `unlisted` names contracts for which one page has no room.
    """

    partnership: str
    provider: str
    provider_name: str
    forecast_method: str
    contracts: tuple[ContractCard, ...]
    unlisted: tuple[tuple[str, str], ...] = ()


def contract_card(
    view: Json,
    story: Story | None = None,
    account: Account | None = None,
    actions: Iterable[Json] = (),
    indicators: Iterable[Indicator] = (),
    charted: bool = False,
) -> ContractCard:
    """The card of a contract's view, with what else is told of it; `charted` with its series."""
    every = card_measures(view)
    chosen, rule = headlines(every)
    series = {one["terms"]["measure"]: one for one in view["measures"]}
    heads = tuple(
        replace(
            one,
            icons=icons_of(series[one.measure]),
            series=dict(series[one.measure]) if charted else None,
        )
        for one in chosen
    )
    terms = view["terms"]
    return ContractCard(
        contract=view["contract"],
        title=view["title"],
        partnership=terms["partnership"],
        provider=terms["provider"],
        provider_name=view["provider_name"],
        commissioner=terms["commissioner"],
        starts_on=terms["starts_on"],
        ends_on=terms["ends_on"],
        outcomes={one["outcome"]: one["title"] for one in view["outcomes"]},
        measures=heads,
        left_out=len(every) - len(heads),
        chosen_by=rule,
        forecast_method=METHOD if any(one.coming for one in heads) else TOO_FEW,
        story=story or Story(),
        account=account or Account(readable=False),
        flags=tuple(open_flags(view, {one.measure: one.title for one in every})),
        actions=tuple(actions),
        indicators=tuple(indicators),
    )


def open_flags(view: Json, titles: Mapping[str, str]) -> Iterable[Json]:
    """What is flagged and not over, by the measure's title."""
    for flag in view["flags"]:
        standing = flag["standing"]
        if standing["status"] not in CLOSED:
            yield {
                "flag": standing["flag"],
                "title": titles.get(standing["measure"], ""),
                "rule": standing["rule"],
                "status": standing["status"],
                "raised_at": standing["raised_at"],
            }


def newest_return(view: Json) -> Json | None:
    """The newest return that says something."""
    return next((one for one in reversed(view["returns"]) if one["receipt"]), None)


def story_of(newest: Json | None, text: str) -> Story:
    """As much of a return's story as a page holds."""
    if newest is None:
        return Story()
    shown, whole = shortened(text, LONGEST_STORY)
    return Story(
        period=newest["standing"]["period"],
        version=newest["standing"]["version"],
        shown=shown,
        whole=whole,
        hidden=newest["status"] == "suppressed",
        complaints=newest["complaints"],
        compliments=newest["compliments"],
    )


def account_of(told: Json | None) -> Account:
    """The words of both parties: in each section the first few, cheap ideas and open actions
    before others.
    """
    if told is None:
        return Account(readable=False)
    kept: list[Entry] = []
    entries = [one for one in told["entries"] if one["text"]]
    for section in ("story", "partner", "what-works", "action"):
        mine = [one for one in entries if one["section"] == section]
        mine.sort(key=lambda one: (one.get("cost") not in CHEAP, one["done_on"] is not None))
        kept += [_entry(one) for one in mine[:MOST_ENTRIES]]
    agreed = [one["period"] for one in told.get("agreements", ()) if one["current"]]
    return Account(
        entries=tuple(kept),
        more=len(entries) - len(kept),
        lacking=tuple(told["lacking"]),
        agreed_for=agreed[-1] if agreed else "",
    )


def _entry(one: Json) -> Entry:
    text, whole = shortened(one["text"], LONGEST_ENTRY)
    return Entry(
        section=one["section"],
        text=text,
        whole=whole,
        agency=one["agency"],
        cost=one.get("cost"),
        owner=one.get("owner", ""),
        due_on=one.get("due_on"),
        done_on=one["done_on"],
    )


def shortened(text: str, most: int) -> tuple[str, bool]:
    """The text up to its last whole sentence, or word, that fits; and whether that is all."""
    plain = " ".join(text.split())
    if len(plain) <= most:
        return plain, True
    cut = plain[:most]
    end = max(cut.rfind(mark) for mark in (". ", "! ", "? "))
    if end >= most // 3:
        return cut[: end + 1], False
    return f"{cut.rsplit(' ', 1)[0]} …", False


def indicator_of(recorded: Json, told: Json, assessment: str, aims: Sequence[Json]) -> Indicator:
    """An indicator as needs tells it, with the same forecast as a measure's."""
    points = tuple(
        Point(period=one["period"], value=one["value"], status=one["status"])
        for one in told.get("history") or told["trend"]["points"]
    )
    yearly = bool(points) and all(YEAR.fullmatch(one.period) for one in points)
    values = [None if one.value is None else float(one.value) for one in points]
    high = 100.0 if told["unit"] == "percent" else float("inf")
    aim = next((one for one in aims if one["indicator"] == recorded["indicator"]), None)
    return Indicator(
        indicator=recorded["indicator"],
        assessment=assessment,
        title=recorded["title"],
        outcome=recorded["outcome"],
        unit=told["unit"],
        direction=told["direction"],
        area=recorded["area"],
        source=recorded["source"],
        course=_course(points, told["direction"]) if yearly else told["trend"]["course"],
        yearly=yearly,
        history=points,
        coming=tuple(
            (f"{one.value:.1f}", f"{one.low:.1f}", f"{one.high:.1f}")
            for one in forecasts.forecast(values, high=high)
        ),
        target=aim["target"] if aim else None,
        by_period=aim["by_period"] if aim else "",
    )


def _course(points: Sequence[Point], direction: Improvement) -> AnnualTrend:
    values = [None if one.value is None else Decimal(one.value) for one in points]
    return annual_trend(values, direction)


def provider_card(
    partnership: str, provider: str, name: str, cards: Sequence[ContractCard]
) -> ProviderCard:
    """As many contracts as one page holds, those with a missed target first, then by title."""
    ordered = sorted(
        cards, key=lambda one: (not any(m.status == "missed" for m in one.measures), one.title)
    )
    kept: list[ContractCard] = []
    lines = 0
    for card in ordered:
        lines += 2 + len(card.measures)
        if kept and lines > MOST_LINES:
            break
        kept.append(card)
    forecast = any(m.coming for card in kept for m in card.measures)
    return ProviderCard(
        partnership=partnership,
        provider=provider,
        provider_name=name,
        forecast_method=METHOD if forecast else TOO_FEW,
        contracts=tuple(kept),
        unlisted=tuple((card.contract, card.title) for card in ordered[len(kept) :]),
    )
