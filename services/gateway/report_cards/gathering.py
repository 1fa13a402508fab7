"""What a card, a curve and a scorecard need, asked for in the reader's own name.

Law: nothing is read past the doors, so a card says no more than its reader may know.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from services.gateway.pages.visiting import Api
from services.gateway.report_cards.content import (
    ContractCard,
    Indicator,
    ProviderCard,
    account_of,
    contract_card,
    indicator_of,
    newest_return,
    provider_card,
    story_of,
)
from services.gateway.report_cards.curves import Curve, curve
from shared.eventsourcing.commands import Missing

Json = Mapping[str, Any]
Query = Mapping[str, Any]

MOST_BESIDE = 3
MOST_OF_AN_OUTCOME = 12


async def card_of(api: Api, contract: str, cut: Query) -> ContractCard:
    """A contract's card with its words and its outcomes' indicators. Raises ProblemTold."""
    view: Json = await api.get(f"/v1/contract-views/{contract}", **cut)
    newest = newest_return(view)
    story, returned, told, beside = await asyncio.gather(
        _story(api, contract, newest),
        _returned(api, contract, newest),
        api.find(f"/v1/card-entries/{contract}", known_at=cut.get("known_at")),
        indicators(
            api,
            view["terms"]["partnership"],
            [one["outcome"] for one in view["outcomes"]],
            MOST_BESIDE,
        ),
    )
    return contract_card(
        view,
        story=story_of(newest, story),
        account=account_of(told),
        actions=[_action(one) for one in (returned or {}).get("actions", {}).values()],
        indicators=beside,
        charted=True,
    )


async def _story(api: Api, contract: str, newest: Json | None) -> str:
    if newest is None or not newest["story"]:
        return ""
    period, text = newest["standing"]["period"], newest["story"]["text"]
    return await api.text(f"/v1/returns/{contract}/{period}/texts/{text}")


async def _returned(api: Api, contract: str, newest: Json | None) -> Json | None:
    if newest is None:
        return None
    return await api.find(f"/v1/returns/{contract}/{newest['standing']['period']}")


def _action(one: Json) -> Json:
    return {"due_on": one["action"]["due_on"], "completed_on": one["completed_on"]}


async def indicators(
    api: Api, partnership: str, outcomes: Sequence[str], most: int, aims: Sequence[Json] = ()
) -> list[Indicator]:
    """Indicators of the outcomes: of each title and area that of the newest assessment."""
    listed: Json = await api.find("/v1/assessments", partnership=partnership) or {"items": []}
    found: dict[tuple[str, str, str], tuple[str, Json]] = {}
    for assessment in sorted(listed["items"], key=lambda one: one["year"]):
        for one in assessment.get("indicators", ()):
            if one["outcome"] in outcomes:
                key = (one["outcome"], one["title"], one["area"])
                found[key] = (assessment["assessment"], one)
    chosen = [found[key] for key in sorted(found)][:most]
    told = await asyncio.gather(
        *(api.find(f"/v1/assessments/{a}/indicators/{one['indicator']}") for a, one in chosen)
    )
    return [
        indicator_of(one, said, assessment, aims)
        for (assessment, one), said in zip(chosen, told, strict=True)
        if said is not None
    ]


async def views_of(api: Api, contracts: Iterable[str], cut: Query) -> list[Json]:
    """The contracts as their views tell them; one that was not yet signed at the cut is left out.

    One after the other: they are read in this process, and side by side would be no faster.
    """
    found = [await api.find(f"/v1/contract-views/{one}", **cut) for one in contracts]
    return [one for one in found if one is not None]


async def provider_of(
    api: Api, partnership: str, provider: str, contracts: Iterable[str], cut: Query
) -> ProviderCard:
    """All of a provider's contracts in a partnership. Raises Missing where there are none."""
    views = await views_of(api, contracts, cut)
    if not views:
        raise Missing
    cards = [contract_card(view) for view in views]
    return provider_card(partnership, provider, views[0]["provider_name"], cards)


async def curve_of(
    api: Api, partnership: str, outcome: str, contracts: Iterable[str], cut: Query
) -> Curve:
    """An outcome's page. Raises Missing where neither a contract nor a partner names it."""
    views = [
        view
        for view in await views_of(api, contracts, cut)
        if any(one["outcome"] == outcome for one in view["outcomes"])
    ]
    address = f"/v1/curves/{partnership}/{outcome}"
    told: Json | None = await api.find(address, known_at=cut.get("known_at"))
    aims = told["aims"] if told else ()
    beside = await indicators(api, partnership, [outcome], MOST_OF_AN_OUTCOME, aims)
    if not views and told is None and not beside:
        raise Missing
    cards = [
        contract_card(
            {**view, "measures": [m for m in view["measures"] if m["terms"]["outcome"] == outcome]}
        )
        for view in views
    ]
    title = next(
        (o["title"] for v in views for o in v["outcomes"] if o["outcome"] == outcome),
        await _title(api, partnership, outcome),
    )
    return curve(outcome, partnership, title, beside, account_of(told), cards)


async def _title(api: Api, partnership: str, outcome: str) -> str:
    listed: Json = await api.find("/v1/assessments", partnership=partnership) or {"items": []}
    named = (o for a in listed["items"] for o in a["outcomes"] if o["outcome"] == outcome)
    return next((one["title"] for one in named), outcome)
