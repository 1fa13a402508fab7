"""The doors of evaluation: the file, questions about low prices, and the award letters.

Law: who has an interest does not read the file; a letter is read by its bidder and by the partner
that procures; nobody reads any of it before the bids are open.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Request
from pydantic import BaseModel

from services.procurement.decisions import decisions_on
from services.procurement.heard import AUTHORITIES, AuthorityRow
from services.procurement.tenders import commands
from services.procurement.tenders.bodies import AskedBody, ExplanationBody, JudgementBody
from services.procurement.tenders.decider import TENDERS
from services.procurement.tenders.files import TENDER_FILES, FileRow, ScoreLine
from services.procurement.tenders.letter_texts import Register, letters_of, words_of
from services.procurement.tenders.lots import awarded_beside
from services.procurement.tenders.low_bids import low_in
from services.procurement.tenders.reading import Bidder, Procurer, Reader, Tenders, parties
from services.procurement.tenders.refusals import BidsStillSealed, EvaluatorInterested
from services.procurement.tenders.views import TenderRow
from shared.eventsourcing.commands import Missing
from shared.eventsourcing.view_store import ViewStore
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.membership import members_of
from shared.http.reading import Texts, rows
from shared.http.routing import Router
from shared.published.terms import TextRef
from shared.texts.store import TextStore

router = Router(prefix="/v1/tenders", tags=["tenders"])

Files = Annotated[ViewStore[FileRow], rows(TENDER_FILES)]
Authorities = Annotated[ViewStore[AuthorityRow], rows(AUTHORITIES)]


async def _both(
    tenders: ViewStore[TenderRow], files: ViewStore[FileRow], tender: str
) -> tuple[TenderRow, FileRow]:
    row, file = await tenders.get(tender), await files.get(tender)
    if row is None or file is None:
        raise Missing
    return row, file


@router.get("/{tender}/evaluation")
async def read_evaluation(
    request: Request, tender: Id, tenders: Tenders, files: Files, texts: Texts,
    authorities: Authorities, actor: Reader,
) -> dict[str, Any]:  # fmt: skip
    """Interests, scores with their reasons, what is low, proposal and authority, for partners.

    404 for all others. 403: evaluator-interested. 409: bids-still-sealed.
    """
    row, file = await _both(tenders, files, tender)
    standing = (await parties(request)).get(actor.agency, frozenset())
    if standing.isdisjoint({"member", "procuring"}) or "provider" in actor.roles:
        raise Missing
    if row.status == "open":
        raise BidsStillSealed
    if file.declared.get(actor.person):
        raise EvaluatorInterested
    dossier = file.dossier
    proposed = "" if file.declared.get(file.proposed_by) else file.proposed
    price = dossier.prices.get(proposed, 0) + await awarded_beside(tenders, files, row)
    return {
        "tender": tender,
        "declared": file.declared,
        "scores": [await _line(texts, line) for line in file.scores],
        "low": [
            {
                "bid": bid,
                "against": against,
                "state": dossier.low.get(bid, "to-ask"),
                "said": [await words_of(texts, ref) for ref in dossier.low_said.get(bid, ())],
            }
            for bid, against in low_in(dossier).items()
        ],
        "consortia": _consortia(file),
        "proposed": proposed,
        "delegated_limit_pence": file.delegated_limit_pence,
        "needs_decision": bool(proposed) and price > file.delegated_limit_pence,
        "decisions": await decisions_on(authorities, tender, row.partnership, row.procuring),
        "letters": sorted(dossier.letters),
        "representations": {
            key: await words_of(texts, grounds) for key, grounds in file.representations.items()
        },
        "letters_on": file.letters_on,
    }


async def _line(texts: TextStore, line: ScoreLine) -> dict[str, Any]:
    return {
        "bid": line.bid,
        "person": line.person,
        "moderated": line.moderated,
        "scores": line.scores,
        "reasons": await words_of(texts, line.reasons),
        "by_criterion": {
            criterion: await words_of(texts, why) for criterion, why in line.by_criterion.items()
        },
    }


def _consortia(file: FileRow) -> list[dict[str, Any]]:
    return [
        {
            "lead": lead,
            "parties": [
                {
                    "provider": party.provider,
                    "share_basis_points": party.share_basis_points,
                    "agreed": party.provider in known.agreed,
                }
                for party in known.parties
            ],
        }
        for lead, known in file.dossier.consortia.items()
    ]


@router.get("/{tender}/consortium")
async def list_consortia(
    request: Request, tender: Id, tenders: Tenders, files: Files, actor: Reader
) -> list[dict[str, Any]]:
    """The consortia one has a share in; for partners all of them, once the bids are open."""
    row, file = await _both(tenders, files, tender)
    members = await members_of(request, row.partnership)
    partner = actor.agency in members and "provider" not in actor.roles
    if partner:
        return _consortia(file) if row.status != "open" else []
    return [
        one
        for one in _consortia(file)
        if actor.agency in {party["provider"] for party in one["parties"]}
    ]


class Policies(BaseModel):
    """How a procurement is run: whose rules hold, and what they ask."""

    rules_of: str
    ethics: str
    small_providers: str
    sustainability: str
    lots: str


@router.get("/{tender}/policies")
async def read_policies(tender: Id, files: Files, texts: Texts, _: Reader) -> Policies:
    """The policies of this procurement; 404 where none have been stated."""
    file = await files.get(tender)
    stated = file.dossier.policies if file else None
    if stated is None:
        raise Missing
    return Policies(
        rules_of=stated.rules_of,
        ethics=await words_of(texts, stated.ethics),
        small_providers=await words_of(texts, stated.small_providers),
        sustainability=await words_of(texts, stated.sustainability),
        lots=await words_of(texts, stated.lots),
    )


@router.get("/{tender}/amendments")
async def list_amendments(
    tender: Id, tenders: Tenders, texts: Texts, _: Reader
) -> list[dict[str, Any]]:
    """What was changed since the tender was opened, in order, with the reasons."""
    row = await tenders.get(tender)
    if row is None:
        raise Missing
    return [
        {
            "amendment": one.amendment,
            "title": one.title,
            "criteria": [criterion.title for criterion in one.criteria],
            "bids_close_at": one.bids_close_at,
            "reason": await words_of(texts, one.reason),
        }
        for one in row.amendments
    ]


@router.post("/{tender}/bids/{bid}/price-question", status_code=201)
async def ask_about_price(
    tender: Id, bid: Id, body: AskedBody, handle: Handling, actor: Procurer
) -> Accepted:
    """Ask a bidder how so low a price is possible. 409: bid-not-low, low-bid-not-waiting."""
    asked = await handle.keep_text(actor, "asked", body.asked)
    command = commands.AskAboutLowBid(bid=bid, asked=asked, now=handle.now())
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/bids/{bid}/price-explanation", status_code=201)
async def explain_price(
    tender: Id, bid: Id, body: ExplanationBody, handle: Handling, actor: Bidder
) -> Accepted:
    """Explain one's own low price. 409: unknown-bid, low-bid-not-waiting."""
    command = commands.ExplainLowBid(
        bid=bid,
        provider=actor.agency,
        explanation=await handle.keep_text(actor, "explanation", body.explanation),
        now=handle.now(),
    )
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/bids/{bid}/price-judgement", status_code=201)
async def judge_price(
    tender: Id, bid: Id, body: JudgementBody, handle: Handling, actor: Procurer
) -> Accepted:
    """Say whether a low price can be relied on, with the reason. 409: low-bid-not-waiting."""
    command = commands.JudgeLowBid(
        bid=bid,
        accepted=body.accepted,
        reason=await handle.keep_text(actor, "reason", body.reason),
        judged_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, TENDERS, tender, command)


@router.post("/{tender}/letters", status_code=201)
async def send_letters(
    tender: Id, handle: Handling, register: Register, actor: Procurer
) -> Accepted:
    """Send each bidder its letter, made from the moderated reasons. 409: not-awarded,
    letters-sent.
    """
    letters = await letters_of(handle, actor, register, tender)
    command = commands.SendLetters(letters=letters, now=handle.now())
    return await handle(actor, TENDERS, tender, command)


class Letter(BaseModel):
    """An award letter, as it was sent."""

    bid: str
    letter: str


@router.get("/{tender}/bids/{bid}/letter")
async def read_letter(tender: Id, bid: Id, files: Files, texts: Texts, tenders: Tenders,
                      actor: Reader) -> Letter:  # fmt: skip
    """A bid's letter: for its bidder and the partner that procures; 404 for all others."""
    row, file = await _both(tenders, files, tender)
    sent: TextRef | None = file.dossier.letters.get(bid)
    own = file.dossier.bidders.get(bid) == actor.agency
    procures = actor.agency == row.procuring and "provider" not in actor.roles
    if sent is None or not (own or procures):
        raise Missing
    return Letter(bid=bid, letter=await words_of(texts, sent))


@router.get("/{tender}/price-questions")
async def list_price_questions(
    tender: Id, files: Files, texts: Texts, actor: Reader
) -> list[dict[str, Any]]:
    """What one's own bid has been asked about its price, and what was answered."""
    file = await files.get(tender)
    if file is None:
        raise Missing
    return [
        {
            "bid": bid,
            "state": state,
            "said": [await words_of(texts, ref) for ref in file.dossier.low_said[bid]],
        }
        for bid, state in file.dossier.low.items()
        if file.dossier.bidders.get(bid) == actor.agency
    ]
