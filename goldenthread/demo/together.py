"""What is decided with others: the framework, a consultation, a vote of young people."""

from __future__ import annotations

from datetime import date

from goldenthread.demo.cast import COMMISSIONER, HEALTH, SCHOOL, YOUTH_CLUB
from goldenthread.demo.founding import Story
from goldenthread.demo.stage import Json

STATEMENTS = {
    "vision": "Every child in Alderbrook is safe, well and belongs.",
    "value": "We say what we do not know.",
    "principle": "Children and young people take part in every stage.",
    "governance": "The board decides in the open; each partner keeps its own authority.",
    "pooling": "We pool money where one service serves the duties of several partners.",
    "bidders": "Work is cut so that a club or a small charity can bid for it.",
    "sustainability": "A service leaves skills behind, and its building is used by others too.",
    "ethics": "We do not buy from those who gain by a child's staying in care.",
    "compact": "Three years or more, at full cost recovery, with a review each year.",
}
LEVELS = (
    ("Counselling in schools", "local", "Every school is within one council."),
    ("Secure beds", "regional", "Few children, high cost: neighbours plan together."),
)


def draft_framework(story: Story) -> Json:
    """January 2025: the framework is drafted; gives the item by which the board adopts it."""
    stage, at = story.stage, f"/v1/frameworks/{story.partnership}"
    stage.do(COMMISSIONER, f"{at}/draft")
    for section, text in STATEMENTS.items():
        stage.do(COMMISSIONER, f"{at}/statements", {"section": section, "text": text})
    for service, level, reason in LEVELS:
        stated = {"service": service, "level": level, "reason": reason}
        stage.do(COMMISSIONER, f"{at}/levels", stated)
    shared = {"service": "Counselling in schools", "uses": ["lead-commissioning"], "lead": HEALTH}
    stage.do(COMMISSIONER, f"{at}/flexibilities", shared)
    stage.settle()
    about = stage.read(COMMISSIONER, at)["draft"]["about"]
    return {"title": "Adopt the framework", "about_kind": "other", "about": about}


def adopt_framework(story: Story, decision: str, in_force_from: date) -> None:
    adopted = {"decision": decision, "in_force_from": in_force_from.isoformat()}
    story.stage.do(COMMISSIONER, f"/v1/frameworks/{story.partnership}/adoption", adopted)


def ask_young_people(story: Story) -> None:
    """May 2025: young people are asked where they feel safe; what they said is evidence."""
    stage = story.stage
    asked = {
        "partnership": story.partnership,
        "year": "2025/26",
        "title": "Where do you feel safe?",
        "stage": 2,
        "asked": ["children"],
        "ways": ["survey", "workshop"],
        "question": "Where do you feel safe, and where not?",
        "opens_on": "2025-04-14",
        "closes_on": "2025-05-16",
        "about_kind": "assessment",
        "about": story.assessments["2025/26"],
    }
    consultation = stage.made(COMMISSIONER, "/v1/consultations", asked)
    stage.settle()
    heard = {
        "groups": [{"group": "children", "asked": 240, "answered": 212}],
        "themes": [{"theme": "bullying", "people": 88}, {"theme": "safe-places", "people": 54}],
        "said": "The bus is not safe. The club is.",
    }
    at = f"/v1/consultations/{consultation}"
    stage.do(COMMISSIONER, f"{at}/hearing", heard)
    did = {
        "theme": "bullying",
        "you_said": "The bus is not safe.",
        "we_did": "Early help begins where it shows, on the bus too.",
        "progress": "under-way",
    }
    stage.do(COMMISSIONER, f"{at}/responses", did)


def open_vote(story: Story) -> None:
    """June 2027: young people may share out £10,000 until the schools close."""
    choices = [
        {"title": title, "about": about, "cost_pence": pence}
        for title, about, pence in (
            ("New bikes for the club", "Ten bikes that anybody may borrow.", 4_000_00),
            ("A music room", "A room with drums and guitars.", 6_000_00),
            ("Benches in the park", "Six benches, one with a table.", 2_000_00),
        )
    ]
    vote: Json = {
        "partnership": story.partnership,
        "title": "Your money, 2027",
        "question": "What should the money be spent on?",
        "pot_pence": 10_000_00,
        "choices": choices,
        "most_choices": 2,
        "organisers": [
            {"agency": SCHOOL, "most_tokens": 300},
            {"agency": YOUTH_CLUB, "most_tokens": 60},
        ],
        "opens_at": story.stage.at(date(2027, 6, 28)).isoformat(),
        "closes_at": story.stage.at(date(2027, 7, 23)).isoformat(),
    }
    story.stage.do(COMMISSIONER, "/v1/votes", vote)
