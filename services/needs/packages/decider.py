"""The rules of an individual package. Pure: no clock, no I/O, no chance.

Law: nobody agrees to a share but the agency that bears it, and only to the sum it read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

import msgspec
from msgspec.structs import replace

from services.needs.packages.commands import (
    AgreeShare,
    EndPackage,
    OpenPackage,
    PackageCommand,
    ReviewPackage,
)
from services.needs.packages.events import (
    PackageEnded,
    PackageEvent,
    PackageOpened,
    PackageReviewed,
    Share,
    ShareAgreed,
)
from services.needs.packages.refusals import (
    BearerNotPartner,
    NoShareToAgree,
    PackageOver,
    ReferenceTaken,
    ReviewNotAhead,
    SharesUnclear,
)
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.decider import Decider
from shared.published.terms import AgencyId


class Unopened(msgspec.Struct, frozen=True, kw_only=True):
    """Nothing has happened yet."""


class Running(msgspec.Struct, frozen=True, kw_only=True):
    """`agreed` are the agencies that stand by their share as it is now."""

    home: AgencyId
    shares: tuple[Share, ...]
    agreed: frozenset[AgencyId]


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """It has ended."""


Package = Unopened | Running | Ended


def decide(command: PackageCommand, package: Package) -> Sequence[PackageEvent]:
    """What follows from a command, or a refusal."""
    match command:
        case OpenPackage():
            return [_open(command, package)]
        case AgreeShare():
            return [_agree(command, _running(package))]
        case ReviewPackage():
            _running(package)
            _clear(command.shares, command.partners)
            today = london_date(command.now)
            if command.review_on <= today:
                raise ReviewNotAhead(pointer="/body/review_on")
            return [
                PackageReviewed(
                    reviewed_on=today,
                    review_on=command.review_on,
                    shares=command.shares,
                    reviewed_by=command.reviewed_by,
                )
            ]
        case EndPackage():
            _running(package)
            return [PackageEnded(ended_on=london_date(command.now), ended_by=command.ended_by)]


def _running(package: Package) -> Running:
    """Refuses: Missing, PackageOver."""
    match package:
        case Unopened():
            raise Missing
        case Ended():
            raise PackageOver
        case Running():
            return package


def _clear(shares: tuple[Share, ...], partners: frozenset[AgencyId]) -> None:
    """Refuses: SharesUnclear, BearerNotPartner."""
    bearers = {one.agency for one in shares}
    if len(bearers) < len(shares) or not any(one.yearly_pence for one in shares):
        raise SharesUnclear(pointer="/body/shares")
    if not bearers <= partners:
        raise BearerNotPartner(pointer="/body/shares")


def _open(command: OpenPackage, package: Package) -> PackageOpened:
    """Refuses: ReferenceTaken, SharesUnclear, BearerNotPartner, ReviewNotAhead."""
    if not isinstance(package, Unopened):
        raise ReferenceTaken(pointer="/body/reference")
    _clear(command.shares, command.partners)
    if command.review_on <= max(command.begins_on, london_date(command.now)):
        raise ReviewNotAhead(pointer="/body/review_on")
    return PackageOpened(
        package=command.package,
        partnership=command.partnership,
        home=command.home,
        reference=command.reference,
        kind=command.kind,
        individual_budget=command.individual_budget,
        begins_on=command.begins_on,
        review_on=command.review_on,
        shares=command.shares,
        opened_by=command.opened_by,
    )


def _agree(command: AgreeShare, package: Running) -> ShareAgreed:
    """Refuses: NoShareToAgree."""
    own = Share(agency=command.agency, yearly_pence=command.yearly_pence)
    if own not in package.shares or command.agency in package.agreed:
        raise NoShareToAgree
    return ShareAgreed(agency=command.agency, agreed_by=command.agreed_by)


def agreed_after(
    agreed: frozenset[AgencyId], before: tuple[Share, ...], now: tuple[Share, ...], home: AgencyId
) -> frozenset[AgencyId]:
    """Who still stands by their share: the home agency, and whose share is as it was."""
    same = {one.agency for one in now if one in before}
    return (agreed & same) | {home}


def evolve(package: Package, event: PackageEvent) -> Package:
    """The package after one more fact."""
    match event:
        case PackageOpened():
            return Running(home=event.home, shares=event.shares, agreed=frozenset({event.home}))
        case ShareAgreed() if isinstance(package, Running):
            return replace(package, agreed=package.agreed | {event.agency})
        case PackageReviewed() if isinstance(package, Running):
            agreed = agreed_after(package.agreed, package.shares, event.shares, package.home)
            return replace(package, shares=event.shares, agreed=agreed)
        case PackageEnded():
            return Ended()
        case ShareAgreed() | PackageReviewed():
            return package


PACKAGE: Decider[PackageCommand, Package, PackageEvent] = Decider(
    category="package",
    initial=Unopened(),
    decide=decide,
    evolve=evolve,
    events=get_args(PackageEvent),
)
