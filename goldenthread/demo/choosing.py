"""October 2025 to January 2026: a tender, from opening to a confirmed award."""

from __future__ import annotations

import json
from datetime import date, timedelta

from goldenthread.demo.cast import (
    CARER,
    COMMISSIONER,
    COUNCIL_EVALUATOR,
    COUNSELLOR,
    HEALTH_EVALUATOR,
    POLICE_MEMBER,
    PROCUREMENT,
    SECRETARY,
    YOUTH_WORKER,
)
from goldenthread.demo.founding import Story, meet
from goldenthread.demo.stage import Json, Person
from shared.sealing.asking import bid_body, key_body, parts_body
from shared.sealing.keys import OpeningKey

CLOSES_ON = date(2025, 11, 14)
CRITERIA = [
    {"criterion": "quality", "title": "Quality", "kind": "quality", "weight_basis_points": 5000},
    {"criterion": "price", "title": "Price", "kind": "price", "weight_basis_points": 3000},
    {
        "criterion": "social",
        "title": "Social value",
        "kind": "social-value",
        "weight_basis_points": 2000,
    },
]
OFFICERS = (PROCUREMENT, SECRETARY, COMMISSIONER)
"""Any two of them open the bids; the commissioner is away on the day."""
BIDS: tuple[tuple[Person, int, tuple[int, int, int]], ...] = (
    (COUNSELLOR, 245_000_00, (8600, 7400, 8000)),
    (CARER, 231_500_00, (6400, 8300, 5200)),
)


def choose(story: Story, specification: str, annual_limit_pence: int) -> str:
    """Opens, closes, opens the bids, scores, decides above the officer's limit; gives the award."""
    stage = story.stage
    stage.go_to(date(2025, 10, 6))
    closes_at = stage.at(CLOSES_ON, 12)
    opened = {
        "specification": specification,
        "title": "Early help for children who are bullied",
        "regime": "light-touch",
        "kind_of_service": "social-care",
        "criteria": CRITERIA,
        "bids_close_at": closes_at.isoformat(),
        "delegated_limit_pence": annual_limit_pence,
    }
    story.tender = stage.made(PROCUREMENT, "/v1/tenders", opened)
    stage.settle()
    at = f"/v1/tenders/{story.tender}"
    _questions(story, at)
    keys = _officers(story, at)
    bids = [_bid(story, at, who, price) for who, price, _ in BIDS]
    stage.refused(PROCUREMENT, f"{at}/open-bids", None, "bids-still-sealed")
    late = _sealed(story, at, YOUTH_WORKER, 199_000_00)
    stage.go_to(CLOSES_ON, 12, 1)
    stage.refused(YOUTH_WORKER, f"{at}/bids", late, "bid-late")
    _open(story, at, keys)
    _evaluate(story, at, bids)
    return _award(story, at, bids[0])


def _questions(story: Story, at: str) -> None:
    stage = story.stage
    asked = {"question": "May part of the service be delivered in schools?"}
    stage.do(COUNSELLOR, f"{at}/questions", asked)
    stage.settle()
    [question] = stage.read(PROCUREMENT, f"{at}/questions")
    answer = {"answer": "Yes, in any setting the children choose."}
    stage.do(PROCUREMENT, f"{at}/questions/{question['question']}/answer", answer)


def _officers(story: Story, at: str) -> list[OpeningKey]:
    """Each makes a key on their own side; the house sees the public halves alone."""
    stage = story.stage
    named = {"officers": [who.person for who in OFFICERS]}
    stage.do(PROCUREMENT, f"{at}/opening-officers", named, "PUT")
    keys = [OpeningKey.made() for _ in OFFICERS]
    for who, key in zip(OFFICERS, keys, strict=True):
        body = key_body(key, story.tender, who.person)
        stage.do(who, f"{at}/opening-key", body, "PUT")
    stage.settle()
    return keys


def _sealed(story: Story, at: str, who: Person, price: int) -> Json:
    """A bid as its bidder's own client seals it."""
    offer = {"annual_price_pence": price, "statement": "How we would do it, and with whom."}
    keys = story.stage.read(who, f"{at}/opening-keys")
    return dict(bid_body(json.dumps(offer).encode(), keys, who.agency))


def _bid(story: Story, at: str, who: Person, price: int) -> str:
    return str(story.stage.do(who, f"{at}/bids", _sealed(story, at, who, price))["bid"])


def _open(story: Story, at: str, keys: list[OpeningKey]) -> None:
    """One officer's parts open nothing; two officers' open every bid."""
    stage = story.stage
    stage.settle()
    for who, key in list(zip(OFFICERS, keys, strict=True))[:2]:
        stage.refused(PROCUREMENT, f"{at}/open-bids", None, "another-officer-needed")
        heads = stage.read(who, f"{at}/heads")
        stage.do(who, f"{at}/opening-parts", parts_body(key, heads))
    stage.do(PROCUREMENT, f"{at}/open-bids")


def _evaluate(story: Story, at: str, bids: list[str]) -> None:
    stage = story.stage
    stage.go_to(date(2025, 11, 24))
    for evaluator in (COUNCIL_EVALUATOR, HEALTH_EVALUATOR):
        stage.do(evaluator, f"{at}/interests", {"interested": False})
    for bid, (_, _, marks) in zip(bids, BIDS, strict=True):
        for evaluator, less in ((COUNCIL_EVALUATOR, 0), (HEALTH_EVALUATOR, 300)):
            scores = dict(zip(("quality", "price", "social"), marks, strict=True))
            scores["quality"] -= less
            body = {"scores": scores, "reasons": "What the bid shows against the criterion."}
            stage.do(evaluator, f"{at}/bids/{bid}/scores", body)
        agreed = dict(zip(("quality", "price", "social"), marks, strict=True))
        body = {"scores": agreed, "reasons": "The consensus of both evaluators."}
        stage.do(COUNCIL_EVALUATOR, f"{at}/bids/{bid}/moderation", body)
    stage.do(PROCUREMENT, f"{at}/proposal", {"bid": bids[0]})


def _award(story: Story, at: str, bid: str) -> str:
    """Above the officer's limit: the board without its interested member, then the cabinet."""
    stage = story.stage
    stage.go_to(date(2025, 11, 26))
    item = {
        "title": "Award: early help for children who are bullied",
        "about_kind": "award",
        "about": story.tender,
        "exempt": True,
    }
    stage.refused(PROCUREMENT, f"{at}/award", {"bid": bid}, "authority-missing")
    [decision] = meet(story, date(2025, 12, 10), [item], {0: POLICE_MEMBER})
    stage.settle()
    decided = {"bid": bid, "decision": decision}
    stage.refused(PROCUREMENT, f"{at}/award", decided, "authority-missing")
    stage.go_to(date(2025, 12, 17))
    home = f"/v1/partnerships/{story.partnership}/decisions/{decision}/home-authority"
    stage.do(SECRETARY, home, {"authority": "cabinet"})
    stage.settle()
    stage.do(PROCUREMENT, f"{at}/award", decided)
    stage.do(PROCUREMENT, f"{at}/notice", {})
    stage.refused(PROCUREMENT, f"{at}/confirmation", None, "standstill-running")
    stage.settle()
    ends = stage.read(PROCUREMENT, at)["standstill_ends_at"]
    stage.go_to(date.fromisoformat(ends[:10]) + timedelta(days=1))
    stage.do(PROCUREMENT, f"{at}/confirmation")
    stage.settle()
    return str(stage.read(PROCUREMENT, at)["award"])
