"""A notice issued on figures that were restated since says so, and stands."""

from __future__ import annotations

from uuid import UUID

from services.contracts.contracts.commands import IssueNotice, MarkNotices
from services.contracts.contracts.events import NoticeBasisChanged
from services.contracts.contracts.state import Signed
from shared.published.terms import TextRef
from tests.contracts.parts import at, signing
from tests.contracts.test_mechanisms import drafted

NOW = at(2026, 11, 10)
TEXT = TextRef(text=UUID(int=1), digest="d")
FLAG = "k1:seen:1"


def notice(name: str, flag: str) -> IssueNotice:
    return IssueNotice(
        notice=name, clause="14.3", flag=flag, flag_known=True, body=TEXT, answer_working_days=10,
        issued_by="lea", now=NOW,
    )  # fmt: skip


def mark(version: int = 2, flag: str = FLAG) -> MarkNotices:
    return MarkNotices(flag=flag, period="2026-27-Q1", return_version=version, now=NOW)


issued = drafted.when_done(signing(), notice("n1", FLAG), notice("n2", "k1:better:1"))
MARKED = NoticeBasisChanged(notice="n1", period="2026-27-Q1", return_version=2)


def test_notices_on_the_case_are_marked_once_for_each_restatement() -> None:
    issued.when(mark()).then(MARKED)
    issued.given(MARKED).when(mark()).then_nothing()
    issued.given(MARKED).when(mark(3)).then(
        NoticeBasisChanged(notice="n1", period="2026-27-Q1", return_version=3)
    )
    issued.when(mark(flag="k1:other:1")).then_nothing()


def test_a_marked_notice_stands() -> None:
    state = issued.given(MARKED).state
    assert isinstance(state, Signed)
    assert state.notices["n1"].basis_changes == (("2026-27-Q1", 2),)
    assert state.notices["n2"].basis_changes == ()
    assert not state.notices["n1"].answered
