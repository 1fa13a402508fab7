"""January to March 2025: a partnership is formed, and takes over what was there before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from goldenthread.demo.cast import (
    BOARD,
    CHAIR,
    COMMISSIONER,
    COUNCIL,
    HEALTH,
    HEALTH_COMMISSIONER,
    MEMBERS,
    PROCUREMENT,
    PROVIDERS,
    SECRETARY,
)
from goldenthread.demo.stage import Json, Person, Stage

WELLBEING = {"outcome": "emotional-wellbeing", "title": "Children are emotionally well"}
SAFETY = {"outcome": "safe-from-harm", "title": "Children are safe from bullying and harm"}
BELONGING = {"outcome": "belonging", "title": "Young people have somewhere to belong"}
OUTCOMES = [WELLBEING, SAFETY, BELONGING]


@dataclass
class Story:
    """What has been made so far, by the name the story knows it by."""

    stage: Stage
    reference: Path | None = None
    partnership: str = ""
    specifications: dict[str, str] = field(default_factory=dict[str, str])
    contracts: dict[str, str] = field(default_factory=dict[str, str])
    fund: str = ""
    tender: str = ""
    flag: str = ""
    withholding: str = ""
    incident: str = ""
    review: str = ""
    payment: str = ""
    passed: list[str] = field(default_factory=list[str])
    january: Json = field(default_factory=dict[str, Any])
    assessments: dict[str, str] = field(default_factory=dict[str, str])
    evidence: dict[str, list[str]] = field(default_factory=dict[str, list[str]])


def form_partnership(story: Story) -> None:
    """Five partners, a board with rules, and the providers they know."""
    stage = story.stage
    stage.go_to(date(2025, 1, 6))
    formed = {
        "name": "Alderbrook Children's Partnership",
        "lead": COUNCIL,
        "members": MEMBERS,
        "effective_on": "2025-01-06",
    }
    story.partnership = stage.made(SECRETARY, "/v1/partnerships", formed)
    stage.settle()
    at = f"/v1/partnerships/{story.partnership}"
    rules = {"quorum_named": [COUNCIL, HEALTH], "quorum_others": 2, "paper_working_days": 5}
    stage.do(SECRETARY, f"{at}/rules", rules)
    for member in BOARD:
        seat = {"person": member.person, "agency": member.agency, "chair": member is CHAIR}
        stage.do(SECRETARY, f"{at}/board-members", seat)
    for provider in PROVIDERS:
        stage.do(PROCUREMENT, "/v1/providers", provider)
    stage.settle()
    for provider in PROVIDERS:
        for standard in ("safeguarding", "safer-recruitment", "insurance", "registration"):
            held = {
                "standard": standard,
                "reference": f"{standard}-2025",
                "valid_until": "2028-03-31",
            }
            stage.do(PROCUREMENT, f"/v1/providers/{provider['provider']}/standards", held)


def meet(story: Story, day: date, items: list[Json], leaves: dict[int, Person]) -> list[str]:
    """A board meeting on a day ten days ahead of its papers; gives the decision of each item.

    `leaves` says who has an interest in which item; quorum must hold without them.
    """
    stage, at = story.stage, f"/v1/partnerships/{story.partnership}/meetings"
    called = {"held_at": stage.at(day).isoformat(), "agenda": items}
    meeting = stage.made(SECRETARY, at, called)
    stage.settle()
    agenda = stage.read(SECRETARY, f"{at}/{meeting}")["agenda"]
    keys = [entry["item"]["item"] for entry in agenda]
    for key, item in zip(keys, items, strict=True):
        paper = {"item": key, "title": item["title"], "text": "What is asked, why, and its cost."}
        stage.do(SECRETARY, f"{at}/{meeting}/papers", paper)
    stage.go_to(day)
    present = {"present": [member.person for member in BOARD]}
    stage.do(SECRETARY, f"{at}/{meeting}/opening", present)
    decided = [_decide(story, f"{at}/{meeting}", key, leaves.get(n)) for n, key in enumerate(keys)]
    stage.do(SECRETARY, f"{at}/{meeting}/closing")
    return decided


def _decide(story: Story, meeting: str, item: str, interested: Person | None) -> str:
    stage, at = story.stage, f"{meeting}/items/{item}"
    if interested:
        stage.do(interested, f"{at}/interests")
        stage.refused(interested, f"{at}/votes", {"vote": "for"}, "member-interested")
        gone = {"person": interested.person, "present": False}
        stage.do(SECRETARY, f"{meeting}/attendance", gone)
    for member in BOARD:
        if member is not interested:
            stage.do(member, f"{at}/votes", {"vote": "for"})
    decision = str(stage.do(SECRETARY, f"{at}/decision")["part"])
    if interested:
        back = {"person": interested.person, "present": True}
        stage.do(SECRETARY, f"{meeting}/attendance", back)
    return decision


@dataclass(frozen=True)
class Service:
    """A service to be specified: what for, how it is measured, what it may cost a year."""

    name: str
    title: str
    need: str
    outcome: str
    tier: int
    annual_value_pence: int
    starts_on: date
    ends_on: date
    measures: list[Json]


def plan(
    story: Story,
    year: str,
    title: str,
    needs: dict[str, str],
    services: list[Service],
    day: date,
    also: Sequence[Json] = (),
) -> list[str]:
    """From a published assessment to published specifications, by way of the board on a day.

    `needs` gives the id of each need by the name the services know it by. What `also` is on the
    board's agenda is decided too: gives these decisions.
    """
    stage = story.stage
    drafted = {"assessment": story.assessments[year], "title": title}
    strategy = stage.made(COMMISSIONER, "/v1/strategies", drafted)
    stage.settle()
    at = f"/v1/strategies/{strategy}"
    recommended: dict[str, str] = {}
    for rank, (name, need) in enumerate(needs.items(), 1):
        ranked = {"need": need, "rank": rank, "reasons": "By how many children it touches."}
        stage.do(COMMISSIONER, f"{at}/priorities", ranked)
        recommended[name] = need
    evidence = story.evidence[year]
    parts: dict[str, str] = {}
    for service in services:
        wish = {"title": service.title, "need": recommended[service.need], "evidence": evidence}
        stage.refused(COMMISSIONER, f"{at}/recommendations", wish, "outcome-missing")
        whole = wish | {"outcome": service.outcome}
        parts[service.name] = str(stage.do(COMMISSIONER, f"{at}/recommendations", whole)["part"])
    item = {"title": f"Approve: {title}", "about_kind": "strategy", "about": strategy}
    decision, *others = meet(story, day, [item, *also], {})
    stage.settle()
    stage.do(COMMISSIONER, f"{at}/approval", {"decision": decision})
    stage.do(COMMISSIONER, f"{at}/publication")
    stage.settle()
    for service in services:
        story.specifications[service.name] = specify(story, strategy, parts[service.name], service)
    stage.settle()
    return others


def specify(story: Story, strategy: str, recommendation: str, service: Service) -> str:
    """A specification with its measures, approved by another person than its drafter."""
    stage = story.stage
    drafted = {
        "strategy": strategy,
        "recommendation": recommendation,
        "title": service.title,
        "description": "What a child would notice, and how we would know.",
        "tier": service.tier,
        "annual_value_pence": service.annual_value_pence,
        "starts_on": service.starts_on.isoformat(),
        "ends_on": service.ends_on.isoformat(),
    }
    specification = stage.made(COMMISSIONER, "/v1/specifications", drafted)
    stage.settle()
    at = f"/v1/specifications/{specification}"
    for measure in service.measures:
        stage.do(COMMISSIONER, f"{at}/measures", measure)
    stage.do(HEALTH_COMMISSIONER, f"{at}/approval")
    stage.do(COMMISSIONER, f"{at}/publication")
    return specification
