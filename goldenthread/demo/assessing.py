"""What children need: the inherited picture, and reports that add up to more than each showed."""

from __future__ import annotations

from datetime import date

from goldenthread.demo import together
from goldenthread.demo.cast import (
    COMMISSIONER,
    HEALTH_COMMISSIONER,
    SCHOOL_COMMISSIONER,
)
from goldenthread.demo.founding import BELONGING, OUTCOMES, SAFETY, WELLBEING, Story
from goldenthread.demo.stage import Json
from goldenthread.reference import SERIES_SOURCE, SERIES_TITLE, series_figures


def open_assessment(story: Story, year: str, title: str) -> str:
    opened = {
        "partnership": story.partnership,
        "year": year,
        "title": title,
        "outcomes": OUTCOMES,
    }
    assessment = story.stage.made(COMMISSIONER, "/v1/assessments", opened)
    story.assessments[year] = assessment
    story.evidence[year] = []
    story.stage.settle()
    return f"/v1/assessments/{assessment}"


def find(story: Story, year: str, at: str, what: Json, kind: str = "findings") -> None:
    """Adds one piece of evidence and remembers that it can be cited."""
    accepted = story.stage.do(COMMISSIONER, f"{at}/{kind}", what)
    story.evidence[year].append(str(accepted["part"]))


def need(story: Story, year: str, at: str, title: str, outcome: str) -> str:
    identified = {
        "title": title,
        "outcome": outcome,
        "groups": ["children looked after"],
        "evidence": story.evidence[year],
    }
    return str(story.stage.do(COMMISSIONER, f"{at}/needs", identified)["part"])


def publish(story: Story, at: str, summary: str) -> None:
    story.stage.do(COMMISSIONER, f"{at}/publication", {"summary": summary})
    story.stage.settle()


def inherited_needs(story: Story) -> dict[str, str]:
    """January 2025: what the partners knew before there was a partnership."""
    story.stage.go_to(date(2025, 1, 8))
    at = open_assessment(story, "2024/25", "What we inherit")
    inspection = {
        "kind": "inspection",
        "title": "Local area inspection",
        "text": "Children wait too long for a first counselling appointment.",
    }
    find(story, "2024/25", at, inspection)
    said = {
        "title": "Young people's forum",
        "asked": "children",
        "people": 64,
        "said": "We want somewhere to go that is ours.",
    }
    find(story, "2024/25", at, said, "views")
    needs = {
        "counselling": need(
            story, "2024/25", at, "Shorter waits for counselling", WELLBEING["outcome"]
        ),
        "youth": need(story, "2024/25", at, "A place to belong", BELONGING["outcome"]),
    }
    publish(story, at, "Children told us they wait too long, and want a place of their own.")
    return needs


def reports_that_add_up(story: Story) -> dict[str, str]:
    """April to June 2025: a school, a youth club and a counselling service each report a little."""
    stage = story.stage
    stage.go_to(date(2025, 4, 14))
    at = open_assessment(story, "2025/26", "Assessment for 2025/26")
    _waiting_times(story, at)
    _real_series(story, at)
    reports = (
        (SCHOOL_COMMISSIONER, date(2025, 4, 28), "individual", "school", 5),
        (HEALTH_COMMISSIONER, date(2025, 5, 19), "operational", "counselling-service", 6),
        (COMMISSIONER, date(2025, 6, 9), "operational", "youth-club", 4),
    )
    for who, day, level, source, count in reports:
        stage.go_to(day)
        signal = {"theme": "bullying", "level": level, "source": source, "count": count}
        accepted = stage.do(who, f"{at}/signals", signal)
        story.evidence["2025/26"].append(str(accepted["part"]))
    together.ask_young_people(story)
    stage.go_to(date(2025, 6, 23))
    research = {
        "kind": "research",
        "title": "What works against bullying",
        "text": "Peer support beside counselling, in school and out of it.",
    }
    find(story, "2025/26", at, research)
    needs = {
        "bullying": need(
            story,
            "2025/26",
            at,
            "Help early for children who are bullied, wherever it shows",
            SAFETY["outcome"],
        )
    }
    publish(story, at, "Bullying shows in school, at the club and in counselling: it is one thing.")
    return needs


def _waiting_times(story: Story, at: str) -> None:
    """A series with its neighbours', one value of which was never to be had."""
    indicator = {
        "title": "Weeks from referral to first appointment (mean)",
        "outcome": WELLBEING["outcome"],
        "unit": "number",
        "direction": "lower",
        "area": "Alderbrook",
        "source": "Partnership's own count",
    }
    accepted = story.stage.do(COMMISSIONER, f"{at}/indicators", indicator)
    key = str(accepted["part"])
    story.evidence["2025/26"].append(key)
    weeks = ("9.5", "10.1", None, "11.8", "12.6")
    figures: list[Json] = [
        {"area": "Alderbrook", "period": f"{2020 + n}/{21 + n}", "value": value}
        if value
        else {"area": "Alderbrook", "period": f"{2020 + n}/{21 + n}", "status": "missing"}
        for n, value in enumerate(weeks)
    ]
    figures.append({"area": "Neighbour", "period": "2024/25", "value": "8.2"})
    series = {"indicator": key, "figures": figures}
    story.stage.do(COMMISSIONER, f"{at}/series", series)


REAL_AUTHORITY = "E08000024"  # Sunderland, whose handbook this platform began with


def _real_series(story: Story, at: str) -> None:
    """A real authority's published series beside the made-up one, where its file is at hand."""
    if story.reference is None:
        return
    indicator = {
        "title": SERIES_TITLE,
        "outcome": WELLBEING["outcome"],
        "unit": "percent",
        "direction": "higher",
        "area": REAL_AUTHORITY,
        "source": SERIES_SOURCE,
    }
    key = story.stage.do(COMMISSIONER, f"{at}/indicators", indicator)["part"]
    figures = series_figures(story.reference, REAL_AUTHORITY)
    story.stage.do(COMMISSIONER, f"{at}/series", {"indicator": key, "figures": figures})
