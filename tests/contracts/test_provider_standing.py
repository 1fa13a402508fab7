"""Nothing is signed with a provider whose checks have lapsed or who is suspended or excluded."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from services.contracts.contracts.refusals import (
    ProviderExcluded,
    ProviderSuspendedSince,
    StandardsLapsed,
)
from services.contracts.contracts.standing import Standing, signable
from shared.eventsourcing.clock import london_date
from shared.published.procurement import (
    ExclusionGroundEnded,
    ExclusionGroundFound,
    ProviderReinstated,
    ProviderSuspended,
    StandardHeld,
    StandardLapsed,
)
from shared.testing.houses import Caller, RunningHouse
from tests.contracts.doors import CONTRACT, opened, signature
from tests.contracts.parts import NOW, TEXT

TODAY = london_date(NOW)
OVER = TODAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("standing", "refusal", "said"),
    [
        (Standing(suspended=True), ProviderSuspendedSince, "suspended"),
        (Standing(excluded={"terrorism": TODAY}), ProviderExcluded, "terrorism, to"),
        (Standing(lapsed={"insurance": OVER}), StandardsLapsed, "insurance, to"),
        (Standing(held={"safer-recruitment": OVER}), StandardsLapsed, "safer recruitment, to"),
    ],
)
def test_what_stands_against_signing_is_named(standing: Standing, refusal: Any, said: str) -> None:
    with pytest.raises(refusal, match=said):
        signable(standing, TODAY)


def test_what_is_over_or_held_in_another_name_stands_against_nothing() -> None:
    signable(Standing(), TODAY)
    signable(Standing(excluded={"terrorism": OVER}), TODAY)
    signable(Standing(held={"insurance": TODAY}), TODAY)
    signable(Standing(lapsed={"insurance": OVER}, held={"insurance New": TODAY}), TODAY)
    signable(Standing(lapsed={"quality-mark PQASSO": OVER}), TODAY)


async def test_a_contract_is_signed_once_what_stood_against_it_is_over(
    house: RunningHouse, lea: Caller, fin: Caller
) -> None:
    body = signature(await opened(fin, house))
    insured = StandardHeld(
        provider="acorn", standard="insurance", reference="PL-1", valid_until=date(2026, 3, 1)
    )
    found = ExclusionGroundFound(
        provider="acorn", ground="terrorism", mandatory=True, section="s.57, Sch. 6",
        happened_on=date(2026, 1, 1), until=date(2031, 1, 1), reason=TEXT,
    )  # fmt: skip
    weaker = replace(found, ground="insolvency", mandatory=False)
    lapsed = StandardLapsed(provider="acorn", standard="insurance", expired_on=date(2026, 3, 1))
    renewed = replace(insured, valid_until=date(2029, 3, 1))
    before = await house.house.log.head()
    for against, over, code in (
        ((insured, lapsed), renewed, "standards-lapsed"),
        ((found, weaker), ExclusionGroundEnded(provider="acorn", ground="terrorism", reason=TEXT),
         "provider-excluded"),
        ((ProviderSuspended(provider="acorn", reason=TEXT),),
         ProviderReinstated(provider="acorn", reason=TEXT), "provider-suspended"),
    ):  # fmt: skip
        await house.hear("procurement", "provider/acorn", *against)
        refused = await lea.post(f"{CONTRACT}/signature", body)
        assert (refused.status_code, refused.json()["code"]) == (409, code)
        assert await house.house.log.head() == before
        await house.hear("procurement", "provider/acorn", over)
    await lea.done(f"{CONTRACT}/signature", body)
