"""An invented England: what contracts and monitoring publish when every partnership pays.

Law: the same size gives the same events, every one of them takes its place in the books, and the
partnerships take turns, so that no page is about one fund.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

import asyncpg
import msgspec

from shared.eventsourcing.events import Envelope, Event, Meta, type_of
from shared.published import contracts as c
from shared.published import monitoring as m
from shared.published.terms import Block, Clause, ContractTerms, Reading, TextRef

YEAR = "2026/27"
START = date(2026, 4, 1)
END = date(2029, 3, 31)
BEGAN_AT = datetime(2026, 4, 1, 9, tzinfo=UTC)
PARTNERS = ("council", "board", "schools")
MONTHLY_PENCE = 100_003
META = Meta(
    client="c-1", agency="council", person="p-1", request_hash="5c0ffee", traceparent="00-aa-bb-01"
)


class England(NamedTuple):
    """How large it is; a contract has some three events a month in either log."""

    partnerships: int = 153
    contracts: int = 3
    months: int = 7


class Happened(NamedTuple):
    """An event, the stream it is of and the day it is of."""

    stream: str
    partition: str
    event: Event
    on: date


def history(name: str, england: England) -> Iterator[Envelope]:
    """The log of `contracts` or of `monitoring`, everything published."""
    events = in_contracts(england) if name == "contracts" else in_monitoring(england)
    encode = msgspec.json.Encoder().encode
    versions: dict[str, int] = {}
    for number, (stream, partition, event, on) in enumerate(events, 1):
        versions[stream] = versions.get(stream, 0) + 1
        yield Envelope(
            position=number,
            publication=number,
            epoch=1,
            stream=stream,
            version=versions[stream],
            type=type_of(type(event)),
            event_id=UUID(int=number),
            command_id=UUID(int=number),
            partition_key=partition,
            body=encode(event),
            meta=META,
            effective_on=on,
            recorded_at=BEGAN_AT + timedelta(seconds=number),
        )


# -- contracts


def in_contracts(england: England) -> Iterator[Happened]:
    for number in range(england.partnerships):
        yield from _of_fund(number, england)
    for number, contract in _each(england):
        yield _contract(number, contract, _signed(number, contract), START)
    for month in range(england.months):
        for number, contract in _each(england):
            yield from _paid(number, contract, month)


def _each(england: England) -> Iterator[tuple[int, int]]:
    for contract in range(england.contracts):
        for number in range(england.partnerships):
            yield number, contract


def _of_fund(number: int, england: England) -> Iterator[Happened]:
    fund, place = f"F{number}", f"P{number}"
    opened = c.PooledFundOpened(
        fund=fund, year=YEAR, partnership=place, host="council", partners=PARTNERS,
        attribution_weights=(50, 30, 20), effective_on=START,
    )  # fmt: skip
    signed = c.AgreementSigned(
        fund=fund, partnership=place, name=f"Fund {number}", host="council", pool_manager="p-1",
        legal_basis="section-75", effective_on=START,
    )  # fmt: skip
    events: list[Event] = [signed, opened]
    pence = MONTHLY_PENCE * 12 * england.contracts
    for partner in PARTNERS:
        events += [
            c.ContributionAgreed(
                fund=fund, year=YEAR, partner=partner, annual_pence=pence,
                legal_basis="section-75", effective_on=START,
            ),
            c.ContributionInvoiced(
                fund=fund, year=YEAR, partner=partner, period="2026-27-Q1", amount_pence=pence,
                effective_on=START,
            ),
            c.ContributionReceived(
                fund=fund, year=YEAR, partner=partner, amount_pence=pence, reference="R-1",
                effective_on=START,
            ),
        ]  # fmt: skip
    for event in events:
        yield Happened(f"pooled_fund/{fund}", fund, event, START)


def _signed(number: int, contract: int) -> c.ContractSigned:
    clause = Clause(clause="12.1")
    terms = ContractTerms(
        kind="contract", partnership=f"P{number}", commissioner="council", provider=f"V{contract}",
        fund=f"F{number}", specification=f"S{number}-{contract}", award=f"A{number}-{contract}",
        title="Speech and language therapy", starts_on=START, ends_on=END,
        commitments={YEAR: MONTHLY_PENCE * 12, "2027/28": MONTHLY_PENCE * 12},
        payment=Block(annual_pence=MONTHLY_PENCE * 12), outcomes=(), measures=(),
        monitoring_officer="p-2", review=clause, termination=clause,
    )  # fmt: skip
    return c.ContractSigned(
        contract=_name(number, contract), terms=terms, signed_by="p-1", effective_on=START
    )


def _paid(number: int, contract: int, month: int) -> Iterator[Happened]:
    """A month: invoiced, certified, paid; now and then an accrual first, or something kept back."""
    name, fund, on = _name(number, contract), f"F{number}", START + timedelta(days=30 * month)
    period, certificate = f"2026-27-M{month + 1:02}", f"{name}-C{month}"
    events: list[Event] = [
        c.InvoiceReceived(
            contract=name, invoice=f"I{month}", net_pence=MONTHLY_PENCE, period=period,
            received_on=on,
        ),
        c.PaymentCertified(
            contract=name, fund=fund, year=YEAR, certificate=certificate, element="Block",
            amount_pence=MONTHLY_PENCE, period=period, return_version=1, effective_on=on,
        ),
    ]  # fmt: skip
    if (contract + month) % 10 == 0:
        events.append(
            c.AmountWithheld(
                contract=name, fund=fund, year=YEAR, withholding=f"{name}-W{month}",
                certificate=certificate, amount_pence=1_000, clause="9.2", effective_on=on,
            )
        )  # fmt: skip
    events.append(
        c.PaymentMade(
            contract=name, fund=fund, year=YEAR, payment=f"{name}-B{month}",
            certificates=(certificate,), amount_pence=90_000, prepared_by="p-3",
            approved_by="p-4", effective_on=on,
        )
    )  # fmt: skip
    for event in events:
        yield _contract(number, contract, event, on)


def _contract(number: int, contract: int, event: Event, on: date) -> Happened:
    name = _name(number, contract)
    return Happened(f"contract/{name}", name, event, on)


def _name(number: int, contract: int) -> str:
    return f"K{number}-{contract}"


# -- monitoring


def in_monitoring(england: England) -> Iterator[Happened]:
    for month in range(england.months):
        for number, contract in _each(england):
            yield from _returned(number, contract, month)


def _returned(number: int, contract: int, month: int) -> Iterator[Happened]:
    name, on = _name(number, contract), START + timedelta(days=30 * month)
    period, at = f"2026-27-M{month + 1:02}", BEGAN_AT + timedelta(days=30 * month)
    readings = tuple(
        Reading(measure=measure, period=period, value=Decimal(33)) for measure in ("seen", "better")
    )
    events: list[Event] = [
        m.ReturnScheduled(
            contract=name, partnership=f"P{number}", provider=f"V{contract}",
            commissioner="council", period=period, opens_on=on, due_at=at,
        ),
        m.ReturnSubmitted(
            contract=name, period=period, version=1, readings=readings,
            story=TextRef(text=UUID(int=7), digest="d"), receipt="r", submitted_by="p-5",
            submitted_at=at,
        ),
        m.ReturnAccepted(
            contract=name, period=period, version=1, readings=readings, accepted_by="p-6",
            accepted_at=at,
        ),
    ]  # fmt: skip
    if (contract + month) % 10 == 0:
        flag = f"{name}-G{month}"
        events += [
            m.UnderperformanceFlagged(
                flag=flag, contract=name, partnership=f"P{number}", provider=f"V{contract}",
                commissioner="council", measure="seen", rule="threshold", raised_at=at,
            ),
            m.ExplanationRequested(flag=flag, contract=name, due_on=on, requested_by="p-6"),
        ]  # fmt: skip
    for event in events:
        yield Happened(f"return/{name}-{period}", name, event, on)


# -- into a database

_COLUMNS = (
    "position", "publication", "stream", "version", "type", "event_id", "command_id",
    "partition_key", "body", "meta", "effective_on", "recorded_at",
)  # fmt: skip


async def fill(dsn: str, envelopes: Iterable[Envelope]) -> None:
    """Lays a history down in a service's log, as its owner; no append is asked."""
    meta = msgspec.json.encode(META)
    records = (
        tuple(meta if name == "meta" else getattr(envelope, name) for name in _COLUMNS)
        for envelope in envelopes
    )
    connection = await asyncpg.connect(dsn)
    try:
        await connection.copy_records_to_table(
            "events", schema_name="log", columns=_COLUMNS, records=records
        )
        await connection.execute(
            "update log.head set position = p, publication = p, recorded_at = at"
            " from (select max(position) as p, max(recorded_at) as at from log.events) as last"
        )
        await connection.execute("analyze log.events")
    finally:
        await connection.close()
