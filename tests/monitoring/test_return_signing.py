"""Who makes figures, who signs them, who accepts which of them: as sentences."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from services.monitoring.returns.commands import (
    AcceptReturn,
    AttachEvidence,
    RaiseQuery,
    RemoveEvidence,
    RestateReturn,
    SaveDraft,
    SignReturn,
    SubmitReturn,
)
from services.monitoring.returns.decider import RETURNS
from services.monitoring.returns.looks import Past
from services.monitoring.returns.offers import Offer
from services.monitoring.returns.refusals import (
    ConsentNeeded,
    DeclarationMissing,
    EvidenceIsCited,
    MakerMayNotSign,
    MeasureStands,
    NothingPrepared,
    NotTheLatest,
    PeriodNotOver,
    QueryOpen,
    ReturnHasErrors,
    ReturnIsAccepted,
    TooManyFiles,
    UnknownEvidence,
    UnknownMeasures,
    WindowClosed,
)
from services.monitoring.returns.state import Standing
from shared.eventsourcing.commands import Refused
from shared.published.monitoring import Evidence, ReturnAccepted, ReturnRestated, ReturnSubmitted
from shared.published.terms import ContractTerms, TextRef
from shared.testing.scenarios import Scenario
from tests.monitoring.agreed import OFFER, TERMS, TEXT, offer
from tests.monitoring.test_return_decider import (
    CAME_AT,
    CONTENT,
    DUE_AT,
    LATER,
    accept,
    answer,
    query,
    reject,
    scheduled,
    submit,
    submitted,
)

STRICT = replace(TERMS, maker_may_sign=False)
OTHER_CONTENT = TextRef(text=TEXT.text, digest="r2")
FILE = TextRef(text=UUID(int=7), digest="f")


def prepare(
    by: str = "ann",
    now: datetime = CAME_AT,
    figures: Offer = OFFER,
    content: TextRef = CONTENT,
    terms: ContractTerms = STRICT,
) -> SubmitReturn:
    return SubmitReturn(
        offer=figures, terms=terms, past=Past(), content=content, submitted_by=by, now=now
    )


def sign(
    by: str = "tom",
    now: datetime = CAME_AT,
    receipt: str = "r",
    declaration: TextRef | None = None,
    terms: ContractTerms = STRICT,
) -> SignReturn:
    return SignReturn(
        receipt=receipt, terms=terms, past=Past(), declaration=declaration, signed_by=by, now=now
    )


prepared = scheduled.when_done(prepare())
signed = prepared.when_done(sign())


def standing(past: Scenario) -> Standing:
    assert isinstance(past.state, Standing)
    return past.state


def test_figures_that_wait_for_a_signature_are_not_handed_in() -> None:
    state = standing(prepared)
    assert (state.status, state.submitted, state.latest) == ("draft", False, None)
    assert state.prepared is not None
    assert state.prepared.receipt == "r"


def test_another_person_signs_what_was_made() -> None:
    [event] = prepared.when(sign()).events()
    assert isinstance(event, ReturnSubmitted)
    assert (event.submitted_by, event.prepared_by, event.receipt) == ("tom", "ann", "r")
    assert (event.readings, event.content) == (OFFER.readings, CONTENT)
    assert (standing(signed).status, standing(signed).prepared) == ("submitted", None)


def test_who_made_the_figures_does_not_sign_them() -> None:
    prepared.when(sign("ann")).then_refused(MakerMayNotSign)
    prepared.when(sign("ann", declaration=TEXT)).then_refused(MakerMayNotSign)
    scheduled.when(replace(submit(), terms=STRICT)).then_refused(MakerMayNotSign)


def test_whoever_had_a_hand_in_the_figures_made_them() -> None:
    drafted = scheduled.when_done(SaveDraft(draft=TEXT, saved_by="tom", now=CAME_AT), prepare())
    drafted.when(sign("tom")).then_refused(MakerMayNotSign)
    again = prepared.when_done(prepare("tom", content=OTHER_CONTENT))
    again.when(sign("ann", receipt="r2")).then_refused(MakerMayNotSign)
    assert again.when(sign("una", receipt="r2")).events()


def test_who_made_the_figures_signs_them_where_the_contract_allows_it_and_declares_so() -> None:
    small = scheduled.when_done(prepare(terms=TERMS))
    small.when(sign("ann", terms=TERMS)).then_refused(DeclarationMissing, "/body/declaration")
    [event] = small.when(sign("ann", declaration=TEXT, terms=TERMS)).events()
    assert isinstance(event, ReturnSubmitted)
    assert (event.submitted_by, event.prepared_by, event.declaration) == ("ann", "", TEXT)


def test_a_signature_is_for_the_figures_that_were_read() -> None:
    scheduled.when(sign()).then_refused(NothingPrepared)
    signed.when(sign()).then_refused(NothingPrepared)
    changed = prepared.when_done(prepare(content=OTHER_CONTENT, figures=offer(seen=40)))
    changed.when(sign()).then_refused(NotTheLatest)
    [event] = changed.when(sign(receipt="r2")).events()
    assert isinstance(event, ReturnSubmitted)
    assert event.readings == offer(seen=40).readings


def test_a_return_comes_when_it_is_signed() -> None:
    late = DUE_AT + timedelta(seconds=1)
    [event] = prepared.when(sign(now=late)).events()
    assert isinstance(event, ReturnSubmitted)
    assert (event.late, event.submitted_at) == (True, late)


def test_nothing_is_prepared_that_could_not_be_handed_in() -> None:
    early = datetime(2026, 6, 30, 12, tzinfo=UTC)
    scheduled.when(prepare(now=early)).then_refused(PeriodNotOver)
    scheduled.when(prepare(figures=replace(OFFER, budget=()))).then_refused(ReturnHasErrors)
    signed.when(prepare(now=DUE_AT + timedelta(days=1))).then_refused(WindowClosed)
    signed.when_done(accept()).when(prepare()).then_refused(ReturnIsAccepted)


def test_what_was_prepared_is_judged_again_when_it_is_signed() -> None:
    more = replace(STRICT, measures=(*STRICT.measures, replace(STRICT.measures[0], measure="new")))
    prepared.when(sign(terms=more)).then_refused(ReturnHasErrors)
    waiting = signed.when_done(prepare(content=OTHER_CONTENT), accept())
    waiting.when(sign(receipt="r2")).then_refused(ReturnIsAccepted)


def test_a_restatement_has_its_signatory_too() -> None:
    made = RestateReturn(
        offer=offer(seen=40), terms=STRICT, past=Past(), content=OTHER_CONTENT, reason=TEXT,
        restated_by="ann", now=LATER,
    )  # fmt: skip
    accepted = signed.when_done(accept())
    waiting = accepted.when_done(made)
    assert standing(waiting).status == "accepted"
    waiting.when(sign("ann", LATER, "r2")).then_refused(MakerMayNotSign)
    [event] = waiting.when(sign("tom", LATER, "r2")).events()
    assert isinstance(event, ReturnRestated)
    assert (event.restated_by, event.prepared_by, event.version) == ("tom", "ann", 2)
    late = datetime(2027, 2, 1, tzinfo=UTC)
    waiting.when(sign("tom", late, "r2")).then_refused(ConsentNeeded)


# -- accepting a part


def accept_part(*measures: str, version: int = 1) -> AcceptReturn:
    return replace(accept(version), measures=measures)


def test_some_measures_are_accepted_and_the_others_stay_queried() -> None:
    queried = submitted.when_done(query())
    [event] = queried.when(accept_part("better")).events()
    assert isinstance(event, ReturnAccepted)
    assert event.measures == ("better",)
    assert {reading.measure for reading in event.readings} == {"better"}
    state = standing(queried.given(event))
    assert (state.status, state.accepted, state.accepted_measures) == ("queried", 0, ("better",))


def test_a_measure_that_is_asked_about_is_not_accepted() -> None:
    queried = submitted.when_done(query())
    queried.when(accept_part("seen")).then_refused(QueryOpen)
    queried.when(accept()).then_refused(QueryOpen)
    submitted.when(accept_part("unknown")).then_refused(UnknownMeasures, "/body/measures")
    of_all = submitted.when_done(replace(query(), measure=""))
    of_all.when(accept_part("better")).then_refused(QueryOpen)


def test_the_rest_is_accepted_later_with_all_the_figures() -> None:
    part = submitted.when_done(query(), accept_part("better"), answer())
    assert standing(part).status == "answered"
    part.when(accept_part("better")).then_nothing()
    for command in (accept(), accept_part("seen")):
        [event] = part.when(command).events()
        assert isinstance(event, ReturnAccepted)
        assert (event.measures, event.readings) == ((), OFFER.readings)
        state = standing(part.given(event))
        assert (state.status, state.accepted_measures) == ("accepted", ())


def test_what_is_accepted_stands() -> None:
    part = submitted.when_done(query(), accept_part("better"))
    part.when(submit(LATER, offer(better=25))).then_refused(MeasureStands)
    part.when(submit(LATER, Offer(nil=True))).then_refused(MeasureStands)
    part.when(reject()).then_refused(MeasureStands)
    again: RaiseQuery = replace(query("q2"), measure="better")
    part.when(again).then_refused(MeasureStands)
    [event] = part.when(submit(LATER, offer(seen=40))).events()
    assert isinstance(event, ReturnSubmitted)
    assert standing(part.given(event)).accepted_measures == ("better",)


# -- evidence


def attach(number: int = 7, now: datetime = CAME_AT) -> AttachEvidence:
    file = TextRef(text=UUID(int=number), digest="f")
    evidence = Evidence(file=file, media_type="application/pdf", size=10)
    return AttachEvidence(evidence=evidence, attached_by="ann", now=now)


def remove(number: int = 7) -> RemoveEvidence:
    return RemoveEvidence(file=UUID(int=number), removed_by="ann", now=CAME_AT)


def test_evidence_goes_with_the_figures_that_come_after_it() -> None:
    with_file = scheduled.when_done(attach(), attach(8), remove(8))
    [event] = with_file.when(submit()).events()
    assert isinstance(event, ReturnSubmitted)
    assert [one.file for one in event.evidence] == [FILE]


def test_evidence_that_came_with_figures_stays() -> None:
    came = scheduled.when_done(attach(), submit())
    came.when(remove()).then_refused(EvidenceIsCited)
    came.when(remove(8)).then_refused(UnknownEvidence)
    came.when(attach(8, DUE_AT + timedelta(days=1))).then_refused(WindowClosed)


def test_evidence_is_taken_when_the_period_is_over_and_not_without_end() -> None:
    scheduled.when(attach(now=datetime(2026, 6, 1, tzinfo=UTC))).then_refused(PeriodNotOver)
    full = scheduled.when_done(*(attach(n) for n in range(20)))
    full.when(attach(21)).then_refused(TooManyFiles)


@pytest.mark.parametrize("command", [sign(), attach(), remove(), prepare()])
def test_nothing_is_asked_of_a_return_that_is_not_owed(command: SignReturn) -> None:
    with pytest.raises(Refused):
        RETURNS.decide(command, RETURNS.initial)
