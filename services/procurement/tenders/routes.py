"""The doors of tenders: who may ask what; what is shown of them is in `reading`."""

from __future__ import annotations

from typing import Annotated

from fastapi import Request

from services.procurement.decisions import authority_of
from services.procurement.heard import AUTHORITIES, SPECIFICATIONS, AuthorityRow, SpecificationRow
from services.procurement.regimes import Buyer, whole_term_pence
from services.procurement.tenders import commands
from services.procurement.tenders.bodies import (
    AnswerBody,
    AwardBody,
    BidChoice,
    InterestBody,
    NoticeBody,
    OpenTenderBody,
    QuestionBody,
    ReasonBody,
    RepresentationBody,
    ResolutionBody,
    ScoresBody,
)
from services.procurement.tenders.decider import TENDERS
from services.procurement.tenders.reading import parties
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import PARTNERSHIPS, PartnershipRow, members_of
from shared.http.permissions import admit, allowed
from shared.http.reading import rows
from shared.http.routing import Router

router = Router(prefix="/v1/tenders", tags=["tenders"])

Specifications = Annotated[ViewStore[SpecificationRow], rows(SPECIFICATIONS)]
Authorities = Annotated[ViewStore[AuthorityRow], rows(AUTHORITIES)]
Partnerships = Annotated[ViewStore[PartnershipRow], rows(PARTNERSHIPS)]

Procurer = Annotated[Actor, allowed("tenders:write", "procuring", of=parties)]
Evaluator = Annotated[Actor, allowed("tenders:evaluate", "member", "procuring", of=parties)]
Bidder = Annotated[Actor, allowed("bids:write", "bidder", of=parties)]


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

    409: specification-not-published, regime-mismatch. 422: weights-not-whole, deadline-past,
    no-law-on-that-day.
    """
    row = await specifications.get(body.specification)
    if row is None:
        raise Missing
    admit(actor, await members_of(request, row.partnership), frozenset({"member"}))
    terms = row.specification
    tender = handle.new_id()
    command = commands.OpenTender(
        tender=tender,
        partnership=row.partnership,
        specification=body.specification,
        specification_published=row.status == "published",
        procuring=actor.agency,
        title=body.title,
        regime=body.regime,
        kind_of_service=body.kind_of_service,
        buyer=await _buyer(partnerships, row.partnership, actor.agency),
        whole_term_pence=whole_term_pence(terms.annual_value_pence, terms.starts_on, terms.ends_on),
        criteria=tuple(criterion.term() for criterion in body.criteria),
        bids_close_at=body.bids_close_at,
        delegated_limit_pence=body.delegated_limit_pence,
        now=handle.now(),
    )
    return await handle(actor, TENDERS, tender, command)


async def _buyer(partnerships: ViewStore[PartnershipRow], partnership: str, agency: str) -> Buyer:
    """NHS bodies buy under the threshold of central authorities, all others sub-central."""
    row = await partnerships.get(partnership)
    kinds = {member.agency: member.kind for member in row.members} if row else {}
    return "central" if kinds.get(agency, "other").startswith("nhs-") else "sub-central"


@router.post("/{tender}/questions", status_code=201)
async def ask_question(tender: Id, body: QuestionBody, handle: Handling, actor: Bidder) -> Accepted:
    """Ask before the deadline; the answer goes to all, the asker unnamed. 409: tender-not-open."""
    asked = await handle.keep_text(actor, "question", body.question)
    command = commands.AskQuestion(
        question=str(asked.text), provider=actor.agency, asked=asked, now=handle.now()
    )
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/questions/{question}/answer", status_code=201)
async def answer_question(
    tender: Id, question: Id, body: AnswerBody, handle: Handling, actor: Procurer
) -> Accepted:
    """Answer a question to all. 409: unknown-question."""
    answer = await handle.keep_text(actor, "answer", body.answer)
    command = commands.AnswerQuestion(question=question, answer=answer, now=handle.now())
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/interests", status_code=201)
async def declare_interest(
    tender: Id, body: InterestBody, handle: Handling, actor: Evaluator
) -> Accepted:
    """An evaluator says whether they have an interest. 409: bids-still-sealed."""
    command = commands.DeclareInterest(
        evaluator=actor.person, interested=body.interested, now=handle.now()
    )
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/bids/{bid}/scores", status_code=201)
async def score_bid(
    tender: Id, bid: Id, body: ScoresBody, handle: Handling, actor: Evaluator
) -> Accepted:
    """Score a bid. 409: interest-not-declared, unknown-bid. 403: evaluator-interested."""
    command = commands.ScoreBid(
        bid=bid,
        evaluator=actor.person,
        scores=dict(body.scores),
        reasons=await handle.keep_text(actor, "reasons", body.reasons),
        now=handle.now(),
    )
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/bids/{bid}/moderation", status_code=201)
async def moderate_scores(
    tender: Id, bid: Id, body: ScoresBody, handle: Handling, actor: Evaluator
) -> Accepted:
    """The consensus on a bid; the evaluators' own scores are kept. 409: scores-not-moderated."""
    command = commands.ModerateScores(
        bid=bid,
        scores=dict(body.scores),
        reasons=await handle.keep_text(actor, "reasons", body.reasons),
        moderated_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/proposal", status_code=201)
async def propose_award(tender: Id, body: BidChoice, handle: Handling, actor: Procurer) -> Accepted:
    """Propose one bid for award. 409: scores-not-moderated, unknown-bid."""
    command = commands.ProposeAward(bid=body.bid, proposed_by=actor.person, now=handle.now())
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/award", status_code=201)
async def award_tender(
    tender: Id,
    body: AwardBody,
    handle: Handling,
    authorities: Authorities,
    actor: Procurer,
) -> Accepted:
    """Award the tender to one bid.

    409: bids-still-sealed, already-awarded, unknown-bid, award-not-proposed, authority-missing.
    """
    authority = await authority_of(authorities, tender, body.decision, actor.agency)
    command = commands.AwardTender(
        bid=body.bid, authority=authority, awarded_by=actor.person, now=handle.now()
    )
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/notice", status_code=201)
async def publish_notice(
    tender: Id, body: NoticeBody, handle: Handling, actor: Procurer
) -> Accepted:
    """Publish the notice from which the standstill counts. 409: not-awarded, notice-published."""
    command = commands.PublishAwardNotice(
        notice=handle.new_id(),
        no_standstill_section=body.no_standstill_section,
        now=handle.now(),
    )
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/representations", status_code=201)
async def make_representation(
    tender: Id, body: RepresentationBody, handle: Handling, actor: Bidder
) -> Accepted:
    """Challenge the award inside the standstill, which it suspends. 409: tender-not-open."""
    grounds = await handle.keep_text(actor, "grounds", body.grounds)
    command = commands.MakeRepresentation(
        representation=str(grounds.text), by=actor.agency, grounds=grounds, now=handle.now()
    )
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/representations/{representation}/resolution", status_code=201)
async def resolve_representation(
    tender: Id, representation: Id, body: ResolutionBody, handle: Handling, actor: Procurer
) -> Accepted:
    """Decide on a representation, with reasons. 409: unknown-representation."""
    command = commands.ResolveRepresentation(
        representation=representation,
        upheld=body.upheld,
        reason=await handle.keep_text(actor, "reason", body.reason),
        now=handle.now(),
    )
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/confirmation", status_code=201)
async def confirm_award(tender: Id, handle: Handling, actor: Procurer) -> Accepted:
    """Say that the award is ready to sign. 409: standstill-running, representation-stands."""
    command = commands.ConfirmAward(award=handle.new_id(), now=handle.now())
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/cancellation", status_code=201)
async def cancel_tender(
    tender: Id, body: ReasonBody, handle: Handling, actor: Procurer
) -> Accepted:
    """Give the tender up, with reasons. 409: tender-not-open."""
    reason = await handle.keep_text(actor, "reason", body.reason)
    return await handle(
        actor, TENDERS, tender, commands.CancelTender(reason=reason, now=handle.now())
    )
