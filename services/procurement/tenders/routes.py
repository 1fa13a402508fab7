"""The doors of tenders: who may ask what, and what they are shown."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

import msgspec
from fastapi import APIRouter, Request

from services.procurement.heard import AUTHORITIES, SPECIFICATIONS, AuthorityRow, SpecificationRow
from services.procurement.tenders import commands
from services.procurement.tenders.bodies import (
    AnswerBody,
    AwardBody,
    BidBody,
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
from services.procurement.tenders.refusals import BidLate, BidsStillSealed
from services.procurement.tenders.state import Evaluated, Open
from services.procurement.tenders.views import TENDER_ROWS, TenderRow
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.membership import members_of
from shared.http.permissions import ANYONE, Parties, admit, allowed
from shared.http.reading import Listed, Paging, Texts, rows
from shared.published.terms import TextRef

router = APIRouter(prefix="/v1/tenders", tags=["tenders"])

Tenders = Annotated[ViewStore[TenderRow], rows(TENDER_ROWS)]
Specifications = Annotated[ViewStore[SpecificationRow], rows(SPECIFICATIONS)]
Authorities = Annotated[ViewStore[AuthorityRow], rows(AUTHORITIES)]


async def parties(request: Request) -> Parties:
    """The partners of the tender's partnership, the one that procures, and everyone who may bid.

    A tender is public from its opening, so every agency stands in the relation `bidder` to it.
    """
    store: ViewStore[TenderRow] = request.app.state.house.stores[TENDER_ROWS.name]
    row = await store.get(request.path_params["tender"])
    if row is None:
        raise Missing
    found = dict(await members_of(request, row.partnership))
    found[row.procuring] = found.get(row.procuring, frozenset()) | {"procuring"}
    return found | {ANYONE: frozenset({"bidder"})}


Reader = Annotated[Actor, allowed("tenders:read", "member", "procuring", "bidder", of=parties)]
Procurer = Annotated[Actor, allowed("tenders:write", "procuring", of=parties)]
Evaluator = Annotated[Actor, allowed("tenders:evaluate", "member", "procuring", of=parties)]
Bidder = Annotated[Actor, allowed("bids:write", "bidder", of=parties)]


def shown(row: TenderRow, actor: Actor) -> dict[str, Any]:
    """What an actor may see of a tender: bids only once opened, and then only partners."""
    content: dict[str, Any] = msgspec.to_builtins(row)
    mine = [bid for bid in content["bids"] if bid["provider"] == actor.agency]
    if row.status == "open" or "provider" in actor.roles:
        content["bids"] = mine
    return content


@router.get("")
async def list_tenders(
    tenders: Tenders,
    paging: Paging,
    actor: Annotated[Actor, allowed("tenders:read")],
) -> Listed[dict[str, Any]]:
    """Every tender, since each is public from its opening; bids only as one may see them."""
    found = await tenders.find(after=paging.after, limit=paging.limit + 1)
    return paging.page({key: shown(row, actor) for key, row in found.items()})


@router.get("/{tender}")
async def read_tender(tender: Id, tenders: Tenders, actor: Reader) -> dict[str, Any]:
    """One tender."""
    row = await tenders.get(tender)
    if row is None:
        raise Missing
    return shown(row, actor)


@router.post("", status_code=201)
async def open_tender(
    request: Request,
    body: OpenTenderBody,
    handle: Handling,
    specifications: Specifications,
    actor: Annotated[Actor, allowed("tenders:write")],
) -> Accepted:
    """Open a tender on a published specification; the caller's agency procures for the partnership.

    409: specification-not-published. 422: weights-not-whole, deadline-past.
    """
    row = await specifications.get(body.specification)
    if row is None:
        raise Missing
    admit(actor, await members_of(request, row.partnership), frozenset({"member"}))
    tender = handle.new_id()
    command = commands.OpenTender(
        tender=tender,
        partnership=row.partnership,
        specification=body.specification,
        specification_published=row.status == "published",
        procuring=actor.agency,
        title=body.title,
        regime=body.regime,
        criteria=tuple(criterion.term() for criterion in body.criteria),
        bids_close_at=body.bids_close_at,
        delegated_limit_pence=body.delegated_limit_pence,
        now=handle.now(),
    )
    return await handle(actor, TENDERS, tender, command)


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


class Receipt(Accepted):
    """Proof of a sealed bid: the salted hash of what was received."""

    bid: str
    digest: str


@router.post("/{tender}/bids", status_code=201)
async def seal_bid(tender: Id, body: BidBody, handle: Handling, actor: Bidder) -> Receipt:
    """Hand in a bid, sealed until the opening. 409: bid-late, one-bid-each, provider-suspended."""
    offer = await handle.keep_text(actor, "offer", body.model_dump_json(), "application/json")
    bid = str(offer.text)
    command = commands.SealBid(
        bid=bid, provider=actor.agency, suspended=False, offer=offer, now=handle.now()
    )
    accepted = await handle(actor, TENDERS, tender, command)
    state = await handle.load(TENDERS, tender)
    if isinstance(state, Open | Evaluated) and bid in state.turned_away:
        await handle.texts.erase(offer.text, handle.now())
        raise BidLate
    return Receipt(id=accepted.id, version=accepted.version, bid=bid, digest=offer.digest)


@router.post("/{tender}/bids/{bid}/withdraw", status_code=201)
async def withdraw_bid(tender: Id, bid: Id, handle: Handling, actor: Bidder) -> Accepted:
    """Take one's own bid back before the deadline. 409: unknown-bid, tender-not-open."""
    command = commands.WithdrawBid(bid=bid, provider=actor.agency, now=handle.now())
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/open-bids", status_code=201)
async def open_bids(tender: Id, handle: Handling, actor: Procurer) -> Accepted:
    """Open all bids once the deadline has passed. 409: bids-still-sealed, tender-not-open."""
    state = await handle.load(TENDERS, tender)
    prices: dict[str, int] = {}
    if isinstance(state, Open) and handle.now() > state.opened.bids_close_at:
        prices = {key: await _price(handle, bid.offer) for key, bid in state.bids.items()}
    command = commands.OpenBids(prices=prices, opened_by=actor.person, now=handle.now())
    return await handle(actor, TENDERS, tender, command)


async def _price(handle: Handling, offer: TextRef) -> int:
    text = await handle.texts.get(offer.text)
    if text is None or text.content is None:
        raise Missing("The offer of a bid is no longer there.")
    return BidBody.model_validate_json(text.content).annual_price_pence


@router.get("/{tender}/bids/{bid}/offer")
async def read_offer(
    request: Request, tender: Id, bid: Id, tenders: Tenders, texts: Texts, actor: Reader
) -> BidBody:
    """What a bid says: to its bidder always, to partners once opened. 409: bids-still-sealed."""
    row = await tenders.get(tender)
    line = next((line for line in row.bids if line.bid == bid), None) if row else None
    if row is None or line is None:
        raise Missing
    if line.provider != actor.agency:
        admit(actor, await members_of(request, row.partnership), frozenset({"member"}))
        if row.status == "open":
            raise BidsStillSealed
    text = await texts.get(UUID(bid))
    if text is None or text.content is None:
        raise Missing
    return BidBody.model_validate_json(text.content)


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
    authority = await _authority(authorities, tender, body.decision, actor.agency)
    command = commands.AwardTender(
        bid=body.bid, authority=authority, awarded_by=actor.person, now=handle.now()
    )
    return await handle(actor, TENDERS, tender, command)


async def _authority(
    authorities: ViewStore[AuthorityRow], tender: str, decision: str | None, agency: str
) -> commands.Authority | None:
    """The board's decision if it was carried and is about this very tender."""
    row = await authorities.get(decision) if decision else None
    if row is None or not row.carried or row.about != tender:
        return None
    return commands.Authority(
        decision=row.decision, home_authority_given=agency in row.home_authority
    )


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
