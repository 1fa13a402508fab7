"""What changes what a contract's view says of it: disputes settled, and ends decided on."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

from msgspec.structs import replace

from services.gateway.contract_views.paying import invoices_in
from services.gateway.contract_views.views import (
    ContractLine,
    ContractRow,
    Ending,
    ending_in,
    ending_shown,
)
from shared.published.contracts import (
    EndConfirmed,
    EndProposed,
    InvoiceDisputed,
    InvoiceDisputeSettled,
    InvoiceReceived,
)
from shared.published.terms import TextRef
from tests.gateway import story

DAY = date(2026, 7, 1)
NOW = datetime(2026, 7, 1, 9, tzinfo=UTC)
TEXT = TextRef(text=UUID(int=1), digest="d")
RECEIVED = InvoiceReceived(
    contract="k1", invoice="INV-1", net_pence=100, period="2026-27-Q1", received_on=DAY
)
DISPUTED = InvoiceDisputed(contract="k1", invoice="INV-1", reason=TEXT)
SETTLED = InvoiceDisputeSettled(contract="k1", invoice="INV-1", reason=TEXT)
PROPOSED = EndProposed(
    contract="c1", partnership="p1", commissioner="council", specification="s1", title="x",
    review="r1", decision="d1", change="cease", clause="20", notice_working_days=20,
    earliest_on=DAY, ends_on=DAY, effective_on=DAY,
)  # fmt: skip
CONFIRMED = EndConfirmed(contract="c1", change="cease", confirmed_by="lea", effective_on=DAY)
ROW = ContractRow(
    contract="c1", partnership="p1", commissioner="council", provider="acorn", fund="f1",
    specification="s1", award="c1", kind="contract", title="x", starts_on=DAY, ends_on=DAY,
    value_pence=1,
)  # fmt: skip


def disputed(*events: object) -> bool:
    (invoice,) = invoices_in([(DAY, event) for event in (RECEIVED, *events)])
    return invoice.disputed


def test_a_settled_dispute_is_over_and_a_new_one_is_a_dispute_again() -> None:
    assert not disputed()
    assert disputed(DISPUTED)
    assert not disputed(DISPUTED, SETTLED)
    assert disputed(DISPUTED, SETTLED, DISPUTED)


def test_an_end_is_proposed_until_it_is_confirmed() -> None:
    lines = [
        ContractLine(on=DAY, recorded_at=NOW, event=event)
        for event in (story.SIGNED, PROPOSED, CONFIRMED)
    ]
    assert ending_in(lines[:1]) is None
    assert ending_in(lines[:2]) == Ending(change="cease", ends_on=DAY)
    assert ending_in(lines) == Ending(change="cease", ends_on=DAY, confirmed=True)


def test_a_provider_hears_of_an_end_once_it_is_confirmed() -> None:
    proposed = Ending(change="cease", ends_on=DAY)
    confirmed = replace(proposed, confirmed=True)
    assert ending_shown(ROW, proposed, "acorn") is None
    assert ending_shown(ROW, confirmed, "acorn") == confirmed
    assert ending_shown(ROW, proposed, "icb") == proposed
    assert ending_shown(replace(ROW, provider="council"), proposed, "council") == proposed
