"""The rules of framework agreements and of shared lists of preferred providers, as sentences."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from services.procurement.agreements.commands import ChangeLot, EndAgreement, RegisterAgreement
from services.procurement.agreements.decider import AGREEMENTS
from services.procurement.agreements.events import AgreementLot, AgreementRegistered, LotChanged
from services.procurement.agreements.refusals import (
    AgreementOver,
    AgreementStands,
    LotsNumberedTwice,
    UnknownLot,
    UntilPast,
)
from services.procurement.preferred.commands import (
    AgreeList,
    DraftList,
    EndList,
    ListProvider,
    UnlistProvider,
)
from services.procurement.preferred.decider import PREFERRED_LISTS
from services.procurement.preferred.events import ListAgreed
from services.procurement.preferred.refusals import (
    AlreadyAgreed,
    AlreadyListed,
    ListOver,
    ListStands,
    ListUntilPast,
    NeighbourMissing,
    NobodyListed,
    NotListed,
    NotOfThisList,
)
from services.procurement.providers.refusals import (
    ProviderIsExcluded,
    ProviderIsSuspended,
    ProviderNotRegistered,
)
from services.procurement.providers.state import (
    GroundStanding,
    Provider,
    Registered,
    Unregistered,
)
from shared.published.terms import TextRef
from shared.testing.scenarios import Scenario

NOW = datetime(2026, 4, 1, 9, tzinfo=UTC)
TEXT = TextRef(text=UUID("00000000-0000-4000-8000-000000000001"), digest="d")
EXCLUDED = Registered(
    provider="acorn",
    grounds={"terrorism": GroundStanding(mandatory=True, section="s.57", until=date(2027, 1, 1))},
)
BAD: list[tuple[Provider, type[Exception]]] = [
    (Unregistered(), ProviderNotRegistered),
    (Registered(provider="acorn", suspended=True), ProviderIsSuspended),
    (EXCLUDED, ProviderIsExcluded),
]


def good(*names: str) -> dict[str, Provider]:
    return {name: Registered(provider=name) for name in names}


REGISTER = RegisterAgreement(
    agreement="f1", title="Therapies", reference="RM-1", keeper="council", partnerships=("p1",),
    lots=(AgreementLot(lot=1, title="Speech", providers=("acorn",)),), direct_allowed=False,
    valid_until=date(2026, 12, 31), standings=good("acorn"), registered_by="pat", now=NOW,
)  # fmt: skip
unregistered = Scenario(AGREEMENTS)
registered = unregistered.when_done(REGISTER)


def changing(*providers: str, lot: int = 1, standing: Provider | None = None) -> ChangeLot:
    known = good(*providers) | ({"beech": standing} if standing else {})
    return ChangeLot(lot=lot, providers=providers, standings=known, reason=TEXT, now=NOW)


def test_a_framework_agreement_is_entered_once_with_lots_and_a_day_to_come() -> None:
    (entered,) = unregistered.when(REGISTER).events()
    assert isinstance(entered, AgreementRegistered)
    registered.when(REGISTER).then_refused(AgreementStands)
    past = replace(REGISTER, valid_until=date(2026, 3, 31))
    unregistered.when(past).then_refused(UntilPast, "/body/valid_until")
    assert unregistered.when(replace(REGISTER, valid_until=NOW.date())).events()
    twice = replace(REGISTER, lots=(*REGISTER.lots, *REGISTER.lots))
    unregistered.when(twice).then_refused(LotsNumberedTwice, "/body/lots")


@pytest.mark.parametrize(("standing", "refusal"), BAD)
def test_nobody_comes_on_a_framework_or_a_list_who_may_not_be_awarded(
    standing: Provider, refusal: Any
) -> None:
    unregistered.when(replace(REGISTER, standings={"acorn": standing})).then_refused(refusal)
    registered.when(changing("acorn", "beech", standing=standing)).then_refused(refusal)
    drafted.when(replace(listing("acorn"), standing=standing)).then_refused(refusal)


def test_a_lot_is_changed_and_who_is_on_it_stays_whatever_stands_against_them() -> None:
    stays = replace(changing("acorn", "beech"), standings=good("beech") | {"acorn": EXCLUDED})
    registered.when(stays).then(LotChanged(lot=1, providers=("acorn", "beech"), reason=TEXT))
    registered.when(changing("acorn", lot=2)).then_refused(UnknownLot, "/body/lot")
    twice = changing("acorn", "acorn")
    registered.when(twice).then_refused(LotsNumberedTwice, "/body/providers")


def test_nothing_happens_to_an_agreement_that_has_ended() -> None:
    end = EndAgreement(reason=TEXT, now=NOW)
    over = registered.when_done(end)
    over.when(end).then_refused(AgreementOver)
    over.when(changing("acorn")).then_refused(AgreementOver)
    unregistered.when(end).then_refused(AgreementOver)


DRAFT = DraftList(
    list="l1", partnership="p1", partnerships=("p2",), title="Homes", need="Residential therapy",
    keeper="council", valid_until=date(2026, 12, 31), drafted_by="pat", now=NOW,
)  # fmt: skip
undrafted = Scenario(PREFERRED_LISTS)
drafted = undrafted.when_done(DRAFT)


def listing(provider: str) -> ListProvider:
    return ListProvider(
        provider=provider, standing=Registered(provider=provider), reason=TEXT, now=NOW
    )


def agreeing(partnership: str) -> AgreeList:
    return AgreeList(partnership=partnership, agency=f"of-{partnership}", agreed_by="o", now=NOW)


def test_a_list_is_shared_with_a_neighbour_to_a_day_to_come() -> None:
    drafted.when(DRAFT).then_refused(ListStands)
    for wrong in ((), ("p1",), ("p2", "p2")):
        alone = replace(DRAFT, partnerships=wrong)
        undrafted.when(alone).then_refused(NeighbourMissing, "/body/partnerships")
    past = replace(DRAFT, valid_until=date(2026, 3, 31))
    undrafted.when(past).then_refused(ListUntilPast, "/body/valid_until")


def test_every_partnership_agrees_and_a_changed_list_is_agreed_anew() -> None:
    drafted.when(agreeing("p1")).then_refused(NobodyListed)
    listed = drafted.when_done(listing("acorn"))
    listed.when(listing("acorn")).then_refused(AlreadyListed)
    listed.when(agreeing("p3")).then_refused(NotOfThisList)
    listed.when(agreeing("p2")).then(
        ListAgreed(partnership="p2", agency="of-p2", agreed_by="o", agreed_on=NOW.date())
    )
    agreed = listed.when_done(agreeing("p1"), agreeing("p2"))
    agreed.when(agreeing("p2")).then_refused(AlreadyAgreed)
    off = UnlistProvider(provider="acorn", reason=TEXT, now=NOW)
    for changes in ((listing("beech"),), (off, listing("cedar"))):
        assert agreed.when_done(*changes).when(agreeing("p2")).events()
    listed.when(replace(off, provider="beech")).then_refused(NotListed)


def test_a_list_holds_to_its_last_day_or_until_it_is_ended() -> None:
    listed = drafted.when_done(listing("acorn"))
    last = datetime(2026, 12, 31, 12, tzinfo=UTC)
    assert listed.when(replace(agreeing("p1"), now=last)).events()
    later = replace(agreeing("p1"), now=last + timedelta(days=1))
    listed.when(later).then_refused(ListOver)
    end = EndList(reason=TEXT, now=NOW)
    over = listed.when_done(end)
    for command in (end, listing("beech"), agreeing("p1")):
        over.when(command).then_refused(ListOver)
