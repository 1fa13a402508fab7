"""The doors of expectations: the commissioner measured as the provider is.

Law: a provider is told its own score and everybody's mean; nobody is told another's score or words.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Request

from services.monitoring.expectations import commands
from services.monitoring.expectations.bodies import ClarityBody, Year
from services.monitoring.expectations.decider import EXPECTATIONS, NotThatYear
from services.monitoring.expectations.views import EXPECTATION_ROWS, ExpectationRow, clarity
from services.monitoring.heard import contract_row, parties_of_contract, visible
from services.monitoring.returns.views import RETURN_ROWS, ReturnRow, rates
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.reading import Cursor, Texts, rows
from shared.http.routing import Router
from shared.published.terms import AgencyId
from shared.values.quarters import financial_year, parse_year, year_of

router = Router(prefix="/v1/expectations", tags=["expectations"])

Expectations = Annotated[ViewStore[ExpectationRow], rows(EXPECTATION_ROWS)]
Returns = Annotated[ViewStore[ReturnRow], rows(RETURN_ROWS)]
EVERYTHING = Cursor(after="", limit=5000)


@router.get("")
async def read_expectations(
    request: Request,
    returns: Returns,
    expectations: Expectations,
    texts: Texts,
    actor: Annotated[Actor, allowed("returns:read")],
    year: Year | None = None,
) -> dict[str, Any]:
    """For each commissioner of a year: its days to answer and its clarity; each provider's rates.

    Over the contracts that the caller's agency has to do with; clarity over all its providers, to
    the half, and null where fewer than three have scored. `mine` are the caller's own scores. 422.
    """
    now = request.app.state.house.clock()
    asked = _year(year or financial_year(london_date(now)))
    found = (await visible(request, returns, actor, EVERYTHING)).values()
    of_year = [row for row in found if year_of(row.period) == asked]
    by_commissioner: dict[AgencyId, list[ReturnRow]] = {}
    by_provider: dict[AgencyId, list[ReturnRow]] = {}
    for row in of_year:
        by_commissioner.setdefault(row.commissioner, []).append(row)
        by_provider.setdefault(row.provider, []).append(row)
    commissioners: list[dict[str, Any]] = []
    for commissioner in sorted(by_commissioner):
        theirs = by_commissioner[commissioner]
        given = (await expectations.find(where={"commissioner": commissioner})).values()
        commissioners.append(
            {
                "commissioner": commissioner,
                "answer_working_days": rates(theirs, now).answer_working_days,
                "accepted_without_a_word": sum(row.standing.deemed for row in theirs),
                "clarity": clarity(one for one in given if one.year == asked),
            }
        )
    mine = (await expectations.find(where={"provider": actor.agency})).values()
    return {
        "year": asked,
        "commissioners": commissioners,
        "providers": [
            {
                "provider": provider,
                "timeliness_basis_points": (rate := rates(theirs, now)).timeliness_basis_points,
                "completeness_basis_points": rate.completeness_basis_points,
            }
            for provider, theirs in sorted(by_provider.items())
        ],
        "mine": [await _mine(texts, one) for one in mine if one.year == asked],
    }


async def _mine(texts: Texts, row: ExpectationRow) -> dict[str, Any]:
    kept = await texts.get(row.text.text) if row.text else None
    said = kept.content.decode() if kept and kept.content else None
    return {"contract": row.contract, "year": row.year, "score": row.score, "text": said}


def _year(year: str) -> str:
    """Raises NotThatYear for what is no financial year."""
    try:
        parse_year(year)
    except ValueError as error:
        raise NotThatYear(pointer="/body/year") from error
    return year


@router.post("/{contract}/clarity", status_code=201)
async def rate_clarity(
    request: Request,
    contract: Id,
    body: ClarityBody,
    handle: Handling,
    actor: Annotated[Actor, allowed("returns:submit", "provider", of=parties_of_contract)],
) -> Accepted:
    """The provider says how clear the outcomes asked for were; again for a year, the last counts.

    403: own-commissioner. 404. 422: year-not-served.
    """
    terms = (await contract_row(request, contract)).terms
    year = _year(body.year)
    command = commands.RateClarity(
        contract=contract,
        partnership=terms.partnership,
        provider=terms.provider,
        commissioner=terms.commissioner,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        year=year,
        score=body.score,
        text=await handle.keep_text(actor, "clarity", body.text) if body.text else None,
        rated_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, EXPECTATIONS, f"{contract}:{year.replace('/', '-')}", command)
