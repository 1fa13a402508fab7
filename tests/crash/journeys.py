"""What is asked for under fire: short journeys on objects of their own, through every service.

Law: a journey of one kind leaves the same events whenever it is made, and however often a request
of it is sent.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar
from uuid import UUID, uuid5

from goldenthread.demo.cast import (
    ACCOUNTANT,
    CARE,
    CARER,
    COMMISSIONER,
    CONTRACT_MANAGER,
    COUNCIL,
    COUNSELLING,
    COUNSELLOR,
    FINANCE,
    HEALTH,
    MEMBERS,
    PROCUREMENT,
    SECRETARY,
    YOUTH_CLUB,
    YOUTH_WORKER,
)
from goldenthread.demo.delivering import budget, counted, proportion
from goldenthread.demo.stage import Json, Person
from tests.crash.caller import Asked, Caller
from tests.crash.founded import Founded

T = TypeVar("T")
KEYS = UUID("3b0d5d6e-6d0f-5b43-9c1e-6f2f9a5f8f10")
PERIOD = "2025-26-Q1"
PROVIDERS = ((COUNSELLING, COUNSELLOR), (YOUTH_CLUB, YOUTH_WORKER), (CARE, CARER))
NOT_HEARD_OF = frozenset({"not-found", "not-permitted"})


@dataclass
class Journey:
    """One client task: its requests in order, each with a key of its own."""

    caller: Caller
    founded: Founded
    seed: int
    number: int
    steps: int = 0
    commands: list[UUID] = field(default_factory=list[UUID])

    @property
    def name(self) -> str:
        return f"{self.seed}-{self.number}"

    async def do(
        self, who: Person, path: str, body: Json | None = None, *yet: str, method: str = "POST"
    ) -> Json:
        """A write that must be accepted, if need be once others have heard of what it is about."""
        self.steps += 1
        key = str(uuid5(KEYS, f"{self.name} {self.steps}"))
        asked = Asked(who, method, path, {} if body is None else body, key)
        said = await self.caller.write(asked, NOT_HEARD_OF | set(yet))
        self.commands.append(asked.command_id)
        return said

    async def until(self, who: Person, path: str, found: Callable[[Json], T | None]) -> T:
        return await self.caller.read_until(who, path, found)


async def provider(journey: Journey) -> None:
    """Registered, checked, suspended and taken back."""
    name = f"provider-{journey.name}"
    registered: Json = {
        "provider": name,
        "name": f"Provider {journey.name}",
        "form": "third-sector",
        "small": True,
        "identifiers": {},
    }
    await journey.do(PROCUREMENT, "/v1/providers", registered)
    at = f"/v1/providers/{name}"
    for standard in ("safeguarding", "insurance"):
        held = {"standard": standard, "reference": "seen", "valid_until": "2028-03-31"}
        await journey.do(PROCUREMENT, f"{at}/standards", held)
    await journey.do(PROCUREMENT, f"{at}/suspension", {"reason": "A check is under way."})
    await journey.do(PROCUREMENT, f"{at}/reinstatement", {"reason": "The check found nothing."})


async def evidence(journey: Journey) -> None:
    """An assessment with signals, findings and views that become a published need."""
    outcome = {"outcome": "belonging", "title": "Young people have somewhere to belong"}
    opened = {
        "partnership": journey.founded.neighbours,
        "year": "2025/26",
        "title": f"Assessment {journey.name}",
        "outcomes": [outcome],
    }
    made = await journey.do(COMMISSIONER, "/v1/assessments", opened)
    at, cited = f"/v1/assessments/{made['id']}", list[str]()
    signal = {"theme": "loneliness", "level": "individual", "source": "school", "count": 6}
    said = {"title": "Forum", "asked": "children", "people": 12, "said": "Somewhere to go."}
    found = {"kind": "research", "title": "What works", "text": "Open doors, every evening."}
    for kind, body in (("signals", signal), ("views", said), ("findings", found)):
        cited.append(str((await journey.do(COMMISSIONER, f"{at}/{kind}", body))["part"]))
    need = {
        "title": "A place to belong",
        "outcome": "belonging",
        "groups": ["young carers"],
        "evidence": cited,
    }
    await journey.do(COMMISSIONER, f"{at}/needs", need)
    await journey.do(COMMISSIONER, f"{at}/publication", {"summary": "They want a place."})


async def fund(journey: Journey) -> None:
    """A partnership of its own, whose fund takes a quarter's money in."""
    formed = {
        "name": f"Partnership {journey.name}",
        "lead": COUNCIL,
        "members": MEMBERS,
        "effective_on": "2025-07-14",
    }
    partnership = (await journey.do(SECRETARY, "/v1/partnerships", formed))["id"]
    partners = [COUNCIL, HEALTH]
    opened = {
        "partnership": partnership,
        "name": f"Fund {journey.name}",
        "legal_basis": "section-75",
        "pool_manager": ACCOUNTANT.person,
        "year": "2025-26",
        "partners": partners,
        "attribution_weights": [2, 1],
    }
    made = await journey.do(FINANCE, "/v1/funds", opened, "unknown-partner")
    at = f"/v1/funds/{made['fund']}/years/2025-26"
    share = {"overspend_weights": [2, 1], "carry_forward_limit_basis_points": 200}
    await journey.do(FINANCE, f"{at}/risk-share", share)
    for partner, pence in zip(partners, (400_001, 200_003), strict=True):
        agreed = {"partner": partner, "annual_pence": pence, "legal_basis": "section-75"}
        await journey.do(FINANCE, f"{at}/contributions", agreed)
    await journey.do(FINANCE, f"{at}/invoices", {"period": "2025-26-Q1"})
    for partner, pence in zip(partners, (100_001, 50_001), strict=True):
        receipt = {"partner": partner, "amount_pence": pence, "reference": f"{partner}-Q1"}
        await journey.do(FINANCE, f"{at}/receipts", receipt)


DECLARATION = "I made these figures myself; they are complete and right."


async def contract(journey: Journey) -> str:
    """From an award by way of a signature, a return and a certificate to a payment."""
    agency, person = PROVIDERS[journey.number % len(PROVIDERS)]
    agreement = await _signed(journey, agency)
    at = f"/v1/returns/{agreement}/{PERIOD}"
    readings = [*counted("seen", PERIOD, 150), *proportion("feel-better", PERIOD, 96, 150)]
    spent = budget({"Block": (1_200_00, 300_00, 1_200_00)})
    handed = {"readings": readings, "budget": spent, "declaration": DECLARATION}
    await journey.do(person, at, handed, method="PUT")
    question = {"text": "Why is June low?", "measure": "seen"}
    await journey.do(CONTRACT_MANAGER, f"{at}/queries", question)
    query = await journey.until(person, at, lambda told: next(iter(told["queries"]), None))
    await journey.do(person, f"{at}/queries/{query}/answer", {"answer": "Two were ill."})
    await journey.do(CONTRACT_MANAGER, f"{at}/acceptance", {"version": 1})
    await _paid(journey, agreement)
    return agreement


async def restated(journey: Journey) -> None:
    """A contract whose accepted and paid figures are restated."""
    agreement = await contract(journey)
    _, person = PROVIDERS[journey.number % len(PROVIDERS)]
    at = f"/v1/returns/{agreement}/{PERIOD}"
    consent = {"reason": "Found by the provider."}
    await journey.do(CONTRACT_MANAGER, f"{at}/restatement-consent", consent)
    readings = [*counted("seen", PERIOD, 149), *proportion("feel-better", PERIOD, 95, 149)]
    spent = budget({"Block": (1_200_00, 300_00, 1_200_00)})
    again = {"readings": readings, "budget": spent, "reason": "One child was counted twice."}
    again["declaration"] = DECLARATION
    await journey.do(person, f"{at}/restatement", again)


async def watched(journey: Journey) -> None:
    """A contract with an incident, and a review that finds something."""
    agency, person = PROVIDERS[journey.number % len(PROVIDERS)]
    agreement = await _signed(journey, agency)
    reported: dict[str, Any] = {
        "contract": agreement,
        "reference": f"LADO-{journey.name}",
        "referred_to": "lado",
        "referral_confirmed": True,
        "happened_on": "2025-07-10",
    }
    incident = (await journey.do(person, "/v1/incidents", reported))["id"]
    opened = await journey.do(CONTRACT_MANAGER, "/v1/reviews", {"contract": agreement})
    at = f"/v1/reviews/{opened['id']}"
    await journey.do(CONTRACT_MANAGER, f"{at}/findings", {"finding": "They reach the quiet ones."})
    await journey.do(COMMISSIONER, f"{at}/conclusion", {"conclusion": "continue"})
    await journey.do(COMMISSIONER, f"/v1/incidents/{incident}/closure")


async def _signed(journey: Journey, agency: str) -> str:
    proposed: dict[str, Any] = {
        "way": "direct-award",
        "section": "s.41, Sch. 5 para. 7",
        "specification": journey.founded.specification,
        "provider": agency,
        "annual_price_pence": 1_200_00,
        "reason": "Continues what children use today.",
        "delegated_limit_pence": 100_000_000_00,
    }
    award = str((await journey.do(PROCUREMENT, "/v1/awards", proposed))["id"])
    await journey.do(PROCUREMENT, f"/v1/awards/{award}/interests", {"interested": False})
    await journey.do(PROCUREMENT, f"/v1/awards/{award}/making")
    terms: dict[str, Any] = {
        "fund": journey.founded.funds[journey.number % len(journey.founded.funds)],
        "payment": {"mechanism": "block", "annual_pence": 1_200_00},
        "starts_on": "2025-04-01",
        "ends_on": "2026-03-31",
        "monitoring_officer": CONTRACT_MANAGER.person,
        "review": {"clause": "12.1", "working_days": 10},
        "termination": {"clause": "18.2", "working_days": 60},
        "standards": {
            "clause": "14",
            "standards": ["National Service Framework for Children"],
        },
        "maker_may_sign": True,
    }
    await journey.do(COMMISSIONER, f"/v1/contracts/{award}/signature", terms, "not-drafted")
    return award


async def _paid(journey: Journey, agreement: str) -> None:
    """Waits for the period's certificate, then one person prepares and another approves."""

    def owed(told: Json) -> list[str] | None:
        certificates: dict[str, Json] = told.get("certificates", {})
        due = [n for n, c in certificates.items() if c["period"] == PERIOD and c["owed_pence"] > 0]
        return due or None

    at = f"/v1/contracts/{agreement}"
    certificates = await journey.until(FINANCE, at, owed)
    prepared = await journey.do(FINANCE, f"{at}/payments", {"certificates": certificates})
    await journey.do(ACCOUNTANT, f"{at}/payments/{prepared['payment']}/approval")


Kind = Callable[[Journey], Awaitable[object]]
KINDS: tuple[tuple[Kind, int], ...] = (
    (provider, 2),
    (evidence, 2),
    (fund, 2),
    (contract, 3),
    (restated, 2),
    (watched, 2),
)
"""Every kind of journey, and how often it is made among the others."""
