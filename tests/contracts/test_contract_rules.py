"""The rules of a contract, as sentences."""

from __future__ import annotations

from datetime import date

from services.contracts.contracts.commands import (
    ApproveAccrual,
    ApprovePayment,
    AssessImpact,
    CertifyDue,
    CompleteContract,
    DisputeInvoice,
    ExtendContract,
    ForfeitWithholding,
    PreparePayment,
    ProposeAccrual,
    ReceiveInvoice,
    ReleaseWithholding,
    TerminateContract,
    VaryContract,
    WithholdAmount,
)
from services.contracts.contracts.decider import CONTRACTS
from services.contracts.contracts.events import ContractDrafted, CostCharged
from services.contracts.contracts.money import Certificate
from services.contracts.contracts.refusals import (
    AboveAward,
    AboveCap,
    AboveClause,
    AboveWithheld,
    AlreadyDrafted,
    ApproverIsPreparer,
    BeyondTheEnd,
    DatesReversed,
    DuplicateInvoice,
    FlagNotUpheld,
    ImpactNotAssessed,
    InAnotherPayment,
    InvoiceIsDisputed,
    MechanismChanged,
    NotDrafted,
    NothingPayable,
    NoticeTooShort,
    NotLater,
    NotSigned,
    NoWithholdingClause,
    PaymentMoved,
    PeriodNotOver,
    ReturnIsIn,
    SanctionsNotLive,
    StillRunning,
    TermsMoved,
    UnknownCertificate,
    UnknownMeasure,
)
from services.contracts.contracts.signing import extension_changes, price_changes
from shared.eventsourcing.commands import Command
from shared.published.contracts import (
    AccrualReversed,
    AmountWithheld,
    CommitmentReleased,
    ContractCompleted,
    ContractSigned,
    ContractTerminated,
    ExpenditureAccrued,
    PaymentCertified,
    PaymentMade,
)
from shared.published.terms import Block, CostAndVolume
from shared.testing.scenarios import Scenario
from tests.contracts.parts import DRAFT, NOW, OUTCOMES, TEXT, VOLUME, accepted, at, signing

contract = Scenario(CONTRACTS)
drafted = contract.when_done(DRAFT)
block = drafted.when_done(signing())
volume = drafted.when_done(signing(VOLUME, returns="quarterly"))
JULY, OCTOBER = at(2026, 7, 1), at(2026, 10, 1)
Q1 = "k1:2026-27-Q1:block:1"
certified = block.when_done(CertifyDue(now=JULY))
prepare = PreparePayment(payment="pay1", certificates=(Q1,), prepared_by="fin", now=JULY)
prepared = certified.when_done(prepare)
approve = ApprovePayment(payment="pay1", approved_by="fay", now=JULY)


def certificates(past: Scenario) -> dict[str, Certificate]:
    return past.state.books.certificates


def withholding(basis_points: int = 500, **changes: object) -> WithholdAmount:
    fields = {
        "withholding": "w1",
        "certificate": Q1,
        "basis_points": basis_points,
        "flag": "fl1",
        "flag_upheld": True,
        "now": OCTOBER,
    }
    return WithholdAmount(**(fields | changes))  # type: ignore[arg-type]


def of(past: Scenario, command: Command, kind: type[object]) -> list[object]:
    return [event for event in past.when(command).events() if isinstance(event, kind)]


def test_an_award_is_drafted_once() -> None:
    events = contract.when(DRAFT).events()
    assert [type(event) for event in events] == [ContractDrafted]
    drafted.when(DRAFT).then_refused(AlreadyDrafted)


def test_signing_commits_the_value_of_each_year() -> None:
    signed = of(drafted, signing(), ContractSigned)[0]
    assert isinstance(signed, ContractSigned)
    assert signed.terms.commitments == {"2026/27": 100_000_01, "2027/28": 100_000_01}


def test_a_contract_is_signed_once_and_on_a_draft_alone() -> None:
    contract.when(signing()).then_refused(NotDrafted)
    block.when(signing()).then_refused(NotDrafted)
    drafted.when(CertifyDue(now=NOW)).then_refused(NotSigned)


def test_terms_above_the_award_or_out_of_order_are_refused() -> None:
    drafted.when(signing(Block(annual_pence=100_000_02))).then_refused(AboveAward)
    reversed = signing(ends_on=date(2026, 3, 31))
    drafted.when(reversed).then_refused(DatesReversed, "/body/ends_on")
    other = CostAndVolume(measure="m9", unit_price_pence=1, cap_annual_pence=1)
    drafted.when(signing(other)).then_refused(UnknownMeasure, "/body/payment")


def test_instalments_are_certified_on_the_contracts_dates_and_once() -> None:
    events = of(block, CertifyDue(now=JULY), PaymentCertified)
    assert events == [
        PaymentCertified(
            contract="k1", fund="f1", year="2026/27", certificate=Q1, element="Block",
            amount_pence=25_000_01, period="2026-27-Q1", effective_on=date(2026, 6, 30),
        )
    ]  # fmt: skip
    certified.when(CertifyDue(now=JULY)).then_nothing()


def test_the_instalments_of_a_year_come_to_its_commitment() -> None:
    year = block.when_done(CertifyDue(now=at(2027, 4, 1)))
    assert sum(c.net_pence for c in certificates(year).values()) == 100_000_01
    assert year.state.books.committed["2026/27"] == 0


def test_no_instalment_is_certified_in_a_year_the_fund_has_not_opened() -> None:
    later = block.when_done(CertifyDue(now=at(2027, 8, 1)))
    assert {c.year for c in certificates(later).values()} == {"2026/27"}


def test_activity_is_certified_from_the_accepted_return_up_to_the_cap() -> None:
    first = volume.when_done(accepted("2026-27-Q1", 1900, JULY))
    again = first.when_done(accepted("2026-27-Q2", 300, OCTOBER))
    found = [(c.net_pence, c.capped_pence) for c in certificates(again).values()]
    assert found == [(95_000_00, 0), (5_000_00, 10_000_00)]
    again.when(accepted("2026-27-Q2", 300, OCTOBER)).then_nothing()


def test_the_last_return_of_a_year_brings_it_to_the_floor() -> None:
    floor = CostAndVolume(
        measure="m1", unit_price_pence=50_00, floor_annual_pence=10_000_00,
        cap_annual_pence=100_000_00,
    )  # fmt: skip
    past = drafted.when_done(signing(floor))
    for quarter in (1, 2, 3, 4):
        past = past.when_done(accepted(f"2026-27-Q{quarter}", 10, at(2027, 4, 20)))
    found = [c.net_pence for c in certificates(past).values()]
    assert found == [500_00, 500_00, 500_00, 8_500_00]


def test_a_fee_goes_by_the_calendar_and_outcomes_by_the_return() -> None:
    past = drafted.when_done(signing(OUTCOMES), CertifyDue(now=JULY))
    past = past.when_done(accepted("2026-27-Q1", 3, JULY))
    found = {c.element: c.net_pence for c in certificates(past).values()}
    assert found == {"Fee": 10_000_00, "Outcome": 1_500_00}


def test_a_restated_return_after_payment_leaves_the_provider_owing() -> None:
    past = volume.when_done(accepted("2026-27-Q1", 100, JULY))
    name = "k1:2026-27-Q1:activity:1"
    past = past.when_done(
        PreparePayment(payment="p", certificates=(name,), prepared_by="fin", now=JULY),
        ApprovePayment(payment="p", approved_by="fay", now=JULY),
        accepted("2026-27-Q1", 80, OCTOBER, version=2),
    )
    books = past.state.books
    assert (books.certified_pence, books.paid_pence) == (4_000_00, 5_000_00)
    assert books.payable_pence == -1_000_00
    again = PreparePayment(
        payment="p2", certificates=("k1:2026-27-Q1:activity:2",), prepared_by="fin", now=OCTOBER
    )
    past.when(again).then_refused(NothingPayable)
    charged = of(past, accepted("2026-27-Q1", 90, OCTOBER, version=3), CostCharged)
    assert [c.cost_pence for c in charged if isinstance(c, CostCharged)] == [-4_000_00, 4_500_00]


def test_a_payment_is_approved_by_another_person() -> None:
    own = ApprovePayment(payment="pay1", approved_by="fin", now=JULY)
    prepared.when(own).then_refused(ApproverIsPreparer)
    prepared.when(approve).then(
        PaymentMade(
            contract="k1", fund="f1", year="2026/27", payment="pay1", certificates=(Q1,),
            amount_pence=25_000_01, prepared_by="fin", approved_by="fay",
            effective_on=date(2026, 7, 1),
        )
    )  # fmt: skip


def test_a_certificate_is_paid_once() -> None:
    prepared.when(prepare).then_refused(InAnotherPayment)
    prepared.when_done(approve).when(prepare).then_refused(NothingPayable)
    unknown = PreparePayment(payment="p", certificates=("x",), prepared_by="fin", now=JULY)
    certified.when(unknown).then_refused(UnknownCertificate)


def test_a_dispute_pauses_payment_also_once_prepared() -> None:
    invoice = ReceiveInvoice(invoice="i1", net_pence=1, vat_pence=0, period="2026-27-Q1", now=JULY)
    dispute = DisputeInvoice(invoice="i1", reason=TEXT, now=JULY)
    prepared.when_done(invoice, dispute).when(approve).then_refused(InvoiceIsDisputed)
    certified.when_done(invoice, dispute).when(prepare).then_refused(InvoiceIsDisputed)
    certified.when_done(invoice).when(invoice).then_refused(DuplicateInvoice)


def test_money_is_withheld_only_under_the_clause_and_not_before_sanctions_are_live() -> None:
    past = certified
    early = withholding(now=at(2026, 9, 30))
    past.when(early).then_refused(SanctionsNotLive)
    past.when(withholding(flag_upheld=False)).then_refused(FlagNotUpheld)
    past.when(withholding(501)).then_refused(AboveClause, "/body/basis_points")
    none = drafted.when_done(signing(withholding=None), CertifyDue(now=JULY))
    none.when(withholding()).then_refused(NoWithholdingClause)
    never = drafted.when_done(signing(sanctions_live_on=None), CertifyDue(now=JULY))
    never.when(withholding()).then_refused(SanctionsNotLive)
    kept = of(past, withholding(), AmountWithheld)
    assert [k.amount_pence for k in kept if isinstance(k, AmountWithheld)] == [1_250_00]


def test_several_withholdings_together_stay_within_the_clause() -> None:
    past = certified.when_done(withholding(300))
    past.when(withholding(201, withholding="w2")).then_refused(AboveClause, "/body/basis_points")
    past.when_done(withholding(200, withholding="w2"))


def test_no_more_is_released_or_forfeited_than_was_withheld() -> None:
    past = certified.when_done(withholding())
    over = ReleaseWithholding(withholding="w1", amount_pence=1_250_01, now=OCTOBER)
    past.when(over).then_refused(AboveWithheld, "/body/amount_pence")
    past = past.when_done(ReleaseWithholding(withholding="w1", amount_pence=1_000_00, now=OCTOBER))
    rest = ForfeitWithholding(withholding="w1", amount_pence=250_01, now=OCTOBER)
    past.when(rest).then_refused(AboveWithheld, "/body/amount_pence")


def test_what_was_forfeited_stays_forfeited_after_a_restatement() -> None:
    name = "k1:2026-27-Q1:activity:1"
    past = volume.when_done(
        accepted("2026-27-Q1", 100, JULY),
        withholding(certificate=name),
        ForfeitWithholding(withholding="w1", amount_pence=100_00, now=OCTOBER),
        accepted("2026-27-Q1", 80, OCTOBER, version=2),
    )
    books = past.state.books
    assert (books.withheld_pence, books.credit_pence) == (0, 100_00)
    assert books.payable_pence == 4_000_00 - 100_00


def test_a_payment_prepared_before_a_reversal_is_not_approved() -> None:
    past = volume.when_done(
        accepted("2026-27-Q1", 100, JULY),
        PreparePayment(
            payment="p", certificates=("k1:2026-27-Q1:activity:1",), prepared_by="fin", now=JULY
        ),
        accepted("2026-27-Q1", 80, JULY, version=2),
    )
    past.when(ApprovePayment(payment="p", approved_by="fay", now=JULY)).then_refused(PaymentMoved)


def accrual(amount: int = 1_000_00) -> ProposeAccrual:
    return ProposeAccrual(
        accrual="a1", element="Activity", period="2026-27-Q1", amount_pence=amount,
        proposed_by="fin", now=JULY,
    )  # fmt: skip


def test_an_accrual_takes_two_and_is_reversed_exactly_by_the_certificate() -> None:
    volume.when(accrual(100_000_01)).then_refused(AboveCap, "/body/amount_pence")
    early = volume.when(
        ProposeAccrual(
            accrual="a1", element="Activity", period="2026-27-Q2", amount_pence=1,
            proposed_by="fin", now=JULY,
        )
    )  # fmt: skip
    early.then_refused(PeriodNotOver)
    past = volume.when_done(accrual())
    own = ApproveAccrual(accrual="a1", approved_by="fin", now=JULY)
    past.when(own).then_refused(ApproverIsPreparer)
    approval = ApproveAccrual(accrual="a1", approved_by="fay", now=JULY)
    assert len(of(past, approval, ExpenditureAccrued)) == 1
    past = past.when_done(approval)
    events = past.when(accepted("2026-27-Q1", 10, JULY)).events()
    kinds = [type(e).__name__ for e in events]
    assert kinds == [
        "ReturnHeard", "AccrualReversed", "CostCharged", "PaymentCertified", "CostCharged",
    ]  # fmt: skip
    reversed = events[1]
    assert isinstance(reversed, AccrualReversed)
    assert reversed.amount_pence == 1_000_00
    volume.when_done(accepted("2026-27-Q1", 10, JULY)).when(accrual()).then_refused(ReturnIsIn)


def test_nothing_ends_early_before_its_impact_was_assessed_and_notice_given() -> None:
    end = TerminateContract(effective_on=date(2026, 9, 30), terminated_by="lea", now=JULY)
    block.when(end).then_refused(ImpactNotAssessed)
    assessed = certified.when_done(
        AssessImpact(assessment="i1", text=TEXT, assessed_by="lea", now=JULY)
    )
    soon = TerminateContract(effective_on=date(2026, 7, 28), terminated_by="lea", now=JULY)
    assessed.when(soon).then_refused(NoticeTooShort, "/body/effective_on")
    late = TerminateContract(effective_on=date(2028, 3, 31), terminated_by="lea", now=JULY)
    assessed.when(late).then_refused(BeyondTheEnd, "/body/effective_on")

    events = assessed.when(end).events()
    assert [type(e) for e in events] == [ContractTerminated, CommitmentReleased]
    ended = assessed.when_done(end, CertifyDue(now=at(2026, 10, 1)))
    assert len(certificates(ended)) == 2
    done = ended.when(CompleteContract(now=at(2026, 10, 1))).events()
    assert [type(e) for e in done] == [ContractCompleted, CommitmentReleased]


def test_a_running_contract_is_not_completed() -> None:
    block.when(CompleteContract(now=at(2028, 3, 31))).then_refused(StillRunning)


def test_a_variation_changes_whole_years_and_only_what_was_reserved() -> None:
    dearer = Block(annual_pence=120_000_00)
    changes = price_changes(block.state, dearer, "2027/28")
    assert changes == {"2027/28": 19_999_99}

    def varying(**fields: object) -> VaryContract:
        known = {
            "payment": dearer, "from_year": "2027/28", "monitoring_officer": None,
            "changes": changes, "open_years": frozenset({"2026/27"}), "reason": TEXT,
            "varied_by": "lea", "now": JULY,
        }  # fmt: skip
        return VaryContract(**(known | fields))  # type: ignore[arg-type]

    block.when(varying(changes={})).then_refused(TermsMoved)
    block.when(varying(open_years=frozenset[str]())).then_refused(TermsMoved)
    monthly = Block(annual_pence=1, instalments="monthly")
    block.when(varying(payment=monthly)).then_refused(MechanismChanged, "/body/payment")
    varied = block.when_done(varying())
    assert varied.state.terms.commitments["2027/28"] == 120_000_00
    assert varied.state.books.committed == {"2026/27": 100_000_01, "2027/28": 120_000_00}


def test_an_extension_adds_years_at_the_last_price() -> None:
    ends_on = date(2029, 3, 31)
    changes = extension_changes(block.state, ends_on)
    assert changes == {"2028/29": 100_000_01}
    extend = ExtendContract(
        ends_on=ends_on, changes=changes, open_years=frozenset({"2026/27"}),
        extended_by="lea", now=JULY,
    )  # fmt: skip
    assert block.when_done(extend).state.ends_on == ends_on
    earlier = ExtendContract(
        ends_on=date(2028, 3, 31), changes={}, open_years=frozenset({"2026/27"}),
        extended_by="lea", now=JULY,
    )  # fmt: skip
    block.when(earlier).then_refused(NotLater, "/body/ends_on")
