"""Which notice is due when, under the law of which day, and what it still lacks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.gateway.public_record.agreed import AGREED
from services.gateway.public_record.chosen import CHOSEN
from services.gateway.public_record.delivered import DELIVERED
from services.gateway.public_record.merging import compiled
from services.gateway.public_record.notices import Case, NoticeDraft, at, drafts
from shared.eventsourcing.events import Published
from shared.law.duties import DUTIES, TITLES, NoticeType, duty_on, limit_on
from shared.published import contracts, procurement
from shared.published.procurement import Regime
from tests.gateway import story
from tests.gateway.public_record import life

TODAY = date(2027, 2, 1)
REGIMES: tuple[Regime, ...] = ("light-touch", "provider-selection", "full", "below-threshold")
BEFORE_THE_CONTRACT = life.WHOLE[:18]
SIGNED = life.WHOLE[:19]


def under(regime: Regime, events: Sequence[tuple[str, Published]]) -> list[tuple[str, Published]]:
    """The same events with the tender under another regime."""
    return [
        (source, replace(event, regime=regime)
         if isinstance(event, procurement.TenderOpened) else event)
        for source, event in events
    ]  # fmt: skip


def worth(pence: int, events: Sequence[tuple[str, Published]]) -> list[tuple[str, Published]]:
    """The same events with the first contract worth so much."""

    def of(event: Published) -> Published:
        if not isinstance(event, contracts.ContractSigned) or event.contract != "c1":
            return event
        return replace(event, terms=replace(event.terms, commitments={"2026/27": pence}))

    return [(source, of(event)) for source, event in events]


def case(
    events: Sequence[tuple[str, Published]], subject: str = "tender/t1", today: date = TODAY
) -> Case:
    told = life.heard(events)
    chosen = life.folded(CHOSEN, told)[0][subject]
    agreed = [one for one in life.folded(AGREED, told)[0].values() if one.award == chosen.award]
    delivered = life.folded(DELIVERED, told)[0]
    releases = life.releases(told)
    plan = releases.get(life.SPECIFICATION)
    return Case(
        chosen=chosen,
        agreed=agreed[0] if agreed else None,
        delivered=delivered.get(agreed[0].contract) if agreed else None,
        compiled=compiled(releases[f"{life.PREFIX}-{subject.replace('/', '-')}"]),
        plan=compiled(plan) if plan else {},
        today=today,
    )


def drafted(
    notice: NoticeType, events: Sequence[tuple[str, Published]], subject: str = "tender/t1",
    today: date = TODAY,
) -> NoticeDraft:  # fmt: skip
    return next(one for one in drafts(case(events, subject, today)) if one.notice == notice)


def test_each_notice_is_answered_for_with_a_section() -> None:
    for regime in REGIMES:
        found = drafts(case(under(regime, life.WHOLE)))
        assert [one.notice for one in found] == list(TITLES)
        for one in found:
            assert one.section.startswith(("Procurement Act 2023 ", "SI 2023/1348"))
            assert one.reason.endswith(".")
            if one.standing == "not-applicable":
                assert (one.due_on, one.fields, one.missing) == (None, {}, ())


def test_health_care_has_notices_of_its_own() -> None:
    for one in drafts(case(under("provider-selection", life.WHOLE))):
        assert (one.standing, one.section) == ("not-applicable", "SI 2023/1348")


@pytest.mark.parametrize(("regime", "days"), [("full", 30), ("light-touch", 120)])
def test_contract_details_are_due_after_the_signature(regime: Regime, days: int) -> None:
    uk7 = drafted("UK7", under(regime, SIGNED))
    assert uk7.due_on == date(2026, 6, 15) + timedelta(days=days)
    assert (uk7.standing, uk7.section) == ("statutory", "Procurement Act 2023 s.53(1)")


def test_there_are_no_details_before_there_is_a_contract() -> None:
    uk7 = drafted("UK7", BEFORE_THE_CONTRACT)
    assert (uk7.standing, uk7.reason) == ("not-applicable", "No contract has been signed yet.")


def test_a_draft_says_what_is_known_and_names_what_is_not() -> None:
    uk4 = drafted("UK4", BEFORE_THE_CONTRACT)
    assert uk4.fields["Title"] == "Counselling"
    assert uk4.fields["Bids close"] == "2026-05-01T11:00:00Z"
    assert uk4.fields["Contracting authority"] == "Council"
    assert uk4.missing == (
        "Contact", "Address", "Classification (CPV)", "Place of delivery",
        "Conditions of participation", "How to bid",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("pence", "standing", "section"),
    [
        (99_000_00, "not-applicable", "Procurement Act 2023 s.75(4)"),
        (99_000_01, "statutory", "Procurement Act 2023 s.75"),
        (81_000_00, "not-applicable", "Procurement Act 2023 s.75(4)"),
        (80_999_99, "statutory", "Procurement Act 2023 s.75"),
    ],
)
def test_a_change_of_a_tenth_needs_no_notice(pence: int, standing: str, section: str) -> None:
    varied = replace(life.VARIED, terms=replace(life.TERMS, commitments={"2026/27": pence}))
    uk10 = drafted("UK10", under("full", [*SIGNED, ("contracts", varied)]))
    assert (uk10.standing, uk10.section) == (standing, section)
    assert uk10.due_on == (date(2026, 7, 1) if standing == "statutory" else None)


@pytest.mark.parametrize(
    ("last_day", "standing"),
    [(date(2027, 5, 6), "not-applicable"), (date(2027, 5, 7), "statutory")],
)
def test_a_longer_term_is_a_change_too(last_day: date, standing: str) -> None:
    """365 days, of which a tenth is 36.5."""
    extended = contracts.ContractExtended(
        contract="c1", terms=replace(life.TERMS, ends_on=last_day), commitment_changes={},
        extended_by="p-2", effective_on=date(2027, 1, 5),
    )  # fmt: skip
    uk10 = drafted("UK10", under("full", [*SIGNED, ("contracts", extended)]))
    assert uk10.standing == standing


def test_a_light_touch_contract_is_changed_without_a_notice() -> None:
    uk10 = drafted("UK10", life.WHOLE)
    assert (uk10.standing, uk10.section) == (
        "not-applicable", "Procurement Act 2023 s.75(6)(b)",
    )  # fmt: skip


def test_the_end_is_told_within_thirty_days() -> None:
    uk11 = drafted("UK11", life.WHOLE)
    assert uk11.due_on == date(2027, 1, 30)
    assert uk11.missing == ("Contact", "Address")
    running = drafted("UK11", SIGNED)
    assert running.reason == "The contract has not ended."


@pytest.mark.parametrize(
    ("pence", "standing"), [(5_000_000_00, "not-applicable"), (5_000_000_01, "statutory")]
)
def test_performance_is_told_each_year_above_five_million(pence: int, standing: str) -> None:
    """Over, not at: s.52 sets indicators for a contract worth more than £5 million."""
    uk9 = drafted("UK9", worth(pence, under("full", SIGNED)))
    assert uk9.standing == standing
    assert uk9.due_on == (date(2027, 6, 15) if standing == "statutory" else None)


def test_a_light_touch_contract_tells_only_of_failure() -> None:
    nothing = drafted("UK9", SIGNED)
    assert (nothing.standing, nothing.section) == (
        "not-applicable", "Procurement Act 2023 s.52",
    )  # fmt: skip
    upheld = [*SIGNED, ("monitoring", story.FLAGGED), ("monitoring", life.UPHELD)]
    uk9 = drafted("UK9", upheld)
    assert uk9.standing == "statutory"
    on = life.heard(upheld)[-1].recorded.recorded_at.date()
    assert uk9.due_on == on + timedelta(days=30)
    assert "Failures" in uk9.fields


@pytest.mark.parametrize(
    ("pence", "paid_on", "due"),
    [
        (30_000_00, date(2026, 7, 30), None),
        (30_000_01, date(2026, 7, 30), date(2026, 10, 30)),
        (30_000_01, date(2026, 12, 31), date(2027, 1, 30)),
        (30_000_01, date(2026, 3, 31), None),  # before the duty began
    ],
)
def test_payments_over_thirty_thousand(pence: int, paid_on: date, due: date | None) -> None:
    paid = replace(story.PAID, amount_pence=pence, effective_on=paid_on)
    uk8 = drafted("UK8", [*SIGNED, ("contracts", paid)])
    assert (uk8.standing == "statutory", uk8.due_on) == (due is not None, due)


def test_a_direct_award_is_announced_before_it_is_made() -> None:
    uk5 = drafted("UK5", life.WHOLE, "award/w9")
    assert uk5.standing == "not-applicable", "worth less than the threshold"
    dear = [
        (source, replace(event, annual_price_pence=700_000_00))
        if isinstance(event, procurement.DirectAwardMade) else (source, event)
        for source, event in BEFORE_THE_CONTRACT
    ]  # fmt: skip
    uk5 = drafted("UK5", dear, "award/w9")
    assert uk5.standing == "statutory"
    assert uk5.fields["Justification"].startswith("Procurement Act 2023 s.41")
    assert drafted("UK4", dear, "award/w9").standing == "not-applicable"


@pytest.mark.parametrize("made", [procurement.GrantOffered, procurement.InHouseProvisionAgreed])
def test_a_grant_and_a_service_of_ones_own_are_no_public_contracts(made: Any) -> None:
    given = made(
        award="w9",
        partnership="p1",
        specification="s1",
        procuring="council",
        provider="acorn",
        annual_price_pence=900_000_00,
        reason=story.TEXT,
        awarded_by="p-2",
    )
    events = [*life.WHOLE[:6], ("procurement", given)]
    assert {one.standing for one in drafts(case(events, "award/w9"))} == {"not-applicable"}


def test_the_pipeline_begins_above_two_million() -> None:
    assert drafted("UK1", under("full", SIGNED)).section == "Procurement Act 2023 s.93(1)"
    uk1 = drafted("UK1", worth(2_000_000_01, under("full", SIGNED)))
    assert uk1.standing == "statutory"
    assert uk1.due_on == date(2026, 5, 26)
    assert "What the authority spends a year" in uk1.missing


def test_the_law_of_another_day() -> None:
    """A duty holds from its day on, and none held before there was an Act."""
    assert duty_on("UK9", "full", date(2025, 12, 31)).standing == "not-applicable"
    assert duty_on("UK9", "full", date(2026, 1, 1)).standing == "statutory"
    assert duty_on("UK7", "full", date(2025, 2, 23)).standing == "not-applicable"
    assert limit_on("payment", date(2026, 3, 31)) is None
    later = replace(DUTIES[0], from_date=date(2030, 1, 1), standing="voluntary")
    rows = (*DUTIES, later)
    assert duty_on("UK1", "full", date(2029, 12, 31), rows).standing == "statutory"
    assert duty_on("UK1", "full", date(2030, 1, 1), rows).standing == "voluntary"


@settings(max_examples=40)
@given(
    st.integers(0, len(life.WHOLE) - 11),
    st.sampled_from(REGIMES),
    st.dates(date(2026, 4, 1), date(2030, 12, 31)),
)
def test_whatever_has_happened_by_whatever_day_each_notice_has_an_answer(
    more: int, regime: Regime, today: date
) -> None:
    found = drafts(case(under(regime, life.WHOLE[: more + 8]), today=today))
    assert len(found) == len(TITLES)
    for one in found:
        assert not set(one.fields) & set(one.missing)


def test_the_signature_on_a_leap_day_has_its_year() -> None:
    leap = replace(life.SIGNED, effective_on=date(2028, 2, 29))
    events = worth(6_000_000_00, under("full", [*BEFORE_THE_CONTRACT, ("contracts", leap)]))
    assert drafted("UK9", events, today=date(2028, 6, 1)).due_on == date(2029, 3, 1)


def test_a_path_leads_through_every_item() -> None:
    value = {"a": [{"b": 1}, {"b": None}, {"c": 3}, {"b": [4, 5]}]}
    assert at(value, "a.b") == [1, 4, 5]
    assert at(value, "a.d") == []
