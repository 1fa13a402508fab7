"""Money kept back under a case's terms: in parts, capped, until a return comes or a case ends."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.contracts.contracts.commands import (
    CertifyDue,
    ForfeitWithholding,
    HearArrival,
    HearCaseOver,
    HearOverdue,
    IssueNotice,
    NewTarget,
    PreparePayment,
    VaryContract,
    WithholdAmount,
)
from services.contracts.contracts.decider import CONTRACTS
from services.contracts.contracts.events import ReturnArrived, ReturnAwaited
from services.contracts.contracts.presets import COUNCIL, NHS_STANDARD, PRESETS
from services.contracts.contracts.refusals import (
    AboveClause,
    ClauseMissing,
    NoForfeitureClause,
    NotOneReason,
    NoWithholdingClause,
    ReturnNotAwaited,
    SanctionsNotLive,
    TargetOutside,
    TargetTooEarly,
    TargetWrong,
    UnknownMeasure,
)
from shared.eventsourcing.commands import Refused
from shared.published.contracts import (
    AmountWithheld,
    ContractVaried,
    NoticeIssued,
    WithholdingForfeited,
    WithholdingReleased,
)
from shared.published.terms import TargetFrom
from shared.testing.scenarios import Scenario
from tests.contracts.parts import BLOCK, DRAFT, MEASURE, TEXT, at, signing

Q1 = "k1:2026-27-Q1:block:1"
JULY, OCTOBER = at(2026, 7, 1), at(2026, 10, 6)
NET = 25_000_00
LATE = "2026-27-Q2"


def signed(**changes: Any) -> Scenario:
    case = changes.pop("case", NHS_STANDARD)
    terms = {"case": case, "withholding": case.withholding} | changes
    return Scenario(CONTRACTS).when_done(DRAFT, signing(BLOCK, **terms))


past = signed().when_done(CertifyDue(now=JULY))
overdue = past.when_done(HearOverdue(period=LATE, now=OCTOBER))


def for_case(basis_points: int, name: str = "w1", flag: str = "fl1") -> WithholdAmount:
    return WithholdAmount(
        withholding=name, certificate=Q1, basis_points=basis_points, flag=flag,
        flag_upheld=True, now=OCTOBER,
    )  # fmt: skip


def for_return(basis_points: int, name: str = "r1", period: str = LATE) -> WithholdAmount:
    return WithholdAmount(
        withholding=name, certificate=Q1, basis_points=basis_points, period=period, now=OCTOBER
    )


def released(scenario: Scenario, command: Any) -> list[int]:
    return [
        one.amount_pence
        for one in scenario.when(command).events()
        if isinstance(one, WithholdingReleased)
    ]


def test_one_case_keeps_back_up_to_the_clause_and_all_together_up_to_the_cap() -> None:
    past.when(for_case(201)).then_refused(AboveClause, "/body/basis_points")
    kept = past.when(for_case(200)).events()
    assert [k.amount_pence for k in kept if isinstance(k, AmountWithheld)] == [500_00]
    again = past.when_done(for_case(150))
    again.when(for_case(51, "w2")).then_refused(AboveClause, "/body/basis_points")
    many = past.when_done(*(for_case(200, f"w{n}", f"fl{n}") for n in range(5)))
    many.when(for_case(1, "w9", "fl9")).then_refused(AboveClause, "/body/basis_points")


def test_a_late_return_keeps_back_its_part_until_it_comes_and_then_by_itself_no_more() -> None:
    past.when(for_return(500)).then_refused(ReturnNotAwaited)
    past.when(HearOverdue(period=LATE, now=OCTOBER)).then(ReturnAwaited(period=LATE))
    overdue.when(HearOverdue(period=LATE, now=OCTOBER)).then_nothing()
    overdue.when(for_return(501)).then_refused(AboveClause, "/body/basis_points")
    kept = overdue.when_done(for_return(500))
    arrival = HearArrival(period=LATE, now=OCTOBER)
    events = kept.when(arrival).events()
    assert events[0] == ReturnArrived(period=LATE)
    assert released(kept, arrival) == [1_250_00]
    came = kept.when_done(arrival)
    assert came.state.books.withheld_pence == 0
    came.when(arrival).then_nothing()
    came.when(for_return(500, "r2")).then_refused(ReturnNotAwaited)
    past.when(arrival).then_nothing()


def test_money_is_kept_back_for_one_reason_under_a_clause_once_sanctions_are_live() -> None:
    both = replace(for_case(100), period=LATE)
    overdue.when(both).then_refused(NotOneReason, "/body/flag")
    none = signed(case=PRESETS["sla"]).when_done(HearOverdue(period=LATE, now=OCTOBER))
    none.when(for_return(100)).then_refused(NoWithholdingClause)
    none.when(for_case(100)).then_refused(NoWithholdingClause)
    early = replace(for_return(100), now=at(2026, 9, 30))
    overdue.when(early).then_refused(SanctionsNotLive)


def test_when_a_case_is_over_what_was_kept_back_for_it_is_owed_again() -> None:
    kept = overdue.when_done(for_case(200), for_case(100, "w2", "fl2"), for_return(300))
    over = HearCaseOver(flag="fl1", now=OCTOBER)
    assert released(kept, over) == [500_00]
    kept.when_done(over).when(over).then_nothing()


def test_nothing_is_kept_for_good_but_under_a_clause_that_says_so() -> None:
    forfeit = ForfeitWithholding(withholding="w1", amount_pence=100_00, now=OCTOBER)
    kept = past.when_done(for_case(200))
    gone = [e for e in kept.when(forfeit).events() if isinstance(e, WithholdingForfeited)]
    assert [(e.amount_pence, e.clause) for e in gone] == [(100_00, "GC9.24")]
    council = signed(case=COUNCIL).when_done(CertifyDue(now=JULY), for_case(200))
    council.when(forfeit).then_refused(NoForfeitureClause)
    late = overdue.when_done(for_return(500))
    late.when(replace(forfeit, withholding="r1")).then_refused(NoForfeitureClause)


def test_what_was_forfeited_still_counts_against_the_clause() -> None:
    forfeit = ForfeitWithholding(withholding="w1", amount_pence=500_00, now=OCTOBER)
    kept = past.when_done(for_case(200), forfeit)
    kept.when(for_case(1, "w2")).then_refused(AboveClause, "/body/basis_points")


def test_a_payment_prepared_while_the_return_was_late_is_not_approved_as_it_was() -> None:
    prepared = overdue.when_done(
        for_return(500),
        PreparePayment(payment="p", certificates=(Q1,), prepared_by="fin", now=OCTOBER),
    )
    before = prepared.state.books.payments["p"].amount_pence
    came = prepared.when_done(HearArrival(period=LATE, now=OCTOBER))
    assert came.state.books.certificates[Q1].owed_pence == before + 1_250_00


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["case", "late", "overdue", "arrival", "over", "forfeit"]),
        st.integers(1, 600),
        st.integers(0, 5),
    ),
    max_size=30,
)


@given(STEPS)
@settings(max_examples=200, deadline=None)
def test_whatever_comes_what_is_kept_back_stays_within_cap_and_adds_up(
    steps: list[tuple[str, int, int]],
) -> None:
    state: Any = past.state
    for n, (name, amount, which) in enumerate(steps):
        command: Any = {
            "case": for_case(amount, f"w{n}", f"fl{which}"),
            "late": for_return(amount, f"w{n}", f"2026-27-Q{which % 4 + 1}"),
            "overdue": HearOverdue(period=f"2026-27-Q{which % 4 + 1}", now=OCTOBER),
            "arrival": HearArrival(period=f"2026-27-Q{which % 4 + 1}", now=OCTOBER),
            "over": HearCaseOver(flag=f"fl{which}", now=OCTOBER),
            "forfeit": ForfeitWithholding(
                withholding=f"w{which}", amount_pence=amount, now=OCTOBER
            ),
        }[name]
        try:
            state = CONTRACTS.fold(CONTRACTS.decide(command, state), state)
        except Refused:
            continue
        books = state.books
        certificate = books.certificates[Q1]
        left = sum(one.left_pence for one in books.withholdings.values())
        assert certificate.withheld_pence == left
        assert certificate.withheld_pence + certificate.forfeited_pence <= NET // 10
        waiting = {one.period for one in books.withholdings.values() if one.left_pence}
        assert waiting - {""} <= state.awaited


def test_a_remedial_notice_has_the_clause_and_the_days_of_the_terms() -> None:
    notice = IssueNotice(
        notice="n1", kind="remedial", clause="", flag="", flag_known=False, body=TEXT,
        answer_working_days=10, issued_by="lea", now=JULY,
    )  # fmt: skip
    issued = past.when(notice).events()[0]
    assert isinstance(issued, NoticeIssued)
    assert (issued.clause, issued.answer_due_on) == ("GC9.12", date(2026, 7, 29))
    plain = Scenario(CONTRACTS).when_done(DRAFT, signing())
    plain.when(notice).then_refused(ClauseMissing, "/body/clause")
    past.when(replace(notice, kind="notice")).then_refused(ClauseMissing, "/body/clause")


def varying(*targets: NewTarget) -> VaryContract:
    return VaryContract(
        payment=None, from_year="2026/27", monitoring_officer=None, targets=targets, changes={},
        open_years=frozenset({"2026/27"}), reason=TEXT, varied_by="lea", now=OCTOBER,
    )  # fmt: skip


def asked(period: str, target: int = 20, measure: str = "m1") -> NewTarget:
    return NewTarget(measure=measure, asked=TargetFrom(from_period=period, target=Decimal(target)))


def test_a_variation_sets_targets_from_a_period_that_has_not_begun() -> None:
    varied = past.when(varying(asked("2027-28-Q1", 30), asked("2026-27-Q4"))).events()
    assert len(varied) == 1
    assert isinstance(varied[0], ContractVaried)
    (measure,) = varied[0].terms.measures
    assert [(t.from_period, t.target) for t in measure.targets] == [
        ("2026-27-Q4", 20), ("2027-28-Q1", 30),
    ]  # fmt: skip
    assert measure.target == MEASURE.target
    later = past.when_done(varying(asked("2027-28-Q1", 30), asked("2026-27-Q4")))
    again = later.when_done(varying(asked("2027-28-Q1", 40)))
    assert [t.target for t in again.state.terms.measures[0].targets] == [20, 40]


def test_a_target_for_a_period_that_has_begun_or_outside_the_contract_is_refused() -> None:
    at_first = "/body/targets/0/from_period"
    past.when(varying(asked("2026-27-Q3"))).then_refused(TargetTooEarly, at_first)
    past.when(varying(asked("2028-29-Q1"))).then_refused(TargetOutside, at_first)
    twice = varying(asked("2026-27-Q4"), asked("2026-27-M10"))
    past.when(twice).then_refused(TargetOutside, "/body/targets/1/from_period")
    unknown = varying(asked("2026-27-Q4", measure="m9"))
    past.when(unknown).then_refused(UnknownMeasure, "/body/targets/0/measure")
    neutral = replace(MEASURE, direction="neutral")
    quiet = signed(measures=(neutral,))
    quiet.when(varying(asked("2026-27-Q4"))).then_refused(TargetWrong, "/body/targets/0/target")
