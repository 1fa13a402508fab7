"""The doors by which an award without a tender is proposed, announced, made or given up."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

from fastapi import Request

from services.procurement.agreements.decider import AGREEMENTS, Agreement, NoAgreement, Standing
from services.procurement.awards import commands
from services.procurement.awards.beside import standing_beside
from services.procurement.awards.bodies import (
    DecidedBody,
    InterestBody,
    MakeBody,
    NoticeBody,
    ProposeBody,
    ReasonBody,
    ReceivedBody,
)
from services.procurement.awards.challenging import represented
from services.procurement.awards.decider import AWARDS
from services.procurement.awards.events import AwardTerms
from services.procurement.awards.grounds import ground_on
from services.procurement.awards.reading import (
    Authorities,
    Awards,
    Procurer,
    Specifications,
    row_of,
    whole_term_of,
)
from services.procurement.decisions import authority_of
from services.procurement.heard import SpecificationRow
from services.procurement.providers.standing import standing_of
from services.procurement.regimes import NoLawOnThatDay, buyer_of, regime_of
from shared.eventsourcing.clock import london_date
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.handle import Step
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handle, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of, partnerships
from shared.http.permissions import admit, allowed
from shared.http.routing import Router
from shared.published.procurement import Regime
from shared.published.terms import TextRef

router = Router(prefix="/v1/awards", tags=["awards"])


async def _agreement(handle: Handle, named: str) -> Agreement:
    """The framework agreement as it stands; none where nothing or nothing known is named."""
    try:
        return await handle.load(AGREEMENTS, named) if named else NoAgreement()
    except Missing:
        return NoAgreement()


@router.post("", status_code=201)
async def propose_award_without_tender(
    request: Request,
    body: ProposeBody,
    handle: Handling,
    specifications: Specifications,
    actor: Annotated[Actor, allowed("tenders:write")],
) -> Accepted:
    """Propose a direct award, call-off, in-house provision or grant; the caller's agency procures.

    409: specification-not-published, provider-not-registered, provider-suspended,
    provider-excluded, standards-lapsed, conditions-unmet, framework-over,
    partnership-not-on-framework, provider-not-on-framework, competition-needed.
    422: section-missing, award-ground-unknown, framework-missing, unknown-lot,
    grant-conditions-missing, provider-not-a-partner, excludable-not-considered.
    """
    row = await specifications.get(body.specification)
    if row is None:
        raise Missing
    members = await members_of(request, row.partnership)
    admit(actor, members, frozenset({"member"}))
    award = handle.new_id()
    agreement = await _agreement(handle, body.framework or "")
    terms = await _terms(request, body, handle, actor, row, agreement)
    command = commands.ProposeAward(
        award=award,
        terms=terms,
        specification_published=row.status == "published",
        provider_is_partner=body.provider in members,
        standing=await standing_of(handle, body.provider),
        agreement=agreement,
        delegated_limit_pence=body.delegated_limit_pence,
        proposed_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, AWARDS, award, command)


async def _terms(
    request: Request,
    body: ProposeBody,
    handle: Handle,
    actor: Actor,
    row: SpecificationRow,
    agreement: Agreement,
) -> AwardTerms:
    """The terms as proposed, with the regime that the law of today puts them under."""
    today = london_date(handle.now())
    known = (await partnerships(request))[row.partnership]
    kinds = {member.agency: member.kind for member in known.members}
    buyer = buyer_of(kinds.get(actor.agency, "other"))
    value, _ = whole_term_of(row, body.annual_price_pence)
    regime: Regime | None = None
    with suppress(NoLawOnThatDay):  # before the Act nothing of it is owed
        regime = regime_of(body.kind_of_service, value, buyer, today).regime
    ground = ground_on(body.ground, today) if body.ground else None
    called = agreement.registered if isinstance(agreement, Standing) else None

    async def kept(kind: str, words: str | None) -> TextRef | None:
        return await handle.keep_text(actor, kind, words) if words else None

    return AwardTerms(
        way=body.way,
        partnership=row.partnership,
        specification=body.specification,
        procuring=actor.agency,
        provider=body.provider,
        annual_price_pence=body.annual_price_pence,
        section=body.section or (ground.section if ground else body.ground or ""),
        framework=f"{called.title} ({called.reference})" if called else "",
        reason=await handle.keep_text(actor, "reason", body.reason),
        ground=body.ground or "",
        agreement=called.agreement if called else "",
        lot=body.lot if called else 0,
        competition=body.competition if called else "",
        kind_of_service=body.kind_of_service,
        buyer=buyer,
        regime=regime,
        whole_term_pence=value,
        conditions=tuple(dict.fromkeys(body.conditions)),
        considered=await kept("considered", body.considered),
        grant_conditions=await kept("grant-conditions", body.grant_conditions),
    )


@router.post("/{award}/interests", status_code=201)
async def declare_award_interest(
    award: Id, body: InterestBody, handle: Handling, actor: Procurer
) -> Accepted:
    """Say whether one has an interest in the provider; an interest once declared stands.

    409: award-not-open, awarder-interested.
    """
    command = commands.DeclareInterest(
        person=actor.person, interested=body.interested, now=handle.now()
    )
    return await handle(actor, AWARDS, award, command)


@router.post("/{award}/notices", status_code=201)
async def announce_award(
    award: Id,
    body: NoticeBody,
    handle: Handling,
    awards: Awards,
    authorities: Authorities,
    actor: Procurer,
) -> Accepted:
    """Publish a notice of the award before it is made; a standstill counts from it where one does.

    409: award-not-open, notice-not-owed, notice-published, notice-missing, authority-missing.
    """
    row = await row_of(awards, award)
    beside, _ = await standing_beside(handle, awards, row)
    command = commands.AnnounceAward(
        notice=body.notice,
        keep_standstill=body.keep_standstill,
        authority=await authority_of(
            authorities, award, row.partnership, body.decision, actor.agency
        ),
        now=handle.now(),
        made_beside_pence=beside,
    )
    return await handle(actor, AWARDS, award, command)


@router.post("/{award}/representations", status_code=201)
async def receive_award_representation(
    award: Id, body: ReceivedBody, handle: Handling, actor: Procurer
) -> Accepted:
    """Record a provider's representation against the announced award; the standstill waits for it.

    409: award-not-open, no-standstill-running.
    """
    return await represented(handle, actor, award, body.by, body.grounds)


@router.post("/{award}/representations/{representation}/resolution", status_code=201)
async def resolve_award_representation(
    award: Id, representation: Id, body: DecidedBody, handle: Handling, actor: Procurer
) -> Accepted:
    """Decide on a representation, with reasons. 409: award-not-open, unknown-representation,
    awarder-interested.
    """
    command = commands.DecideRepresentation(
        representation=representation,
        upheld=body.upheld,
        reason=await handle.keep_text(actor, "reason", body.reason),
        decided_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, AWARDS, award, command)


@router.post("/{award}/making", status_code=201)
async def make_award(
    award: Id,
    body: MakeBody,
    handle: Handling,
    awards: Awards,
    specifications: Specifications,
    authorities: Authorities,
    actor: Procurer,
) -> Accepted:
    """Make the award proposed.

    409: award-not-open, specification-not-published, provider-not-registered,
    provider-suspended, provider-excluded, standards-lapsed, conditions-unmet, framework-over,
    provider-not-on-framework, interest-not-declared, awarder-interested, authority-missing,
    notice-missing, standstill-running, representation-stands, representation-upheld.
    """
    row = await row_of(awards, award)
    specification = await specifications.get(row.specification)
    beside, unchanged = await standing_beside(handle, awards, row)
    command = commands.MakeAward(
        specification_published=specification is not None and specification.status == "published",
        standing=await standing_of(handle, row.provider),
        agreement=await _agreement(handle, row.agreement),
        authority=await authority_of(
            authorities, award, row.partnership, body.decision, actor.agency
        ),
        awarded_by=actor.person,
        now=handle.now(),
        made_beside_pence=beside,
    )
    return await handle.together(actor, [Step(AWARDS, award, command)], unchanged)


@router.post("/{award}/withdrawal", status_code=201)
async def withdraw_award(
    award: Id, body: ReasonBody, handle: Handling, actor: Procurer
) -> Accepted:
    """Give up an award that was only proposed, with the reason. 409: award-not-open."""
    reason = await handle.keep_text(actor, "reason", body.reason)
    command = commands.WithdrawAward(reason=reason, now=handle.now())
    return await handle(actor, AWARDS, award, command)
