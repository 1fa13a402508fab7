"""What the record tells of lots, of the partner that pays, and of a tender that was amended."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from shared.published import procurement
from tests.gateway.public_record import life
from tests.pages import story

LATER = datetime(2026, 5, 15, 11, tzinfo=UTC)
LOT = procurement.Lot(
    procurement="pr1", number=2, of=3, title="North", annual_value_pence=30_000_00, most_lots=1
)
AMENDED = procurement.TenderAmended(
    tender="t9", amendment="am1", reason=story.TEXT, title="Counselling, longer",
    bids_close_at=LATER,
    criteria=(
        procurement.Criterion(
            criterion="q", title="Quality", kind="quality", weight_basis_points=10_000
        ),
    ),
)  # fmt: skip
OPENED = replace(story.OPENED, tender="t9", lot=LOT, payer=story.ICB)
EMPTY = procurement.TenderCancelled(tender="t9", reason=story.TEXT, unsuccessful=True)


def test_lot_payer_and_amendment_are_told_and_reasons_are_not() -> None:
    specified = [one for one in life.WHOLE if one[0] == "needs"]
    told = [*specified, *(("procurement", one) for one in (OPENED, AMENDED, EMPTY))]
    opened, amended, ended = life.releases(life.heard(told))[f"{life.PREFIX}-tender-t9"]
    [lot] = opened["tender"]["lots"]
    assert lot["title"] == "Lot 2 of 3: North"
    assert lot["value"]["amount"] == 30_000.0
    assert {"payer"} in [set(one["roles"]) for one in opened["parties"]]

    assert amended["tag"] == ["tenderAmendment"]
    assert amended["tender"]["title"] == "Counselling, longer"
    assert amended["tender"]["tenderPeriod"]["endDate"].startswith("2026-05-15T11:00:00")
    assert amended["tender"]["lots"][0]["awardCriteria"]["criteria"][0]["name"] == "Quality"
    assert "reason" not in str(amended)
    assert ended["tender"]["status"] == "unsuccessful"
