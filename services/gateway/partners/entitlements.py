"""What an agency becomes or ceases to be entitled to by an event, and what it is told then. Pure.

Law: an entitlement takes effect from the next event; what was before it comes as a snapshot, which
says nothing that the events of its time would not have said.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date
from typing import NamedTuple

from services.gateway.contract_views.monitored import MonitoredRow
from services.gateway.partners.facts import ContractFact, Facts, FundFact, Key, PartnershipFact
from shared.eventsourcing.events import Published
from shared.published.gateway import (
    ContractSnapshot,
    EntitlementEnded,
    EntitlementGranted,
    FlagStands,
    FundSnapshot,
    ObjectKind,
    PartnershipSnapshot,
    ReturnStands,
    Standing,
)
from shared.published.terms import AgencyId


class Held(NamedTuple):
    """That an agency stands in this way to this object."""

    agency: AgencyId
    kind: ObjectKind
    object: str
    standing: Standing


class Told(NamedTuple):
    """Something the gateway itself tells one agency; `about` is the stream it is told under."""

    agency: AgencyId
    about: Key
    event: Published


def held(facts: Facts, keys: tuple[Key, ...]) -> frozenset[Held]:
    """Every entitlement that rests directly on these facts."""
    return frozenset(one for key in keys for one in _held(facts, key))


def _held(facts: Facts, key: Key) -> Iterator[Held]:
    match key.kind:
        case "partnership":
            known = facts.partnership(key.id)
            for agency in known.agencies if known else ():
                yield Held(agency, "partnership", key.id, "member")
        case "contract":
            contract = facts.contract(key.id)
            if contract:
                yield Held(contract.terms.commissioner, "contract", key.id, "commissioner")
                yield Held(contract.terms.provider, "contract", key.id, "provider")
        case "fund":
            fund = facts.fund(key.id)
            if fund:
                yield Held(fund.host, "fund", key.id, "host")
        case _:
            pass


def ended(gone: frozenset[Held], effective_on: date) -> Iterator[Told]:
    for one in sorted(gone):
        yield Told(
            one.agency,
            Key(one.kind, one.object),
            EntitlementEnded(
                agency=one.agency,
                object_kind=one.kind,
                object=one.object,
                standing=one.standing,
                effective_on=effective_on,
            ),
        )


def granted(
    new: frozenset[Held], facts: Facts, effective_on: date, begun: Collection[Key]
) -> Iterator[Told]:
    """Each new entitlement, and after it what is to be known of its object so far.

    Of the objects `begun` by this very event there is nothing before it.
    """
    for one in sorted(new):
        yield Told(
            one.agency,
            Key(one.kind, one.object),
            EntitlementGranted(
                agency=one.agency,
                object_kind=one.kind,
                object=one.object,
                standing=one.standing,
                effective_on=effective_on,
            ),
        )
        if Key(one.kind, one.object) not in begun:
            yield from (Told(one.agency, about, event) for about, event in snapshots(one, facts))


def snapshots(one: Held, facts: Facts) -> Iterator[tuple[Key, Published]]:
    """The object as it stands in these facts, with all that hangs on it."""
    match one.kind:
        case "partnership":
            known = facts.partnership(one.object)
            if known:
                yield Key("partnership", one.object), _partnership(known)
            for fund in sorted(facts.funds_of(one.object), key=lambda fund: fund.fund):
                yield Key("fund", fund.fund), _fund(fund)
            for contract in sorted(facts.contracts_of(one.object), key=lambda c: c.contract):
                yield Key("contract", contract.contract), _contract(contract, facts)
        case "contract":
            contract = facts.contract(one.object)
            if contract:
                yield Key("contract", one.object), _contract(contract, facts)
        case "fund":
            fund = facts.fund(one.object)
            if fund:
                yield Key("fund", one.object), _fund(fund)


def _partnership(fact: PartnershipFact) -> PartnershipSnapshot:
    return PartnershipSnapshot(
        partnership=fact.partnership, name=fact.name, lead=fact.lead, members=fact.members
    )


def _fund(fact: FundFact) -> FundSnapshot:
    return FundSnapshot(
        fund=fact.fund,
        partnership=fact.partnership,
        name=fact.name,
        host=fact.host,
        years=tuple(fact.years[year] for year in sorted(fact.years)),
    )


def _contract(fact: ContractFact, facts: Facts) -> ContractSnapshot:
    row = facts.get(Key("monitored", fact.contract), MonitoredRow)
    return ContractSnapshot(
        contract=fact.contract,
        terms=fact.terms,
        status=fact.status,
        ended_on=fact.ended_on,
        returns=tuple(
            ReturnStands(
                period=one.period,
                due_at=one.due_at,
                # The word is younger than the event; what is accepted in part still waits.
                status="submitted" if one.status == "partly-accepted" else one.status,
                version=one.version,
            )
            for one in (row.returns if row else ())
        ),
        open_flags=tuple(
            FlagStands(flag=one.flag, measure=one.measure, raised_at=one.raised_at)
            for one in (row.flags if row else ())
            if one.open
        ),
    )
