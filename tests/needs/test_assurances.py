"""Quality assurance of formal arrangements: what is asked, who looks, what is short and late."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from msgspec.structs import replace

from services.needs.assurances.arrangements import ARRANGEMENTS, ArrangementRow, flexibilities
from services.needs.assurances.commands import (
    AgreeRemedy,
    LookAtArrangement,
    MarkRemedy,
    SetStandard,
    WithdrawStandard,
)
from services.needs.assurances.decider import ASSURANCE
from services.needs.assurances.events import (
    ArrangementLookedAt,
    RemedyAgreed,
    StandardFinding,
    StandardSet,
)
from services.needs.assurances.refusals import (
    ArrangementOver,
    ArrangementUnknown,
    DueTooEarly,
    FindingUnexplained,
    LookedTooEarly,
    LooksAtOwn,
    NothingToRemedy,
    OwnerNotPartner,
    RemedyNotOpen,
    StandardSetBefore,
    StandardsFull,
    StandardsUnanswered,
    StandardUnknown,
)
from services.needs.assurances.standing import months_after, standings
from services.needs.assurances.views import AssuranceRow, Remedy, Standard
from services.needs.frameworks.events import FlexibilityStated
from services.needs.frameworks.state import Framework
from services.needs.frameworks.views import AdoptedVersion, FrameworkRow
from shared.published.contracts import ContractTerminated, FundUnwound
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario
from tests.gateway.story import AGREEMENT, FUND_OPENED, SIGNED
from tests.needs.partnership_story import HELD_AT, Story

NOW = datetime(2026, 5, 6, 9, tzinfo=UTC)
TODAY = date(2026, 5, 6)
TEXT = TextRef(text=UUID(int=1), digest="d")


def ask(name: str = "s1", title: str = "A named officer monitors it") -> SetStandard:
    return SetStandard(
        partnership="p1", standard=name, title=title, kinds=("contract", "sla"), every_months=12,
        set_by="com", now=NOW,
    )  # fmt: skip


def found(met: Any = "met", standard: str = "s1", text: TextRef | None = None) -> StandardFinding:
    return StandardFinding(standard=standard, met=met, text=text)


LOOK = LookAtArrangement(
    look="l1", arrangement="c1", kind="contract", begins_on=date(2026, 4, 1), ended=False,
    officer="p-2", looked_on=TODAY, findings=(found(),), agency="council", looked_by="com", now=NOW,
)  # fmt: skip
REMEDY = AgreeRemedy(
    remedy="r1", arrangement="c1", standard="s1", text=TEXT, owner="icb", partner=True,
    due_on=date(2026, 6, 1), agreed_by="com", now=NOW,
)  # fmt: skip
MADE = MarkRemedy(remedy="r1", marked_by="com", now=NOW)
WITHDRAWN = WithdrawStandard(standard="s1", withdrawn_by="com", now=NOW)
fresh = Scenario(ASSURANCE)
asked = fresh.when_done(ask())
short = asked.when_done(replace(LOOK, findings=(found("partly", text=TEXT),)))


def test_a_standard_is_asked_once_and_until_it_is_withdrawn() -> None:
    asked.when(ask("s2", "A NAMED officer monitors it")).then_refused(
        StandardSetBefore, "/body/title"
    )
    full = fresh.when_done(*(ask(f"s{n}", f"Standard {n}") for n in range(50)))
    full.when(ask("s51", "One more")).then_refused(StandardsFull)
    fresh.when(WITHDRAWN).then_refused(StandardUnknown)
    assert asked.when_done(WITHDRAWN).when(ask("s2")).events()


def test_a_look_answers_every_standard_that_applies_and_no_other() -> None:
    both = asked.when_done(ask("s2", "Outcomes are agreed"))
    for findings in ((), (found(),), (found(), found()), (found(), found(standard="s3"))):
        both.when(replace(LOOK, findings=findings)).then_refused(
            StandardsUnanswered, "/body/findings"
        )
    assert both.when(replace(LOOK, findings=(found(standard="s2"), found()))).events()
    asked.when(replace(LOOK, kind="grant", findings=())).then_refused(
        StandardsUnanswered, "/body/findings"
    )


def test_nobody_assures_what_they_monitor_or_what_does_not_run() -> None:
    asked.when(replace(LOOK, kind=None)).then_refused(ArrangementUnknown, "/body/arrangement")
    asked.when(replace(LOOK, ended=True)).then_refused(ArrangementOver, "/body/arrangement")
    asked.when(replace(LOOK, looked_by="p-2")).then_refused(LooksAtOwn)
    asked.when(replace(LOOK, made_by="com")).then_refused(LooksAtOwn)
    asked.when(replace(LOOK, provider="council")).then_refused(LooksAtOwn)
    assert asked.when(replace(LOOK, made_by="p-1", provider="acorn")).events()
    for day in (date(2026, 3, 31), date(2026, 5, 7)):
        asked.when(replace(LOOK, looked_on=day)).then_refused(LookedTooEarly, "/body/looked_on")
    earlier = replace(LOOK, looked_on=date(2026, 5, 5))
    asked.when_done(LOOK).when(earlier).then_refused(LookedTooEarly, "/body/looked_on")
    asked.when(replace(LOOK, findings=(found("not-met"),))).then_refused(
        FindingUnexplained, "/body/findings/0/text"
    )


def test_what_is_short_is_remedied_and_a_later_look_closes_it() -> None:
    asked.when_done(LOOK).when(REMEDY).then_refused(NothingToRemedy, "/body/standard")
    short.when(replace(REMEDY, partner=False)).then_refused(OwnerNotPartner, "/body/owner")
    short.when(replace(REMEDY, due_on=TODAY)).then_refused(DueTooEarly, "/body/due_on")
    short.when(MADE).then_refused(RemedyNotOpen)
    done = short.when_done(REMEDY, MADE)
    done.when(MADE).then_refused(RemedyNotOpen)
    assert done.when(replace(REMEDY, remedy="r2")).events()  # doing it does not yet make it met
    done.when_done(LOOK).when(REMEDY).then_refused(NothingToRemedy, "/body/standard")


STANDARD = StandardSet(
    partnership="p1", standard="s1", title="Outcomes are agreed", kinds=("contract",),
    every_months=12, set_on=date(2026, 4, 15), set_by="com",
)  # fmt: skip
CONTRACT = ArrangementRow(
    arrangement="c1", partnership="p1", kind="contract", title="Counselling", lead="council",
    other="acorn", officer="p-2", begins_on=date(2026, 4, 1), ends_on=date(2029, 3, 31),
)  # fmt: skip


def test_a_look_is_due_by_its_months_and_what_is_short_stays_open() -> None:
    asks = AssuranceRow(partnership="p1", standards=(Standard(asked=STANDARD),))
    [one] = standings(asks, [CONTRACT], date(2027, 4, 15))
    assert (one.standards[0].due_on, one.overdue, one.open) == (date(2027, 4, 15), 0, False)
    [one] = standings(asks, [CONTRACT], date(2027, 4, 16))
    assert (one.standards[0].met, one.overdue, one.open) == (None, 1, True)
    look = ArrangementLookedAt(
        look="l1", arrangement="c1", kind="contract", looked_on=date(2026, 5, 6),
        findings=(found("partly", text=TEXT),), agency="icb", looked_by="app",
    )  # fmt: skip
    remedy = RemedyAgreed(
        remedy="r1", arrangement="c1", standard="s1", text=TEXT, owner="icb",
        due_on=date(2026, 6, 1), agreed_by="com",
    )  # fmt: skip
    done = Remedy(agreed=remedy, agreed_on=date(2026, 5, 7), done_on=date(2026, 6, 20))
    looked = replace(asks, looks=(look,), remedies=(done,))
    seen = {on: standings(looked, [CONTRACT], on)[0] for on in (
        date(2026, 5, 1), date(2026, 5, 7), date(2026, 6, 10), date(2026, 6, 20), date(2027, 5, 7),
    )}  # fmt: skip
    assert [(one.short, len(one.remedies), one.overdue) for one in seen.values()] == [
        (0, 0, 0), (1, 1, 0), (1, 1, 1), (1, 1, 0), (1, 1, 1),
    ]  # fmt: skip
    assert standings(looked, [CONTRACT], date(2029, 4, 1)) == []
    assert standings(asks, [replace(CONTRACT, kind="grant")], TODAY)[0].standards == ()


def test_months_end_with_their_month() -> None:
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_after(date(2026, 12, 1), 12) == date(2027, 12, 1)


def test_flexibilities_count_from_the_version_that_first_stated_them() -> None:
    stated = FlexibilityStated(
        entry="e1", service="Equipment", uses=("lead-commissioning",), lead="icb", written_by="com"
    )
    versions = tuple(
        AdoptedVersion(
            number=n, decision=f"d{n}", in_force_from=date(2026, n, 1), entries=(stated,)
        )
        for n in (4, 6)
    )
    row = FrameworkRow(partnership="p1", newest=Framework(), versions=versions)
    [one] = flexibilities(row, date(2026, 7, 1))
    assert (one.arrangement, one.lead, one.begins_on) == ("e1", "icb", date(2026, 4, 1))
    assert flexibilities(row, date(2026, 3, 31)) == flexibilities(None, TODAY) == []


async def test_arrangements_are_heard_looked_at_and_before_the_board(story: Story) -> None:
    at = f"/v1/assurances/{story.partnership}"
    ours = {"partnership": story.partnership}
    terms = replace(SIGNED.terms, **ours)
    hear = story.house.hear
    await hear("contracts", "fund/f1:2026-27", replace(AGREEMENT, **ours), FUND_OPENED)
    await hear("contracts", "contract/c1", replace(SIGNED, terms=terms))
    for kinds, title in ((["contract"], "A named officer"), (["pooled-fund"], "Audited yearly")):
        body = {"title": title, "kinds": kinds, "every_months": 12}
        await story.done(story.commissioner, f"{at}/standards", body)
    listed = (await story.commissioner.get(at)).json()
    assert [(one["kind"], one["title"]) for one in listed["arrangements"]] == [
        ("pooled-fund", "Alder pool"), ("contract", "Counselling"),
    ]  # fmt: skip
    [standard, _] = [one["standard"] for one in listed["standards"]]
    officer = story.house.caller("council", "p-2", "commissioner")
    finding = {"standard": standard, "met": "not-met", "text": "Nobody is named."}
    look = {"arrangement": "c1", "findings": [finding]}
    refused = await officer.post(f"{at}/looks", look)
    assert (refused.status_code, refused.json()["code"]) == (403, "looks-at-own")
    await story.done(story.approver, f"{at}/looks", look)
    remedy = {"arrangement": "c1", "standard": standard, "text": "Name one.", "owner": "council",
              "due_on": "2026-05-20"}  # fmt: skip
    made = (await story.done(story.commissioner, f"{at}/remedies", remedy))["part"]
    meeting, _ = await story.call()
    shown = (await story.secretary.get(meeting)).json()["assurance"]
    assert [(one["title"], one["short"], one["remedies_open"]) for one in shown] == [
        ("Counselling", 1, 1)
    ]
    assert "assurance" not in (await story.stranger.get(meeting)).json()
    await story.done(story.approver, f"{at}/remedies/{made}/completion")
    await story.house.set_clock(HELD_AT)
    await hear("contracts", "fund/f1:2026-27", FundUnwound(
        fund="f1", year="2026/27", shares=(), contracts=(), prepared_by="a", approved_by="b",
        effective_on=date(2026, 5, 5),
    ))  # fmt: skip
    [counselling] = (await story.approver.get(at)).json()["arrangements"]
    assert counselling["looks"][0]["findings"][0]["text"] == "Nobody is named."
    assert counselling["remedies"][0]["done_on"] is not None
    assert '"app"' not in str(counselling)
    await hear("contracts", "contract/c1", ContractTerminated(
        contract="c1", fund="f1", clause="30", impact_assessment="i1", terminated_by="p-2",
        effective_on=date(2026, 5, 5),
    ))  # fmt: skip
    assert (await story.approver.get(at)).json()["arrangements"] == []
    assert ARRANGEMENTS.source == "contracts"
    before = await story.house.house.log.head()
    wrong: list[tuple[str, Any, int, str]] = [
        ("standards", {"title": "T", "kinds": [], "every_months": 12}, 422, "invalid"),
        ("standards", {"title": "T", "kinds": ["pact"], "every_months": 12}, 422, "invalid"),
        ("standards", {"title": "T", "kinds": ["sla"], "every_months": 0}, 422, "invalid"),
        ("looks", look, 409, "arrangement-over"),
        ("looks", {**look, "arrangement": "c9"}, 409, "arrangement-unknown"),
        ("remedies", {**remedy, "due_on": "soon"}, 422, "invalid"),
        ("remedies", {**remedy, "owner": "acorn"}, 422, "not-partner"),
        ("remedies/none/completion", None, 409, "remedy-not-open"),
        ("standards/none/withdrawal", None, 409, "standard-unknown"),
    ]  # fmt: skip
    for path, body, status, code in wrong:
        answer = await story.commissioner.post(f"{at}/{path}", body)
        assert (path, answer.status_code, answer.json()["code"]) == (path, status, code)
        assert (await story.stranger.post(f"{at}/{path}", body)).status_code == 404
    assert (await story.stranger.get(at)).status_code == 404
    assert await story.house.house.log.head() == before
