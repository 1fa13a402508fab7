"""The doors by which a tender begins and is changed while bids may come."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request

from services.procurement.heard import SPECIFICATIONS, SpecificationRow
from services.procurement.providers.standing import standing_of
from services.procurement.regimes import Buyer, buyer_of, whole_term_pence
from services.procurement.tenders import commands
from services.procurement.tenders.bodies import (
    AgreementBody,
    AmendBody,
    ConsortiumBody,
    OpenTenderBody,
    PoliciesBody,
)
from services.procurement.tenders.decider import TENDERS
from services.procurement.tenders.events import PoliciesStated
from services.procurement.tenders.lots import lots_of
from services.procurement.tenders.reading import Bidder, Procurer
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.handle import Step
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handle, Handling
from shared.http.identity import Actor
from shared.http.membership import PARTNERSHIPS, PartnershipRow, members_of
from shared.http.permissions import admit, allowed
from shared.http.reading import rows
from shared.http.routing import Router

router = Router(prefix="/v1/tenders", tags=["tenders"])

Specifications = Annotated[ViewStore[SpecificationRow], rows(SPECIFICATIONS)]
Partnerships = Annotated[ViewStore[PartnershipRow], rows(PARTNERSHIPS)]


@router.post("", status_code=201)
async def open_tender(
    request: Request,
    body: OpenTenderBody,
    handle: Handling,
    specifications: Specifications,
    partnerships: Partnerships,
    actor: Annotated[Actor, allowed("tenders:write")],
) -> Accepted:
    """Open a tender on a published specification; the caller's agency procures for the partnership.

    With lots, one tender for each, all or none; the answer is the first. 409:
    specification-not-published, regime-mismatch. 422: weights-not-whole, deadline-past,
    no-law-on-that-day, bid-time-too-short, lots-worth-more.
    """
    row = await specifications.get(body.specification)
    if row is None:
        raise Missing
    admit(actor, await members_of(request, row.partnership), frozenset({"member"}))
    for neighbour in body.joint_with:
        if await partnerships.get(neighbour) is None:
            raise Missing
    terms = row.specification
    policies = await _policies(handle, actor, body.policies) if body.policies else None
    procurement = handle.part_id(actor, "procurement")
    lots = lots_of(body.lots, procurement, body.most_lots, terms.annual_value_pence)
    buyer = await _buyer(partnerships, row.partnership, actor.agency)
    steps: list[Step] = []
    for lot in lots or [None]:
        tender = handle.part_id(actor, f"lot {lot.number}") if lot else handle.new_id()
        command = commands.OpenTender(
            tender=tender,
            partnership=row.partnership,
            specification=body.specification,
            specification_published=row.status == "published",
            procuring=actor.agency,
            title=f"{body.title}: {lot.title}" if lot else body.title,
            regime=body.regime,
            kind_of_service=body.kind_of_service,
            buyer=buyer,
            whole_term_pence=whole_term_pence(
                terms.annual_value_pence, terms.starts_on, terms.ends_on
            ),
            criteria=tuple(criterion.term() for criterion in body.criteria),
            bids_close_at=body.bids_close_at,
            delegated_limit_pence=body.delegated_limit_pence,
            now=handle.now(),
            lot=lot,
            payer=body.payer or "",
            joint_with=tuple(body.joint_with),
            planned_on=body.planned_notice_on,
            policies=policies,
            low_against_mean_basis_points=body.low_against_mean_basis_points,
            low_against_next_basis_points=body.low_against_next_basis_points,
        )
        steps.append(Step(TENDERS, tender, command))
    return await handle.together(actor, steps)


async def _buyer(partnerships: ViewStore[PartnershipRow], partnership: str, agency: str) -> Buyer:
    row = await partnerships.get(partnership)
    kinds = {member.agency: member.kind for member in row.members} if row else {}
    return buyer_of(kinds.get(agency, "other"))


async def _policies(handle: Handle, actor: Actor, body: PoliciesBody) -> PoliciesStated:
    return PoliciesStated(
        rules_of=actor.agency,
        ethics=await handle.keep_text(actor, "ethics", body.ethics),
        small_providers=await handle.keep_text(actor, "small providers", body.small_providers),
        sustainability=await handle.keep_text(actor, "sustainability", body.sustainability),
        lots=await handle.keep_text(actor, "lots", body.lots),
    )


@router.post("/{tender}/policies", status_code=201)
async def state_policies(
    tender: Id, body: PoliciesBody, handle: Handling, actor: Procurer
) -> Accepted:
    """State how this procurement is run, once. 409: policies-stand, tender-not-open."""
    stated = await _policies(handle, actor, body)
    command = commands.StatePolicies(stated=stated, now=handle.now())
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/amendments", status_code=201)
async def amend_tender(tender: Id, body: AmendBody, handle: Handling, actor: Procurer) -> Accepted:
    """Change what was published, with the reason, for all bidders alike.

    409: tender-not-open. 422: nothing-amended, deadline-earlier, deadline-not-moved,
    weights-not-whole.
    """
    reason = await handle.keep_text(actor, "reason", body.reason)
    command = commands.AmendTender(
        amendment=str(reason.text),
        reason=reason,
        title=body.title or "",
        criteria=tuple(criterion.term() for criterion in body.criteria),
        bids_close_at=body.bids_close_at,
        now=handle.now(),
    )
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/consortium", status_code=201)
async def form_consortium(
    tender: Id, body: ConsortiumBody, handle: Handling, actor: Bidder
) -> Accepted:
    """Bid together; the caller leads and hands in the bid, and every other party agrees.

    409: tender-not-open, already-bidding, provider-not-registered, provider-suspended.
    422: shares-not-whole.
    """
    parties = tuple(party.term() for party in body.parties)
    command = commands.FormConsortium(
        lead=actor.agency,
        parties=parties,
        standings={one.provider: await standing_of(handle, one.provider) for one in parties},
        now=handle.now(),
    )
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/consortium/agreement", status_code=201)
async def join_consortium(
    tender: Id, body: AgreementBody, handle: Handling, actor: Bidder
) -> Accepted:
    """Agree to one's share in a consortium. 409: unknown-consortium, already-bidding."""
    command = commands.JoinConsortium(lead=body.lead, provider=actor.agency, now=handle.now())
    return await handle(actor, TENDERS, tender, command)
