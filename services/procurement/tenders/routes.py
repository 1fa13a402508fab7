"""The doors of tenders: who may ask what; what is shown of them is in `reading`."""

from __future__ import annotations

from typing import Annotated

from services.procurement.decisions import authority_of
from services.procurement.heard import AUTHORITIES, AuthorityRow
from services.procurement.providers.standing import standing_of
from services.procurement.tenders import commands
from services.procurement.tenders.bodies import (
    AnswerBody,
    AwardBody,
    BidChoice,
    CancelBody,
    InterestBody,
    NoticeBody,
    QuestionBody,
    RepresentationBody,
    ResolutionBody,
    ScoresBody,
)
from services.procurement.tenders.decider import TENDERS
from services.procurement.tenders.evaluating import parties_to
from services.procurement.tenders.letter_texts import Register, letters_of
from services.procurement.tenders.lots import lots_beside
from services.procurement.tenders.reading import Bidder, Evaluator, Procurer, Tenders, row_of
from shared.eventsourcing.handle import Step
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handle, Handling
from shared.http.identity import Actor
from shared.http.reading import rows
from shared.http.routing import Router
from shared.published.terms import TextRef

router = Router(prefix="/v1/tenders", tags=["tenders"])

Authorities = Annotated[ViewStore[AuthorityRow], rows(AUTHORITIES)]


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


async def _each(handle: Handle, actor: Actor, body: ScoresBody) -> dict[str, TextRef]:
    """The reason for each score, kept."""
    return {
        criterion: await handle.keep_text(actor, f"reason {criterion}", why)
        for criterion, why in body.by_criterion.items()
    }


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
        by_criterion=await _each(handle, actor, body),
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
        by_criterion=await _each(handle, actor, body),
        moderated_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/proposal", status_code=201)
async def propose_award(tender: Id, body: BidChoice, handle: Handling, actor: Procurer) -> Accepted:
    """Propose one bid for award. 409: scores-not-moderated, unknown-bid, provider-not-registered,
    provider-suspended, provider-excluded, standards-lapsed.
    """
    state = await handle.load(TENDERS, tender)
    command = commands.ProposeAward(
        bid=body.bid,
        proposed_by=actor.person,
        now=handle.now(),
        standings={one: await standing_of(handle, one) for one in parties_to(state, body.bid)},
    )
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/award", status_code=201)
async def award_tender(
    tender: Id,
    body: AwardBody,
    handle: Handling,
    authorities: Authorities,
    tenders: Tenders,
    actor: Procurer,
) -> Accepted:
    """Award the tender to one bid.

    409: bids-still-sealed, already-awarded, unknown-bid, award-not-proposed, scores-not-moderated,
    too-many-lots, provider-not-registered, provider-suspended, provider-excluded, standards-lapsed,
    authority-missing.
    """
    row = await row_of(tenders, tender)
    beside = await lots_beside(handle, tenders, tender)
    state = await handle.load(TENDERS, tender)
    command = commands.AwardTender(
        bid=body.bid,
        authority=await authority_of(
            authorities, tender, row.partnership, body.decision, actor.agency
        ),
        awarded_by=actor.person,
        now=handle.now(),
        lots_won=beside.won,
        awarded_beside_pence=beside.pence,
        standings={one: await standing_of(handle, one) for one in parties_to(state, body.bid)},
    )
    return await handle.together(actor, [Step(TENDERS, tender, command)], list(beside.unchanged))


@router.post("/{tender}/notice", status_code=201)
async def publish_notice(
    tender: Id, body: NoticeBody, handle: Handling, register: Register, actor: Procurer
) -> Accepted:
    """Publish the notice from which the standstill counts; bidders without a letter get theirs.

    409: not-awarded, notice-published. 422: standstill-owed.
    """
    command = commands.PublishAwardNotice(
        notice=handle.new_id(),
        no_standstill_section=body.no_standstill_section,
        letters=await letters_of(handle, actor, register, tender),
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
    """Decide on a representation, with reasons. 403: evaluator-interested.
    409: unknown-representation.
    """
    command = commands.ResolveRepresentation(
        representation=representation,
        upheld=body.upheld,
        reason=await handle.keep_text(actor, "reason", body.reason),
        resolved_by=actor.person,
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
    tender: Id, body: CancelBody, handle: Handling, actor: Procurer
) -> Accepted:
    """Give the tender up, with reasons. 409: tender-not-open."""
    reason = await handle.keep_text(actor, "reason", body.reason)
    command = commands.CancelTender(reason=reason, unsuccessful=body.unsuccessful, now=handle.now())
    return await handle(actor, TENDERS, tender, command)
