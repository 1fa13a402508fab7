"""The rules of the register, as sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from services.procurement.providers.commands import (
    EndGround,
    FindGround,
    HoldStandard,
    LapseStandard,
    RegisterProvider,
    ReinstateProvider,
    SuspendProvider,
)
from services.procurement.providers.decider import PROVIDERS
from services.procurement.providers.refusals import (
    AlreadyExpired,
    AlreadyRegistered,
    GroundNotStanding,
    GroundStands,
    GroundTooOld,
    IdentifierMalformed,
    NotSuspended,
    ProviderIsSuspended,
    ProviderNotRegistered,
    StandardStillHeld,
    UnknownGround,
    UnknownScheme,
)
from shared.published.procurement import (
    ExclusionGroundEnded,
    ExclusionGroundFound,
    ProviderRegistered,
    ProviderReinstated,
    ProviderSuspended,
    StandardHeld,
    StandardLapsed,
)
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
TEXT = TextRef(text=UUID("00000000-0000-4000-8000-000000000001"), digest="d")
LAST_DAY = date(2026, 6, 30)


def registering(**identifiers: str) -> RegisterProvider:
    schemes = {scheme.replace("_", "-"): value for scheme, value in identifiers.items()}
    return RegisterProvider(
        provider="acorn",
        name="Acorn",
        form="third-sector",
        small=True,
        identifiers=schemes,
        now=NOW,
    )


def holding(until: date = LAST_DAY, title: str = "") -> HoldStandard:
    return HoldStandard(
        standard="quality-mark" if title else "insurance",
        title=title,
        reference="PL-1",
        valid_until=until,
        now=NOW,
    )


nobody = Scenario(PROVIDERS)
registered = nobody.when_done(registering(GB_CHC="1089464"))
suspended = registered.when_done(SuspendProvider(reason=TEXT, now=NOW))


def test_a_provider_is_registered_once_with_its_identifiers() -> None:
    nobody.when(registering(GB_COH="SC123456", GB_CHC="1089464-2", GB_ODS="RX1")).then(
        ProviderRegistered(
            provider="acorn",
            name="Acorn",
            form="third-sector",
            small=True,
            identifiers={"GB-COH": "SC123456", "GB-CHC": "1089464-2", "GB-ODS": "RX1"},
        )
    )
    registered.when(registering()).then_refused(AlreadyRegistered)


@pytest.mark.parametrize("number", ["123", "123456789", "sc123456", "12 34567"])
def test_an_identifier_has_the_form_of_its_scheme(number: str) -> None:
    pointer = "/body/identifiers/GB-COH"
    nobody.when(registering(GB_COH=number)).then_refused(IdentifierMalformed, pointer)


def test_an_unknown_scheme_of_identifiers_is_refused() -> None:
    nobody.when(registering(XX_NIC="1")).then_refused(UnknownScheme, "/body/identifiers/XX-NIC")


def test_a_standard_holds_to_the_end_of_its_last_day_in_london() -> None:
    held = registered.when_done(holding())
    last_second = datetime(2026, 6, 30, 22, 59, 59, tzinfo=UTC)
    held.when(LapseStandard(held="insurance", now=last_second)).then_refused(StandardStillHeld)
    over = datetime(2026, 6, 30, 23, tzinfo=UTC)
    held.when(LapseStandard(held="insurance", now=over)).then(
        StandardLapsed(provider="acorn", standard="insurance", expired_on=LAST_DAY)
    )
    lapsed = held.when_done(LapseStandard(held="insurance", now=over))
    lapsed.when(LapseStandard(held="insurance", now=over)).then_nothing()


def test_a_renewal_keeps_a_standard_from_lapsing() -> None:
    renewed = registered.when_done(holding(), holding(date(2027, 6, 30)))
    over = datetime(2026, 6, 30, 23, tzinfo=UTC)
    renewed.when(LapseStandard(held="insurance", now=over)).then_refused(StandardStillHeld)


def test_quality_marks_are_told_apart_by_their_title() -> None:
    marks = registered.when_done(
        holding(title="PQASSO"), holding(date(2027, 6, 30), title="ISO 9000")
    )
    over = datetime(2026, 6, 30, 23, tzinfo=UTC)
    marks.when(LapseStandard(held="quality-mark PQASSO", now=over)).then(
        StandardLapsed(provider="acorn", standard="quality-mark", expired_on=LAST_DAY)
    )
    still = LapseStandard(held="quality-mark ISO 9000", now=over)
    marks.when(still).then_refused(StandardStillHeld)


def test_a_standard_is_recorded_on_its_last_day_but_not_after() -> None:
    today = NOW.date()
    assert registered.when(holding(today)).events() == [
        StandardHeld(provider="acorn", standard="insurance", reference="PL-1", valid_until=today)
    ]
    registered.when(holding(date(2026, 3, 31))).then_refused(AlreadyExpired, "/body/valid_until")


def test_a_suspension_is_ended_before_there_is_another() -> None:
    suspend = SuspendProvider(reason=TEXT, now=NOW)
    reinstate = ReinstateProvider(reason=TEXT, now=NOW)
    registered.when(suspend).then(ProviderSuspended(provider="acorn", reason=TEXT))
    suspended.when(suspend).then_refused(ProviderIsSuspended)
    suspended.when(reinstate).then(ProviderReinstated(provider="acorn", reason=TEXT))
    registered.when(reinstate).then_refused(NotSuspended)


def test_nothing_is_recorded_of_a_stranger() -> None:
    for command in (
        holding(),
        SuspendProvider(reason=TEXT, now=NOW),
        ReinstateProvider(reason=TEXT, now=NOW),
        LapseStandard(held="insurance", now=NOW),
    ):
        nobody.when(command).then_refused(ProviderNotRegistered)


def finding(ground: str = "terrorism", on: date = date(2024, 2, 29)) -> FindGround:
    return FindGround(ground=ground, happened_on=on, reason=TEXT, now=NOW)


def test_a_ground_stands_for_five_years_from_the_day_of_what_happened() -> None:
    registered.when(finding()).then(
        ExclusionGroundFound(
            provider="acorn",
            ground="terrorism",
            mandatory=True,
            section="Procurement Act 2023 s.57, Sch. 6",
            happened_on=date(2024, 2, 29),
            until=date(2029, 3, 1),
            reason=TEXT,
        )
    )
    (weaker,) = registered.when(finding("poor-performance")).events()
    assert isinstance(weaker, ExclusionGroundFound)
    assert not weaker.mandatory
    assert registered.when(finding(on=date(2021, 4, 1))).events()
    for day in (date(2021, 3, 31), date(2026, 4, 2), date(9999, 12, 31)):
        registered.when(finding(on=day)).then_refused(GroundTooOld, "/body/happened_on")
    registered.when(finding("rudeness")).then_refused(UnknownGround, "/body/ground")
    before_the_act = replace(finding(), now=datetime(2025, 2, 23, 9, tzinfo=UTC))
    registered.when(before_the_act).then_refused(UnknownGround, "/body/ground")


def test_a_ground_is_ended_before_it_is_found_again() -> None:
    end = EndGround(ground="terrorism", reason=TEXT, now=NOW)
    found = registered.when_done(finding())
    found.when(finding()).then_refused(GroundStands)
    found.when(end).then(ExclusionGroundEnded(provider="acorn", ground="terrorism", reason=TEXT))
    registered.when(end).then_refused(GroundNotStanding)
    assert found.when_done(end).when(finding()).events()
    nobody.when(finding()).then_refused(ProviderNotRegistered)
