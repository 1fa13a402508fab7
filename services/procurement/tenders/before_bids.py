"""The rules of a tender while bids may come: policies, amendments and consortia. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from services.procurement.providers.checking import eligible
from services.procurement.tenders.commands import (
    AmendTender,
    FormConsortium,
    JoinConsortium,
    StatePolicies,
)
from services.procurement.tenders.events import (
    ConsortiumFormed,
    ConsortiumJoined,
    PoliciesStated,
)
from services.procurement.tenders.refusals import (
    AlreadyBidding,
    DeadlineEarlier,
    DeadlineNotMoved,
    NothingAmended,
    NotOpen,
    PoliciesStand,
    SharesNotWhole,
    UnknownConsortium,
    WeightsNotWhole,
)
from services.procurement.tenders.state import Open, Tender
from shared.eventsourcing.clock import london_date
from shared.published.procurement import Criterion, Party, TenderAmended
from shared.published.terms import AgencyId

WHOLE = 10_000  # basis points


def weigh(criteria: Sequence[Criterion]) -> None:
    """Refuses: WeightsNotWhole, also where a criterion is named twice."""
    names = {criterion.criterion for criterion in criteria}
    weights = sum(criterion.weight_basis_points for criterion in criteria)
    if weights != WHOLE or len(names) != len(criteria):
        raise WeightsNotWhole(pointer="/body/criteria")


def state_policies(command: StatePolicies, tender: Tender) -> PoliciesStated:
    """Once, and before the deadline. Refuses: NotOpen, PoliciesStand."""
    found = _taking_bids(tender, command)
    if found.dossier.policies is not None:
        raise PoliciesStand
    return command.stated


def _taking_bids(
    tender: Tender, command: StatePolicies | AmendTender | FormConsortium | JoinConsortium
) -> Open:
    """Refuses: NotOpen."""
    if not isinstance(tender, Open) or command.now > tender.opened.bids_close_at:
        raise NotOpen
    return tender


def amend(command: AmendTender, tender: Tender) -> TenderAmended:
    """Refuses: NotOpen, NothingAmended, DeadlineEarlier, WeightsNotWhole, DeadlineNotMoved.

    Source: Procurement Act 2023 s.31 (a changed procurement gives the time the change needs).
    """
    opened = _taking_bids(tender, command).opened
    title = command.title if command.title != opened.title else ""
    criteria = command.criteria if command.criteria != opened.criteria else ()
    closes_at = command.bids_close_at
    if closes_at == opened.bids_close_at:
        closes_at = None
    if not (title or criteria or closes_at):
        raise NothingAmended
    if closes_at is not None and closes_at < opened.bids_close_at:
        raise DeadlineEarlier(pointer="/body/bids_close_at")
    if criteria:
        weigh(criteria)
        if closes_at is None:
            raise DeadlineNotMoved(pointer="/body/bids_close_at")
    return TenderAmended(
        tender=opened.tender,
        amendment=command.amendment,
        reason=command.reason,
        title=title,
        criteria=criteria,
        bids_close_at=closes_at,
    )


def form(command: FormConsortium, tender: Tender) -> ConsortiumFormed:
    """Refuses: NotOpen, SharesNotWhole, ProviderNotRegistered, ProviderIsSuspended,
    AlreadyBidding.
    """
    found = _taking_bids(tender, command)
    _share(command.lead, command.parties)
    for party in command.parties:
        eligible(command.standings[party.provider], london_date(command.now))
    for party in command.parties:
        _free(party.provider, command.lead, found)
    return ConsortiumFormed(lead=command.lead, parties=command.parties)


def _share(lead: AgencyId, parties: Sequence[Party]) -> None:
    named = Counter(party.provider for party in parties)
    shares = [party.share_basis_points for party in parties]
    once = len(named) == len(parties) > 1 and lead in named
    if not once or sum(shares) != WHOLE or min(shares) <= 0:
        raise SharesNotWhole(pointer="/body/parties")


def _free(provider: AgencyId, lead: AgencyId, tender: Open) -> None:
    """A party neither bids alone nor stands in another consortium. Refuses: AlreadyBidding."""
    elsewhere = any(
        provider in {party.provider for party in known.parties}
        for of, known in tender.dossier.consortia.items()
        if of != lead and (of == provider or provider in known.agreed)
    )
    alone = provider != lead and any(bid.provider == provider for bid in tender.bids.values())
    if elsewhere or alone:
        raise AlreadyBidding


def join(command: JoinConsortium, tender: Tender) -> Sequence[ConsortiumJoined]:
    """Refuses: NotOpen, UnknownConsortium, AlreadyBidding."""
    found = _taking_bids(tender, command)
    known = found.dossier.consortia.get(command.lead)
    if known is None or command.provider not in {party.provider for party in known.parties}:
        raise UnknownConsortium
    if command.provider in known.agreed:
        return []
    _free(command.provider, command.lead, found)
    return [ConsortiumJoined(lead=command.lead, provider=command.provider)]
