"""From nothing to signed contracts, in every partnership at once: the way any of them would go.

Law: a step that needs what another service has heard begins after the house is at rest.
"""

from __future__ import annotations

from datetime import date

from goldenthread.demo.stage import Json
from goldenthread.england.country import (
    ENDS_ON,
    MEASURES,
    STARTS_ON,
    YEAR,
    Commissioned,
    Partnership,
)
from goldenthread.england.speaking import Speaker, side_by_side

FOUNDED_ON = date(2026, 1, 6)
MEETING_ON = date(2026, 2, 3)
SIGNED_ON = date(2026, 3, 2)
LIMIT_PENCE = 100_000_000_00
ROOM_PENCE = 70_000_00  # a year's room in the fund for each contract


async def found(speaker: Speaker, country: list[Partnership]) -> None:
    """A partnership each, its board, its providers and what it needs; then the board meets."""
    await speaker.go_to(FOUNDED_ON)

    async def form(one: Partnership) -> None:
        formed = {
            "name": f"{one.name} children's partnership",
            "lead": one.council,
            "members": one.members,
            "effective_on": FOUNDED_ON.isoformat(),
        }
        one.id = await speaker.made(one.secretary, "/v1/partnerships", formed)

    await side_by_side(country, form)
    await speaker.settle()
    await side_by_side(country, lambda one: _seat(speaker, one))
    await speaker.settle()
    strategies: dict[int, tuple[str, str, str]] = {}

    async def plan(one: Partnership) -> None:
        strategies[one.number] = await _plan(speaker, one)

    await side_by_side(country, plan)
    await speaker.go_to(MEETING_ON)
    decisions: dict[int, str] = {}

    async def decide(one: Partnership) -> None:
        decisions[one.number] = await _decide(speaker, one, strategies[one.number][2])

    await side_by_side(country, decide)
    await speaker.settle()

    async def specify(one: Partnership) -> None:
        strategy, recommendation, _ = strategies[one.number]
        at = f"/v1/strategies/{strategy}"
        await speaker.do(one.commissioner, f"{at}/approval", {"decision": decisions[one.number]})
        await speaker.do(one.commissioner, f"{at}/publication")
        await speaker.seen(one.commissioner, at)
        one.specification = await _specify(speaker, one, strategy, recommendation)

    await side_by_side(country, specify)
    await speaker.settle()


async def _seat(speaker: Speaker, one: Partnership) -> None:
    at = f"/v1/partnerships/{one.id}"
    rules = {"quorum_named": [one.council, one.health], "quorum_others": 0, "paper_working_days": 5}
    await speaker.do(one.secretary, f"{at}/rules", rules)
    for member in one.board:
        chair = member is one.board[0] or member.agency == one.council
        seat = {"person": member.person, "agency": member.agency, "chair": chair}
        await speaker.do(one.secretary, f"{at}/board-members", seat)
    for provider in one.providers:
        registered: Json = {
            "provider": provider.agency,
            "name": f"Services of {provider.agency}",
            "form": "third-sector",
            "small": True,
            "identifiers": {"GB-CHC": f"1{one.number:03d}{len(one.providers):03d}"},
        }
        await speaker.do(one.officer, "/v1/providers", registered)


async def _plan(speaker: Speaker, one: Partnership) -> tuple[str, str, str]:
    """The strategy, its recommendation, and where the meeting about it is."""
    who = one.commissioner
    opened = {
        "partnership": one.id,
        "year": "2025/26",
        "title": "What children need",
        "outcomes": [{"outcome": "well", "title": "Children are emotionally well"}],
    }
    assessment = await speaker.made(who, "/v1/assessments", opened)
    at = f"/v1/assessments/{assessment}"
    await speaker.seen(who, at)
    finding = {"kind": "inspection", "title": "Area inspection", "text": "Waits are too long."}
    found = str((await speaker.do(who, f"{at}/findings", finding))["part"])
    need = {"title": "Shorter waits", "outcome": "well", "groups": ["all"], "evidence": [found]}
    needed = str((await speaker.do(who, f"{at}/needs", need))["part"])
    await speaker.do(who, f"{at}/publication", {"summary": "Waits are too long."})
    await speaker.seen(who, at)
    drafted = {"assessment": assessment, "title": "Shorter waits"}
    strategy = await speaker.made(who, "/v1/strategies", drafted)
    at = f"/v1/strategies/{strategy}"
    await speaker.seen(who, at)
    ranked = {"need": needed, "rank": 1, "reasons": "By how many children it touches."}
    await speaker.do(who, f"{at}/priorities", ranked)
    wish = {"title": "Counselling", "need": needed, "evidence": [found], "outcome": "well"}
    recommended = str((await speaker.do(who, f"{at}/recommendations", wish))["part"])
    return strategy, recommended, await _call(speaker, one, strategy)


async def _call(speaker: Speaker, one: Partnership, strategy: str) -> str:
    item = {"title": "Approve the strategy", "about_kind": "strategy", "about": strategy}
    called = {"held_at": f"{MEETING_ON.isoformat()}T10:00:00+00:00", "agenda": [item]}
    at = f"/v1/partnerships/{one.id}/meetings"
    meeting = await speaker.made(one.secretary, at, called)
    paper = {"item": await _item(speaker, one, f"{at}/{meeting}")}
    paper |= {"title": "The strategy", "text": "What is asked, why, and its cost."}
    await speaker.do(one.secretary, f"{at}/{meeting}/papers", paper)
    return f"{at}/{meeting}"


async def _item(speaker: Speaker, one: Partnership, meeting: str) -> str:
    [entry] = (await speaker.seen(one.secretary, meeting))["agenda"]
    return str(entry["item"]["item"])


async def _decide(speaker: Speaker, one: Partnership, meeting: str) -> str:
    present = {"present": [member.person for member in one.board]}
    await speaker.do(one.secretary, f"{meeting}/opening", present)
    at = f"{meeting}/items/{await _item(speaker, one, meeting)}"
    for member in one.board:
        await speaker.do(member, f"{at}/votes", {"vote": "for"})
    decision = str((await speaker.do(one.secretary, f"{at}/decision"))["part"])
    await speaker.do(one.secretary, f"{meeting}/closing")
    return decision


async def _specify(speaker: Speaker, one: Partnership, strategy: str, recommendation: str) -> str:
    who = one.commissioner
    drafted = {
        "strategy": strategy,
        "recommendation": recommendation,
        "title": "Counselling",
        "description": "What a child would notice, and how we would know.",
        "tier": 2,
        "annual_value_pence": 100_000_00,
        "starts_on": STARTS_ON,
        "ends_on": ENDS_ON,
    }
    specification = await speaker.made(who, "/v1/specifications", drafted)
    at = f"/v1/specifications/{specification}"
    await speaker.seen(who, at)
    for measure in MEASURES:
        await speaker.do(who, f"{at}/measures", measure)
    await speaker.do(one.approver, f"{at}/approval")
    await speaker.do(who, f"{at}/publication")
    return specification


async def agree(speaker: Speaker, country: list[Partnership]) -> None:
    """A pooled fund each, an award for every contract, and every contract signed."""
    await speaker.go_to(SIGNED_ON)
    await side_by_side(country, lambda one: _open_fund(speaker, one))

    pairs = [(one, commissioned) for one in country for commissioned in one.contracts]

    async def award(pair: tuple[Partnership, Commissioned]) -> None:
        one, commissioned = pair
        proposed = {
            "way": "direct-award",
            "specification": one.specification,
            "provider": commissioned.provider.agency,
            "annual_price_pence": commissioned.annual_pence,
            "reason": "Continues what children use today.",
            "delegated_limit_pence": LIMIT_PENCE,
            "section": "s.41, Sch. 5 para. 7",
        }
        made = await speaker.made(one.officer, "/v1/awards", proposed)
        one.signed[made] = commissioned

    await side_by_side(pairs, award)
    await speaker.settle()
    drafted = [(one, contract) for one in country for contract in one.signed]

    async def make(pair: tuple[Partnership, str]) -> None:
        one, contract = pair
        at = f"/v1/awards/{contract}"
        await speaker.do(one.officer, f"{at}/interests", {"interested": False})
        await speaker.do(one.officer, f"{at}/making")

    await side_by_side(drafted, make)
    await speaker.settle()
    await side_by_side(country, lambda one: _sign(speaker, one))
    await speaker.settle()


async def _open_fund(speaker: Speaker, one: Partnership) -> None:
    halves = [len(one.contracts) * ROOM_PENCE // 2] * 2
    opened = {
        "partnership": one.id,
        "name": f"{one.name} pooled fund",
        "legal_basis": "section-75",
        "pool_manager": one.finance.person,
        "year": YEAR,
        "partners": [one.council, one.health],
        "attribution_weights": halves,
    }
    one.fund = str((await speaker.do(one.finance, "/v1/funds", opened))["fund"])
    await speaker.seen(one.finance, f"/v1/funds/{one.fund}")
    at = f"/v1/funds/{one.fund}/years/{YEAR}"
    share = {"overspend_weights": [50, 50], "carry_forward_limit_basis_points": 200}
    await speaker.do(one.finance, f"{at}/risk-share", share)
    for partner, pence in zip((one.council, one.health), halves, strict=True):
        agreed = {"partner": partner, "annual_pence": pence, "legal_basis": "section-75"}
        await speaker.do(one.finance, f"{at}/contributions", agreed)


async def _sign(speaker: Speaker, one: Partnership) -> None:
    """One after the other: all of a partnership's contracts reserve in the same fund."""
    for contract, commissioned in one.signed.items():
        terms: Json = {
            "fund": one.fund,
            "payment": commissioned.payment,
            "starts_on": STARTS_ON,
            "ends_on": ENDS_ON,
            "monitoring_officer": one.commissioner.person,
            "review": {"clause": "12.1", "working_days": 10},
            "termination": {"clause": "18.2", "working_days": 60},
            "standards": {
                "clause": "14",
                "standards": ["National Service Framework for Children"],
            },
            "maker_may_sign": True,
        }
        await speaker.do(one.commissioner, f"/v1/contracts/{contract}/signature", terms)
