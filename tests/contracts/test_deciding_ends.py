"""What a board's decision on a service means for its contract, as sentences."""

from __future__ import annotations

from datetime import date

from msgspec.structs import replace

from services.contracts.contracts.commands import (
    AssessImpact,
    CompleteContract,
    ConfirmEnd,
    ExtendContract,
    ProposeEnd,
)
from services.contracts.contracts.decider import CONTRACTS
from services.contracts.contracts.refusals import (
    BeyondTheEnd,
    EndAlreadyConfirmed,
    ImpactNotAssessed,
    NoEndProposed,
    NoticeTooShort,
    NotSigned,
    ServiceCeases,
)
from services.contracts.contracts.signing import extension_changes
from shared.published.contracts import ContractTerminated, EndConfirmed, EndProposed
from shared.published.needs import ServiceChangeDecided
from shared.testing.houses import Caller, RunningHouse
from shared.testing.scenarios import Scenario
from tests.contracts.doors import CONTRACT, opened, signature
from tests.contracts.parts import DRAFT, TEXT, at, signing

JULY = at(2027, 7, 1)
NOTICED = date(2027, 7, 29)
"""The twentieth working day after the first of July."""
LAST = date(2028, 3, 31)
CEASE = ProposeEnd(review="r1", decision="d1", change="cease", now=JULY)
REDESIGN = ProposeEnd(review="r1", decision="d1", change="redesign", now=JULY)
ASSESS = AssessImpact(assessment="i", text=TEXT, assessed_by="lea", now=JULY)
SIGNED = Scenario(CONTRACTS).when_done(DRAFT, signing())
CEASING = SIGNED.when_done(CEASE)


def confirming(day: date) -> ConfirmEnd:
    return ConfirmEnd(effective_on=day, confirmed_by="lea", now=JULY)


def test_a_service_that_ceases_is_proposed_to_end_as_soon_as_its_clause_allows() -> None:
    (proposed,) = SIGNED.when(CEASE).events()
    assert isinstance(proposed, EndProposed)
    assert (proposed.earliest_on, proposed.ends_on) == (NOTICED, NOTICED)
    assert (proposed.clause, proposed.notice_working_days) == ("20", 20)
    CEASING.when(CEASE).then_nothing()


def test_notice_goes_no_further_than_the_contracts_last_day() -> None:
    (late,) = SIGNED.when(
        ProposeEnd(review="r1", decision="d1", change="cease", now=at(2028, 3, 20))
    ).events()
    assert isinstance(late, EndProposed)
    assert (late.earliest_on, late.ends_on) == (LAST, LAST)


def test_a_service_that_is_redesigned_runs_on_to_its_last_day() -> None:
    (proposed,) = SIGNED.when(REDESIGN).events()
    assert isinstance(proposed, EndProposed)
    assert (proposed.earliest_on, proposed.ends_on) == (NOTICED, LAST)


def test_nothing_is_proposed_of_what_is_not_signed_or_is_ending() -> None:
    Scenario(CONTRACTS).when_done(DRAFT).when(CEASE).then_refused(NotSigned)
    ending = CEASING.when_done(ASSESS, confirming(NOTICED))
    again = ProposeEnd(review="r2", decision="d2", change="cease", now=JULY)
    ending.when(again).then_nothing()
    CEASING.when_done(ASSESS, confirming(LAST)).when(again).then_nothing()
    SIGNED.when(replace(CEASE, now=at(2028, 4, 10))).then_nothing()


def test_a_later_decision_of_the_board_takes_the_place_of_an_earlier_one() -> None:
    ceasing = CEASING.when_done(ASSESS, confirming(LAST))
    later = ProposeEnd(review="r2", decision="d2", change="redesign", now=JULY)
    assert ceasing.when(later).events()


def test_a_person_confirms_the_end_after_an_assessment_and_with_notice() -> None:
    SIGNED.when(confirming(NOTICED)).then_refused(NoEndProposed)
    CEASING.when(confirming(NOTICED)).then_refused(ImpactNotAssessed)
    assessed = CEASING.when_done(ASSESS)
    assessed.when(confirming(date(2027, 7, 28))).then_refused(NoticeTooShort, "/body/effective_on")
    assessed.when(confirming(date(2028, 4, 1))).then_refused(BeyondTheEnd, "/body/effective_on")
    confirmed, terminated, *_ = assessed.when(confirming(NOTICED)).events()
    assert confirmed == EndConfirmed(
        contract="k1", change="cease", confirmed_by="lea", effective_on=NOTICED
    )
    assert isinstance(terminated, ContractTerminated)
    assert (terminated.effective_on, terminated.impact_assessment) == (NOTICED, "i")


def test_the_last_day_of_the_contract_needs_no_notice_but_the_assessment() -> None:
    CEASING.when(confirming(LAST)).then_refused(ImpactNotAssessed)
    assessed = CEASING.when_done(ASSESS)
    assessed.when(confirming(LAST)).then(
        EndConfirmed(contract="k1", change="cease", confirmed_by="lea", effective_on=LAST)
    )
    assessed.when_done(confirming(LAST)).when(confirming(LAST)).then_refused(EndAlreadyConfirmed)


def test_a_service_that_ceases_does_not_run_out_unassessed() -> None:
    over = CompleteContract(now=at(2028, 4, 1))
    CEASING.when(over).then_refused(ImpactNotAssessed)
    assert CEASING.when_done(ASSESS).when(over).events()


def test_a_service_that_ceases_is_not_extended_and_one_that_is_redesigned_is() -> None:
    later = date(2028, 9, 30)
    extend = ExtendContract(
        ends_on=later, changes=extension_changes(SIGNED.state, later),
        open_years=frozenset({"2026/27"}), extended_by="lea", now=JULY,
    )  # fmt: skip
    CEASING.when(extend).then_refused(ServiceCeases)
    extended = SIGNED.when_done(REDESIGN, ASSESS, confirming(LAST), extend)
    assert (extended.state.ending.ends_on, extended.state.ending.confirmed) == (later, False)


async def test_the_decision_is_heard_shown_to_partners_and_confirmed_at_the_door(
    house: RunningHouse, lea: Caller, fin: Caller, acorn: Caller
) -> None:
    at_end = f"{CONTRACT}/proposed-end/confirmation"
    fund = await opened(fin, house)
    await lea.done(f"{CONTRACT}/signature", signature(fund, review_every_months=6, full_cost=True))
    await house.settle()
    shown = (await acorn.get(CONTRACT)).json()
    agreed = shown["terms"]["standards"]
    named = ["National Service Framework for Children"]
    assert (agreed["clause"], agreed["standards"]) == ("14", named)
    assert (shown["terms"]["review_every_months"], shown["terms"]["full_cost"]) == (6, True)
    nothing = await lea.post(at_end, {"effective_on": "2027-03-31"})
    assert nothing.json()["code"] == "no-end-proposed"
    decided = ServiceChangeDecided(
        review="r1", contract="k1", partnership="p1", change="cease", decision="d1",
        effective_on=house.house.clock().date(),
    )  # fmt: skip
    await house.hear("needs", "change/r1", decided)
    proposed = (await fin.get(CONTRACT)).json()["proposed_end"]
    assert (proposed["change"], proposed["clause"], proposed["confirmed"]) == ("cease", "20", False)
    assert proposed["ends_on"] == proposed["earliest_on"]
    assert (await acorn.get(CONTRACT)).json()["proposed_end"] is None
    day = {"effective_on": proposed["ends_on"]}
    assert (await acorn.post(at_end, day)).status_code == 403
    assert (await lea.post(at_end, day)).json()["code"] == "impact-not-assessed"
    await lea.done(f"{CONTRACT}/impact-assessments", {"assessment": "Forty children."})
    await lea.done(at_end, day)
    await house.settle()
    told = (await acorn.get(CONTRACT)).json()
    assert (told["status"], told["proposed_end"]["confirmed"]) == ("terminated", True)
