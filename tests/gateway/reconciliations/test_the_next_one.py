"""What a reconciliation leaves to the next one of its account, and what it keeps for ever."""

from __future__ import annotations

from datetime import date

from shared.eventsourcing.rebuild import rebuild
from shared.testing.houses import Caller, RunningHouse
from tests.gateway.reconciliations import doors
from tests.gateway.reconciliations.doors import AT, as_csv, finance, taking


async def signed(house: RunningHouse, ida: Caller, ben: Caller) -> str:
    reconciliation = await doors.settled(house, ida)
    await ida.done(f"{AT}/{reconciliation}/preparation")
    await ben.done(f"{AT}/{reconciliation}/sign-off")
    return reconciliation


MAY = (("05/05/2026", "ICB LATE", "REF-E", "80.00"), ("06/05/2026", "ICB", "REF-G", "20.00"))


async def test_what_was_outstanding_and_what_came_late_is_in_the_next_one(
    house: RunningHouse, ida: Caller, ben: Caller
) -> None:
    first = await signed(house, ida, ben)
    before = (await ida.get(f"{AT}/{first}/statement")).json()
    late = (doors.received("REF-F", 7_00, date(2026, 4, 20)),
            doors.received("REF-G", 20_00, date(2026, 5, 6)))  # fmt: skip
    await house.hear("contracts", "fund/f1", *late)
    assert (await ida.get(f"{AT}/{first}/statement")).json() == before

    second = (await doors.upload(house, finance(), as_csv(MAY))).json()["id"]
    at = f"{AT}/{second}"
    body = taking(to_on="2026-05-31", stated_rows=2, stated_total_pence=100_00)
    gap = await ida.post(f"{at}/extract", body | {"closing_pence": 1900_00, "from_on": None})
    assert (gap.status_code, gap.json()["code"]) == (422, "opening-balance-differs")
    wrong = await ida.post(f"{at}/extract", body | {"closing_pence": 1904_54})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "period-not-next")
    await ida.done(f"{at}/extract", body | {"closing_pence": 1904_54, "from_on": None})
    found = (await ida.get(at)).json()
    assert (found["from_on"], found["previous"]) == ("2026-05-01", first)
    assert found["carried"] == {"ours": 2, "theirs": 0}  # the receipt, and the nine pence
    lines = (await ida.get(f"{at}/lines?side=ours")).json()["items"]
    assert [(one["kind"], one["amount_pence"]) for one in lines] == [
        ("carried", 80_00), ("late", 7_00), ("difference", -9), ("line", 20_00),
    ]  # fmt: skip
    assert found["statement"]["difference_pence"] == 1911_45 - 1904_54

    after = await doors.matched(ida, second)
    assert after["confirmed"] == {"exact": 1}
    assert after["proposed"] == {"amount": 1}  # the late receipt, by its reference
    [proposed] = (await ida.get(f"{at}/matches?status=proposed")).json()["items"]
    assert proposed["reason"] == "late"
    assert after["statement"]["unexplained_pence"] == 1911_45 - 1904_54


async def test_the_lists_rebuild_to_the_same(house: RunningHouse, ida: Caller, ben: Caller) -> None:
    await signed(house, ida, ben)
    await house.settle()
    for name in ("reconciliations", "column_mappings", "matching_runs"):
        store = house.house.stores[name]
        before = await store.contents()
        source = house.house.sources["gateway"]
        await rebuild(store, house.house.pool, source)
        assert await store.contents() == before
