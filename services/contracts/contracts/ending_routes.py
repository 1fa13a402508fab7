"""The doors of notices, and of how a contract ends."""

from __future__ import annotations

from typing import Annotated

from services.contracts.contracts import bodies, commands
from services.contracts.contracts.decider import CONTRACTS
from services.contracts.reading import Flags, contract_parties
from shared.http.bodies import Id
from shared.http.handling import Accepted, Handling
from shared.http.identity import Actor
from shared.http.permissions import allowed
from shared.http.routing import Router

router = Router(prefix="/v1/contracts", tags=["contracts"])

Lead = Annotated[Actor, allowed("contracts:write", "lead", of=contract_parties)]
Provider = Annotated[Actor, allowed("flags:answer", "provider", of=contract_parties)]


@router.post("/{contract}/notices", status_code=201)
async def issue_notice(
    contract: Id, body: bodies.NoticeBody, handle: Handling, flags: Flags, actor: Lead
) -> Accepted:
    """A formal step under a clause, with a clock. 409: not-signed, unknown-flag.
    422: clause-missing.
    """
    flag = await flags.get(body.flag) if body.flag else None
    text = await handle.keep_text(actor, "notice", body.body)
    command = commands.IssueNotice(
        notice=str(text.text),
        kind=body.kind,
        clause=body.clause,
        flag=body.flag,
        flag_known=flag is not None and flag.contract == contract,
        body=text,
        answer_working_days=body.answer_working_days,
        issued_by=actor.person,
        now=handle.now(),
    )
    return await handle(actor, CONTRACTS, contract, command)


@router.post("/{contract}/notices/{notice}/answer", status_code=201)
async def answer_notice(
    contract: Id, notice: Id, body: bodies.AnswerBody, handle: Handling, actor: Provider
) -> Accepted:
    """The provider answers. 409: unknown-notice."""
    text = await handle.keep_text(actor, "answer", body.body)
    command = commands.AnswerNotice(notice=notice, body=text, now=handle.now())
    return await handle(actor, CONTRACTS, contract, command)


@router.post("/{contract}/impact-assessments", status_code=201)
async def assess_impact(
    contract: Id, body: bodies.ImpactBody, handle: Handling, actor: Lead
) -> Accepted:
    """Record what ending the service would mean. 409: contract-ended."""
    text = await handle.keep_text(actor, "impact", body.assessment)
    command = commands.AssessImpact(
        assessment=str(text.text), text=text, assessed_by=actor.person, now=handle.now()
    )
    return await handle(actor, CONTRACTS, contract, command)


@router.post("/{contract}/termination", status_code=201)
async def terminate_contract(
    contract: Id, body: bodies.TerminationBody, handle: Handling, actor: Lead
) -> Accepted:
    """Decommission: end it early. 409: contract-ended, impact-not-assessed.

    422: notice-too-short, beyond-the-end.
    """
    command = commands.TerminateContract(
        effective_on=body.effective_on, terminated_by=actor.person, now=handle.now()
    )
    return await handle(actor, CONTRACTS, contract, command)


@router.post("/{contract}/proposed-end/confirmation", status_code=201)
async def confirm_end(
    contract: Id, body: bodies.ConfirmEndBody, handle: Handling, actor: Lead
) -> Accepted:
    """Confirm the end that follows from the board's decision. 409: contract-ended, no-end-proposed,
    end-already-confirmed, impact-not-assessed. 422: notice-too-short, beyond-the-end.
    """
    command = commands.ConfirmEnd(
        effective_on=body.effective_on, confirmed_by=actor.person, now=handle.now()
    )
    return await handle(actor, CONTRACTS, contract, command)


@router.post("/{contract}/completion", status_code=201)
async def complete_contract(contract: Id, handle: Handling, actor: Lead) -> Accepted:
    """Its last day is over; what is still promised is released. 409: contract-running,
    impact-not-assessed.
    """
    command = commands.CompleteContract(now=handle.now())
    return await handle(actor, CONTRACTS, contract, command)


@router.post("/{contract}/releases", status_code=201)
async def release_commitment(
    contract: Id, body: bodies.ReleaseBody, handle: Handling, actor: Lead
) -> Accepted:
    """Give up money promised for a year. 409: commitment-too-small, year-closed."""
    command = commands.ReleaseCommitment(
        year=body.year.replace("-", "/"), amount_pence=body.amount_pence, now=handle.now()
    )
    return await handle(actor, CONTRACTS, contract, command)
