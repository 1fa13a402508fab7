"""The rules of a reconciliation: who may do what to it, and when."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.gateway.reconciliations import commands, refusals
from services.gateway.reconciliations import events as facts
from services.gateway.reconciliations.accounts import ACCOUNTS
from services.gateway.reconciliations.commands import ReconciliationCommand
from services.gateway.reconciliations.decider import RECONCILIATIONS
from services.gateway.reconciliations.events import Marked
from services.gateway.reconciliations.lines import Match, Settings
from services.gateway.reconciliations.matching import Found
from services.gateway.reconciliations.state import Done, Working
from shared.eventsourcing.commands import Refused
from shared.testing.scenarios import Scenario
from tests.gateway.reconciliations.parts import (
    BEN,
    CFO,
    FOUND,
    IDA,
    NOW,
    OURS,
    START,
    STARTED,
    TAKE,
    TAKEN,
    TEXT,
    THEIRS,
    UPLOADED,
    found,
    marked,
    settled,
    taken,
)

ACCEPT = commands.AcceptMatches(matches=(2,), accepted_by=IDA)
PARK = commands.ParkInSuspense(owner=BEN, reason=TEXT, parked_by=IDA)
PREPARE = commands.Prepare(prepared_by=IDA, now=NOW)
SIGN = commands.SignOff(reviewed_by=BEN, now=NOW)
BY_HAND = commands.MatchByHand(ours={4: 100}, theirs={3: 100}, matched_by=IDA)


def uploaded() -> Scenario:
    return Scenario(RECONCILIATIONS, UPLOADED)


def changed(command: commands.TakeExtract, **to: object) -> commands.TakeExtract:
    return msgspec.structs.replace(command, **to)


# -- taking the extract


def test_an_extract_that_is_what_was_stated_is_taken() -> None:
    uploaded().when(TAKE).then(TAKEN)


@pytest.mark.parametrize(
    ("change", "refusal", "pointer"),
    [
        ({"stated_rows": 4}, refusals.RowsDiffer, "/body/stated_rows"),
        ({"stated_total_pence": 900}, refusals.ControlTotalDiffers, "/body/stated_total_pence"),
        ({"before_pence": 1}, refusals.OpeningDiffers, "/body/closing_pence"),
        ({"to_on": TAKE.from_on.replace(month=3)}, refusals.PeriodNotNext, "/body/to_on"),
    ],
)
def test_an_extract_that_is_not_is_refused(
    change: dict[str, object], refusal: type[Refused], pointer: str
) -> None:
    uploaded().when(changed(TAKE, **change)).then_refused(refusal, pointer)


def test_an_extract_is_taken_once() -> None:
    taken().when(TAKE).then_refused(refusals.AlreadyTaken)


def test_nothing_is_matched_before() -> None:
    uploaded().when(START).then_refused(refusals.NotTaken)


# -- a run


def test_a_run_confirms_what_confirms_itself_and_proposes_the_rest() -> None:
    taken().given(STARTED).when(FOUND).then(
        facts.LinesMatched(
            run="run1",
            matches=(
                Match(match=1, rule="exact", ours=(1,), theirs=(1,), ours_pence=500,
                      theirs_pence=500),
            ),
        ),
        facts.MatchesProposed(
            run="run1",
            matches=(
                Match(match=2, rule="window", ours=(3,), theirs=(3,), ours_pence=100,
                      theirs_pence=100),
                Match(match=3, rule="amount", ours=(2,), theirs=(2,), ours_pence=300,
                      theirs_pence=291, reason="transposition"),
            ),
        ),
        facts.MatchingFinished(run="run1", found={"exact": 1, "window": 1, "amount": 1}),
    )  # fmt: skip


def test_batches_confirm_themselves_too() -> None:
    batch = commands.RecordMatches(
        run="run1", found=(Found(rule="batch", ours=(3, 4), theirs=(1,)),), ours=OURS,
        theirs=THEIRS,
    )  # fmt: skip
    work = taken().given(STARTED).when_done(batch).state
    assert (list(work.confirmed), work.proposed) == ([1], {})


@pytest.mark.parametrize("command", [ACCEPT, BY_HAND, START, PREPARE, PARK])
def test_while_the_rules_run_nothing_moves(command: ReconciliationCommand) -> None:
    taken().given(STARTED).when(command).then_refused(refusals.MatchingRunning)


def test_the_findings_of_another_run_are_not_recorded() -> None:
    other = msgspec.structs.replace(FOUND, run="run2")
    taken().given(STARTED).when(other).then_refused(refusals.NoSuchRun)
    found().when(FOUND).then_refused(refusals.NoSuchRun)


def test_a_run_that_failed_changes_nothing_and_another_may_begin() -> None:
    failed = taken().when_done(START, commands.RecordFailure(run="run1", why="too-long"))
    assert failed.state.failed == "too-long"
    assert failed.when_done(START, FOUND).state.last_match == 3


def test_another_run_withdraws_what_was_not_decided_and_keeps_what_was() -> None:
    again = msgspec.structs.replace(START, run="run2")
    work: Working = found().when_done(ACCEPT, again).state
    assert (sorted(work.confirmed), work.proposed) == ([1, 2], {})
    assert ("ours", 2) not in work.held


def test_many_matches_lie_in_several_events() -> None:
    many = tuple(Found(rule="window", ours=(n,), theirs=(n,)) for n in range(1, 1202))
    amounts = dict.fromkeys(range(1, 1202), 5)
    command = commands.RecordMatches(run="run1", found=many, ours=amounts, theirs=amounts)
    assert len(taken().given(STARTED).when(command).events()) == 4


# -- deciding


def test_a_proposal_is_accepted_once() -> None:
    found().when(ACCEPT).then(facts.MatchesAccepted(matches=(2,), accepted_by=IDA))
    found().when_done(ACCEPT).when(ACCEPT).then_refused(refusals.UnknownMatch)


def test_all_of_a_rule_are_accepted_at_once() -> None:
    command = commands.AcceptMatches(rule="window", accepted_by=IDA)
    found().when(command).then(facts.MatchesAccepted(matches=(2,), accepted_by=IDA))
    nothing = commands.AcceptMatches(rule="sum", accepted_by=IDA)
    found().when(nothing).then_refused(refusals.UnknownMatch)


def test_what_differs_needs_an_owner() -> None:
    command = commands.AcceptMatches(matches=(2, 3), accepted_by=IDA)
    found().when(command).then_refused(refusals.OwnerMissing, "/body/owner")
    owned = msgspec.structs.replace(command, owner=BEN)
    found().when(owned).then(facts.MatchesAccepted(matches=(2, 3), owner=BEN, accepted_by=IDA))


def test_only_what_differs_gets_the_owner() -> None:
    command = commands.AcceptMatches(matches=(2, 3), owner=BEN, accepted_by=IDA)
    confirmed = found().when_done(command).state.confirmed
    assert {n: one.owner for n, one in confirmed.items()} == {1: "", 2: "", 3: BEN}


def test_tolerance_is_accepted_up_to_the_cap_and_no_further() -> None:
    settings = Settings(tolerance_pence=10, tolerance_cap_pence=15)
    near = commands.RecordMatches(
        run="run1",
        found=tuple(Found(rule="tolerance", ours=(n,), theirs=(n,)) for n in (1, 2)),
        ours={1: 500, 2: 300}, theirs={1: 491, 2: 309},
    )  # fmt: skip
    start = msgspec.structs.replace(START, settings=settings)
    one = taken().when_done(start, near, commands.AcceptMatches(matches=(1,), accepted_by=IDA))
    assert one.state.statement().tolerance_pence == 9
    one.when(ACCEPT).then_refused(refusals.ToleranceSpent)


def test_what_is_refused_is_open_again_and_remembered() -> None:
    refuse = commands.RefuseMatches(matches=(2,), refused_by=IDA)
    work: Working = found().when_done(refuse).state
    assert ("ours", 3) not in work.held
    assert work.refused == {((3,), (3,))}


def test_lines_that_are_open_match_by_hand() -> None:
    refuse = commands.RefuseMatches(matches=(2,), refused_by=IDA)
    found().when(BY_HAND).then_refused(refusals.LineTaken)
    work: Working = found().when_done(refuse, BY_HAND).state
    assert work.confirmed[4].match.ours == (4,)


def test_a_difference_made_by_hand_needs_an_owner_and_a_reason() -> None:
    odd = commands.MatchByHand(ours={4: 100}, theirs={}, matched_by=IDA)
    found().when(odd).then_refused(refusals.OwnerMissing, "/body/owner")
    owned = msgspec.structs.replace(odd, owner=BEN)
    found().when(owned).then_refused(refusals.ReasonMissing, "/body/reason")
    told = msgspec.structs.replace(owned, reason=TEXT)
    assert found().when_done(told).state.statement().errors_pence == 100
    nothing = commands.MatchByHand(ours={}, theirs={}, matched_by=IDA)
    found().when(nothing).then_refused(refusals.NothingChosen)


def test_a_match_is_undone_and_its_lines_are_open() -> None:
    undo = commands.UndoMatches(matches=(1,), undone_by=IDA)
    assert ("theirs", 1) not in found().when_done(undo).state.held
    found().when_done(undo).when(undo).then_refused(refusals.UnknownMatch)


def test_an_error_has_an_owner_and_a_mark_comes_off() -> None:
    error = commands.MarkLines(kind="error", lines=(marked(4),), marked_by=IDA)
    found().when(error).then_refused(refusals.OwnerMissing, "/body/owner")
    owned = msgspec.structs.replace(error, owner=BEN)
    assert found().when_done(owned).state.statement().errors_pence == 100
    remove = commands.RemoveMarks(lines=(marked(4),), removed_by=IDA)
    assert found().when_done(owned, remove).state.statement().open_lines == 5
    found().when(remove).then_refused(refusals.UnknownLine)
    found().when_done(owned).when(owned).then_refused(refusals.LineTaken)


# -- explained, suspense and sign-off


def test_everything_is_explained_to_the_penny() -> None:
    stands = settled().state.statement()
    assert (stands.difference_pence, stands.timing_pence, stands.errors_pence) == (109, 100, 9)
    assert (stands.explained_pence, stands.unexplained_pence, stands.open_lines) == (109, 0, 0)


def test_nobody_prepares_what_is_undecided_or_unexplained() -> None:
    found().when(PREPARE).then_refused(refusals.ProposalsUndecided)
    accepted = found().when_done(commands.AcceptMatches(matches=(2, 3), owner=BEN, accepted_by=IDA))
    accepted.when(PREPARE).then_refused(refusals.Unexplained)
    accepted.when_done(PARK).when(PREPARE).then_refused(refusals.SuspenseUnapproved)
    approved = accepted.when_done(PARK, commands.ApproveSuspense(approved_by=CFO), PREPARE)
    stands = approved.state.prepared.statement
    assert (stands.unexplained_pence, stands.suspense_pence) == (100, 100)


def test_lines_that_only_cancel_each_other_out_are_not_explained() -> None:
    """Our 100 and their 100 are open: nought is unexplained, and two lines are."""
    refuse = commands.RefuseMatches(matches=(2,), refused_by=IDA)
    accept = commands.AcceptMatches(matches=(3,), owner=BEN, accepted_by=IDA)
    timing = commands.MarkLines(kind="timing", lines=(marked(4),), marked_by=IDA)
    work = found().when_done(refuse, accept, timing)
    assert work.state.statement().unexplained_pence == 0
    work.when(PREPARE).then_refused(refusals.Unexplained)


def test_suspense_is_approved_by_somebody_else_and_once() -> None:
    parked = found().when_done(
        commands.AcceptMatches(matches=(2, 3), owner=BEN, accepted_by=IDA), PARK
    )
    for person in (IDA, BEN):
        own = commands.ApproveSuspense(approved_by=person)
        parked.when(own).then_refused(refusals.OwnParking)
    approve = commands.ApproveSuspense(approved_by=CFO)
    parked.when_done(approve).when(approve).then_refused(refusals.NothingParked)
    found().when(approve).then_refused(refusals.NothingParked)
    settled().when(PARK).then_refused(refusals.NothingUnexplained)


def test_a_line_that_moves_makes_the_parking_void() -> None:
    undo = commands.UndoMatches(matches=(1,), undone_by=IDA)
    accept = commands.AcceptMatches(matches=(2, 3), owner=BEN, accepted_by=IDA)
    parked = found().when_done(accept, PARK, commands.ApproveSuspense(approved_by=CFO))
    assert parked.when_done(undo).state.suspense is None
    parked.when_done(undo).when(PREPARE).then_refused(refusals.Unexplained)


def test_the_preparer_does_not_review() -> None:
    own = commands.SignOff(reviewed_by=IDA, now=NOW)
    settled().when_done(PREPARE).when(own).then_refused(refusals.OwnWork)
    assert isinstance(settled().when_done(PREPARE, SIGN).state, Done)
    settled().when(SIGN).then_refused(refusals.NotPrepared)


def test_under_review_nothing_moves_until_it_is_given_back() -> None:
    prepared = settled().when_done(PREPARE)
    undo = commands.UndoMatches(matches=(1,), undone_by=IDA)
    prepared.when(undo).then_refused(refusals.UnderReview)
    back = commands.GiveBack(reason=TEXT, returned_by=BEN)
    assert prepared.when_done(back, undo).state.prepared is None
    settled().when(back).then_refused(refusals.NotPrepared)


@pytest.mark.parametrize(
    "command",
    [
        ACCEPT, BY_HAND, START, FOUND, PREPARE, SIGN, PARK, TAKE,
        commands.UndoMatches(matches=(1,), undone_by=IDA),
        commands.RefuseMatches(matches=(1,), refused_by=IDA),
        commands.MarkLines(kind="timing", lines=(marked(4),), marked_by=IDA),
        commands.RemoveMarks(lines=(marked(4),), removed_by=IDA),
        commands.GiveBack(reason=TEXT, returned_by=BEN),
        commands.ApproveSuspense(approved_by=CFO),
        commands.Discard(discarded_by=IDA),
        commands.RecordFailure(run="run1", why="failed"),
    ],
)  # fmt: skip
def test_after_sign_off_nothing_changes(command: ReconciliationCommand) -> None:
    settled().when_done(PREPARE, SIGN).when(command).then_refused(refusals.SignedOff)


def test_what_is_discarded_stays_so() -> None:
    discard = commands.Discard(discarded_by=IDA)
    uploaded().when_done(discard).when(TAKE).then_refused(refusals.Discarded)
    found().when_done(discard).when(START).then_refused(refusals.Discarded)


# -- the chain


def engage(reconciliation: str, sha256: str) -> commands.EngageAccount:
    return commands.EngageAccount(reconciliation=reconciliation, sha256=sha256)


def release(reconciliation: str, *, signed_off: bool) -> commands.ReleaseAccount:
    return commands.ReleaseAccount(reconciliation=reconciliation, signed_off=signed_off)


def test_an_account_has_one_reconciliation_open_and_each_file_once() -> None:
    first = Scenario(ACCOUNTS).when_done(engage("r1", "aa"))
    first.when(engage("r2", "bb")).then_refused(refusals.ReconciliationOpen, "/reconciliations/r1")
    signed = first.when_done(release("r1", signed_off=True))
    signed.when(engage("r2", "aa")).then_refused(refusals.ExtractKnown, "/reconciliations/r1")
    assert signed.when_done(engage("r2", "bb")).state.last == "r1"


def test_the_file_of_a_discarded_one_may_come_again() -> None:
    gone = Scenario(ACCOUNTS).when_done(engage("r1", "aa"), release("r1", signed_off=False))
    gone.when(release("r1", signed_off=False)).then_nothing()
    assert gone.when_done(engage("r2", "aa")).state.last == ""


# -- the law of the statement

AMOUNTS = st.lists(st.integers(-500, 500), min_size=1, max_size=8)


@settings(deadline=None)
@given(AMOUNTS, AMOUNTS, st.data())
def test_the_difference_is_always_explained_and_unexplained(
    some: list[int], others: list[int], data: st.DataObject
) -> None:
    """Whatever is matched and marked, in any way, no penny is lost."""
    ours, theirs = dict(enumerate(some, 1)), dict(enumerate(others, 1))
    begin = changed(
        TAKE,
        ours=facts.SideTaken(lines=TEXT, count=len(ours), total_pence=sum(some), carried=0,
                             balance_pence=sum(some)),
        theirs=facts.SideTaken(lines=TEXT, count=len(theirs), total_pence=sum(others), carried=0,
                               balance_pence=sum(others)),
        stated_total_pence=sum(others), control_total_pence=sum(others),
    )  # fmt: skip
    work = uploaded().when_done(begin)
    left = ({**ours}, {**theirs})
    while any(left) and data.draw(st.booleans()):
        mine, other = (
            data.draw(st.sets(st.sampled_from(sorted(side)), max_size=3) if side else st.just(()))
            for side in left
        )
        chosen = {n: left[0].pop(n) for n in mine}, {n: left[1].pop(n) for n in other}
        if not any(chosen):
            continue
        command: ReconciliationCommand = commands.MatchByHand(
            ours=chosen[0], theirs=chosen[1], owner=BEN, reason=TEXT, matched_by=IDA
        )
        if data.draw(st.booleans()):
            lines = [Marked(side="ours", number=n, amount_pence=p) for n, p in chosen[0].items()]
            lines += [Marked(side="theirs", number=n, amount_pence=p) for n, p in chosen[1].items()]
            kind = data.draw(st.sampled_from(("timing", "error")))
            command = commands.MarkLines(kind=kind, lines=tuple(lines), owner=BEN, marked_by=IDA)
        work = work.when_done(command)
    stands = work.state.statement()
    assert stands.difference_pence == sum(some) - sum(others)
    assert stands.difference_pence == stands.explained_pence + stands.unexplained_pence
    assert stands.unexplained_pence == sum(left[0].values()) - sum(left[1].values())
    assert stands.open_lines == len(left[0]) + len(left[1])
