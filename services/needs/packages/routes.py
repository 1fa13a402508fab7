"""The doors of individual packages: open to the agencies concerned in one, to nobody else.

Law: a package is told apart by its home agency's own reference, and no free text is taken.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID, uuid5

from fastapi import Request
from pydantic import Field, StringConstraints

from services.needs.answers import in_full
from services.needs.packages import commands
from services.needs.packages.decider import PACKAGE
from services.needs.packages.events import Kind, Share
from services.needs.packages.views import PACKAGES, PackageRow
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Body, Day, Id, OlderDay, Pence
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import Parties, admit, allowed
from shared.http.reading import Listed, Paging, rows
from shared.http.routing import Router

router = Router(prefix="/v1/packages", tags=["individual packages"])

Packages = Annotated[ViewStore[PackageRow], rows(PACKAGES)]
_PACKAGES = UUID("8a0a6f04-52a3-5a51-9f1d-3c1c0a4c2f11")


async def parties(request: Request) -> Parties:
    """The home agency as `home`, who bears a share as `bearer`. Raises Missing."""
    store: ViewStore[PackageRow] = request.app.state.house.stores[PACKAGES.name]
    row = await store.get(request.path_params["package"])
    if row is None:
        raise Missing
    found = {one.agency: frozenset({"bearer"}) for one in row.shares}
    return found | {row.home: found.get(row.home, frozenset()) | {"home"}}


Reader = Annotated[Actor, allowed("needs:read", "home", "bearer", of=parties)]
Home = Annotated[Actor, allowed("needs:write", "home", of=parties)]
Bearer = Annotated[Actor, allowed("needs:write", "bearer", of=parties)]

# Letters and a few digits: too short for a name with a date of birth or an NHS number.
Reference = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2,4}-[0-9]{3,5}$")]


class ShareBody(Body):
    agency: Id
    yearly_pence: Pence


Shares = Annotated[tuple[ShareBody, ...], Field(min_length=1, max_length=20)]


class PackageBody(Body):
    """`reference` is two to four capital letters, a hyphen and three to five digits."""

    partnership: Id
    reference: Reference
    kind: Kind
    individual_budget: bool = False
    begins_on: OlderDay
    review_on: Day
    shares: Shares


class ReviewBody(Body):
    review_on: Day
    shares: Shares


class AgreementBody(Body):
    """The sum read: a share that has changed since is not agreed to."""

    yearly_pence: Pence


def _shown(row: PackageRow, today: date) -> dict[str, Any]:
    shares = [in_full(one) | {"agreed": one.agency in row.agreed} for one in row.shares]
    return {
        **in_full(row),
        "shares": shares,
        "yearly_pence": sum(one.yearly_pence for one in row.shares),
        "review_late": row.late(today),
    }


def _today(request: Request) -> date:
    return london_date(request.app.state.house.clock())


@router.get("")
async def list_packages(
    request: Request,
    packages: Packages,
    paging: Paging,
    actor: Annotated[Actor, allowed("needs:read")],
) -> Listed[dict[str, Any]]:
    """The packages in which one's own agency is concerned."""
    found = await packages.find(
        contains={"concerned": actor.agency}, after=paging.after, limit=paging.limit + 1
    )
    return paging.page({key: _shown(row, _today(request)) for key, row in found.items()})


@router.get("/{package}")
async def read_package(
    request: Request, package: Id, packages: Packages, _: Reader
) -> dict[str, Any]:
    """One package: its shares, who agreed to theirs, and when it is reviewed. 404."""
    row = await packages.get(package)
    if row is None:
        raise Missing
    return _shown(row, _today(request))


@router.post("", status_code=201)
async def open_package(
    request: Request,
    body: PackageBody,
    handle: Handling,
    actor: Annotated[Actor, allowed("needs:write")],
) -> Accepted:
    """Open a package as its home agency. 404: of a partnership that is not one's own.

    409: reference-taken, review-not-ahead. 422: shares-unclear, not-partner.
    """
    members = await members_of(request, body.partnership)
    admit(actor, members, frozenset({"member"}))
    package = str(uuid5(_PACKAGES, f"{body.partnership}|{actor.agency}|{body.reference}"))
    command = commands.OpenPackage(
        package=package,
        partnership=body.partnership,
        partners=frozenset(members),
        home=actor.agency,
        reference=body.reference,
        kind=body.kind,
        individual_budget=body.individual_budget,
        begins_on=body.begins_on,
        review_on=body.review_on,
        shares=_shares(body.shares),
        opened_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, PACKAGE, package, command)


def _shares(shares: tuple[ShareBody, ...]) -> tuple[Share, ...]:
    return tuple(Share(agency=one.agency, yearly_pence=one.yearly_pence) for one in shares)


@router.post("/{package}/agreement", status_code=201)
async def agree_package_share(
    package: Id, body: AgreementBody, handle: Handling, actor: Bearer
) -> Accepted:
    """Stand by one's own agency's share. 409: no-share-to-agree, package-over."""
    command = commands.AgreeShare(
        agency=actor.agency,
        yearly_pence=body.yearly_pence,
        agreed_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, PACKAGE, package, command)


@router.post("/{package}/review", status_code=201)
async def review_package(
    request: Request, package: Id, body: ReviewBody, packages: Packages, handle: Handling,
    actor: Home,
) -> Accepted:  # fmt: skip
    """Review a package: shares from now on, and the next review.

    409: review-not-ahead, package-over. 422: shares-unclear, not-partner.
    """
    row = await packages.get(package)
    if row is None:
        raise Missing
    command = commands.ReviewPackage(
        partners=frozenset(await members_of(request, row.partnership)),
        review_on=body.review_on,
        shares=_shares(body.shares),
        reviewed_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, PACKAGE, package, command)


@router.post("/{package}/ending", status_code=201)
async def end_package(package: Id, handle: Handling, actor: Home) -> Accepted:
    """End a package today. 409: package-over."""
    command = commands.EndPackage(ended_by=actor.person, now=handle.now())
    return await handle(actor, PACKAGE, package, command)
