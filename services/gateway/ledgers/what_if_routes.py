"""The door at which a fund is asked what if; it reads, and whatever is asked changes nothing.

Law: the answer holds the year as it stands and as it would, worked out alike from their lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

import msgspec
from fastapi import Query, Request
from pydantic import StringConstraints

from services.gateway.contract_views.views import ContractLine, ContractRow
from services.gateway.ledgers.position import FundPosition
from services.gateway.ledgers.routes import Asked, Contracts, Reader, Reading, reading
from services.gateway.ledgers.what_ifs import (
    Change,
    ContractEnded,
    ContributionChanged,
    NotPaidByVolume,
    UnknownInYear,
    VolumeChanged,
    branch,
    forecasts,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Invalid
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import MOST_PENCE, Id
from shared.http.routing import Router
from shared.published.terms import ContractTerms, CostAndVolume

router = Router(prefix="/v1/ledgers", tags=["ledgers"])

ENDED = r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}@\d{4}-\d{2}-\d{2}$"
CHANGED = r"^[A-Za-z0-9][A-Za-z0-9._:-]{0,79}:[+-]?\d{1,15}$"
MOST_CHANGES = 50

Ended = Annotated[
    list[Annotated[str, StringConstraints(pattern=ENDED)]],
    Query(max_length=MOST_CHANGES, description="contract@its last day of service"),
]
Contribution = Annotated[
    list[Annotated[str, StringConstraints(pattern=CHANGED)]],
    Query(max_length=MOST_CHANGES, description="partner:so many pence more, minus for less"),
]
Volume = Annotated[
    list[Annotated[str, StringConstraints(pattern=CHANGED)]],
    Query(max_length=MOST_CHANGES, description="contract:so many ten-thousandths more"),
]


@router.get("/{fund}/what-if")
async def ask_what_if(
    request: Request,
    fund: Id,
    cut: Asked,
    contracts: Contracts,
    actor: Reader,
    ended: Ended = [],  # noqa: B006 - FastAPI copies it
    contribution: Contribution = [],  # noqa: B006
    volume: Volume = [],  # noqa: B006
) -> dict[str, Any]:
    """Where the year would land: contracts ended, contributions and volumes changed, in that order.

    `now` and `then` are positions; `partners` says what each would owe or have left of either.
    422: invalid, unknown-in-year, not-paid-by-volume, below-nothing.
    """
    read = await reading(request, fund, cut)
    today = cut.as_of or london_date(request.app.state.house.clock())
    changes: list[Change] = [
        *(ContractEnded(contract=name, on=_day(on)) for name, _, on in _parts(ended, "@")),
        *(
            ContributionChanged(partner=name, change_pence=_pence(pence))
            for name, _, pence in _parts(contribution, ":")
        ),
    ]
    changes += [
        await _by_volume(contracts, read, name, int(points))
        for name, _, points in _parts(volume, ":")
    ]
    now = read.position()
    then = read.position(branch(now, fund, changes, today))
    return read.head() | {
        "today": today.isoformat(),
        "now": msgspec.to_builtins(now),
        "then": msgspec.to_builtins(then),
        "forecasts": msgspec.to_builtins(forecasts(now, today)),
        "partners": _landings(now, then),
        "mine": actor.agency,
    }


def _parts(asked: Sequence[str], mark: str) -> list[tuple[str, str, str]]:
    return [one.rpartition(mark) for one in asked]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Invalid("There is no such day.", pointer="/query/ended") from error


def _pence(text: str) -> int:
    pence = int(text)
    if abs(pence) > MOST_PENCE:
        raise Invalid("No fund holds as much.", pointer="/query/contribution")
    return pence


async def _by_volume(
    contracts: ViewStore[ContractRow], read: Reading, contract: str, points: int
) -> VolumeChanged:
    """The change within what the contract's terms, as known then, let a year cost.

    Raises UnknownInYear, NotPaidByVolume.
    """
    row = await contracts.get(contract)
    if row is None or row.fund != read.row.fund:
        raise UnknownInYear
    lines: Sequence[ContractLine] = await contracts.lines(contract, read.known_at)
    terms = [
        found
        for line in lines
        if isinstance(found := getattr(line.event, "terms", None), ContractTerms)
    ]
    payment = terms[-1].mechanism if terms else None
    if not isinstance(payment, CostAndVolume):
        raise NotPaidByVolume
    return VolumeChanged(
        contract=contract,
        basis_points=points,
        floor_pence=payment.floor_annual_pence,
        cap_pence=payment.cap_annual_pence,
    )


def _landings(now: FundPosition, then: FundPosition) -> list[dict[str, Any]]:
    """What each partner would owe, minus where it would have something left."""

    def lands(stands: FundPosition) -> dict[str, int]:
        return {
            one.partner: one.would_owe_pence
            - one.would_carry_forward_pence
            - one.would_get_back_pence
            for one in stands.partners
        }

    before, after = lands(now), lands(then)
    return [
        {
            "partner": partner,
            "owes_now_pence": before[partner],
            "would_owe_pence": pence,
            "change_pence": pence - before[partner],
        }
        for partner, pence in after.items()
    ]
