"""What the writer keeps beside the logs: facts, events that wait, the public record.

Law: every statement runs in the transaction of the page it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from services.gateway.partners.audience import RULES
from services.gateway.partners.facts import (
    SOURCE_OF,
    TYPES,
    ContractFact,
    Fact,
    Facts,
    FundFact,
    Key,
    TenderFact,
    folded,
)
from services.gateway.partners.writing import CODEC, Heard, Waits
from shared.eventsourcing.events import Envelope
from shared.eventsourcing.row_tables import transposed
from shared.postgres.pool import Connection
from shared.published import contracts, needs
from shared.published.terms import AgencyId, PartnershipId

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Envelope).decode
_json = msgspec.json.Encoder().encode
_facts_of = {kind: msgspec.json.Decoder(type) for kind, type in TYPES.items()}


async def agencies(connection: Connection) -> list[AgencyId]:
    """Those that have a log."""
    return [row[0] for row in await connection.fetch("select agency from partners.heads")]


# -- facts


async def facts_for(connection: Connection, page: Sequence[Heard]) -> Facts:
    """Every fact that taking these events may ask for."""
    facts = Facts()
    wanted: set[Key] = set()
    joined: set[PartnershipId] = set()
    for heard in page:
        wanted |= _wanted(heard)
        if isinstance(heard.event, needs.PartnerJoined):
            joined.add(heard.event.partnership)
    if joined:
        wanted |= await _in_partnerships(connection, joined)
    found = await _load(connection, facts, wanted)
    await _load(connection, facts, {key for fact in found for key in _beside(fact)})
    return facts


def _wanted(heard: Heard) -> set[Key]:
    event = heard.event
    found = set(folded(event))
    key = RULES[type(event)].unless_known(event)
    if key is not None:
        found.add(key)
    match event:
        case contracts.ContractSigned() | contracts.ContractVaried() | contracts.ContractExtended():
            found |= {Key("monitored", event.contract), Key("fund", event.terms.fund)}
        case _:
            pass
    return found


def _beside(fact: Fact) -> Iterable[Key]:
    """What a fact leads to: whose contract, fund or tender it is."""
    match fact:
        case ContractFact():
            return (Key("partnership", fact.partnership), Key("fund", fact.terms.fund))
        case FundFact() | TenderFact():
            return (Key("partnership", fact.partnership),)
        case _:
            return ()


async def _in_partnerships(connection: Connection, ids: set[PartnershipId]) -> set[Key]:
    """All that a new partner is told of: contracts with what is monitored of them, and funds."""
    rows = await connection.fetch(
        "select kind, id from partners.facts where partnership = any($1)"
        " and kind in ('contract', 'fund')",
        list(ids),
    )
    found = {Key(*row) for row in rows}
    return found | {Key("monitored", key.id) for key in found if key.kind == "contract"}


async def _load(connection: Connection, facts: Facts, wanted: set[Key]) -> list[Fact]:
    missing = [key for key in wanted if key not in facts]
    if not missing:
        return []
    rows = await connection.fetch(
        "select kind, id, content::text from partners.facts"
        " join unnest($1::text[], $2::text[]) as asked (kind, id) using (kind, id)",
        *transposed(missing, 2),
    )
    found: dict[Key, Fact] = {Key(row[0], row[1]): _facts_of[row[0]].decode(row[2]) for row in rows}
    facts.add(found)
    return list(found.values())


async def keep_facts(connection: Connection, facts: Facts) -> None:
    records = [
        (key.kind, key.id, _partnership_of(fact), SOURCE_OF[key.kind], _json(fact).decode())
        for key, fact in facts.changed.items()
    ]
    if records:
        await connection.execute(
            "insert into partners.facts"
            " select kind, id, partnership, source, content::jsonb"
            " from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])"
            " as new (kind, id, partnership, source, content)"
            " on conflict (kind, id) do update"
            " set partnership = excluded.partnership, content = excluded.content",
            *transposed(records, 5),
        )


def _partnership_of(fact: Fact) -> str:
    return fact.partnership if isinstance(fact, ContractFact | FundFact) else ""


# -- what waits


async def waiting_for(connection: Connection, page: Sequence[Heard]) -> dict[Key, list[Heard]]:
    """What waits for a fact that these events make, or that what waits for them makes."""
    found: dict[Key, list[Heard]] = {}
    keys = {key for heard in page for key in folded(heard.event)}
    while keys:
        rows = await connection.fetch(
            "select source, publication, key, envelope from partners.waiting"
            " where key = any($1) order by source, publication",
            [str(key) for key in keys],
        )
        by_name = {str(key): key for key in keys}
        keys = set[Key]()
        for row in rows:
            heard = _heard(row)
            found.setdefault(by_name[row["key"]], []).append(heard)
            keys |= {key for key in folded(heard.event) if key not in found}
    return found


def _heard(row: Any) -> Heard:
    return Heard(row["source"], row["publication"], CODEC.open(_decode(row["envelope"])))


async def set_aside(connection: Connection, waits: Iterable[Waits]) -> None:
    records = [
        (one.heard.source, one.heard.number, str(one.key), _encode(one.heard.recorded.envelope))
        for one in waits
    ]
    if records:
        await connection.execute(
            "insert into partners.waiting"
            " select * from unnest($1::text[], $2::bigint[], $3::text[], $4::bytea[])",
            *transposed(records, 4),
        )


async def release(connection: Connection, heard: Sequence[Heard]) -> None:
    if heard:
        await connection.execute(
            "delete from partners.waiting using unnest($1::text[], $2::bigint[])"
            " as gone (source, publication)"
            " where waiting.source = gone.source and waiting.publication = gone.publication",
            [one.source for one in heard],
            [one.number for one in heard],
        )


# -- the public record


async def public_record(connection: Connection) -> list[Heard]:
    """Everything public so far, as each source published it; a new log is given it whole."""
    rows = await connection.fetch(
        "select source, publication, envelope from partners.public_record"
        " order by source, publication"
    )
    return [_heard(row) for row in rows]


async def publish(connection: Connection, heard: Sequence[Heard]) -> None:
    if heard:
        records: Mapping[tuple[str, int], bytes] = {
            (one.source, one.number): _encode(one.recorded.envelope) for one in heard
        }
        await connection.execute(
            "insert into partners.public_record"
            " select * from unnest($1::text[], $2::bigint[], $3::bytea[]) on conflict do nothing",
            [source for source, _ in records],
            [number for _, number in records],
            list(records.values()),
        )


async def forget_from(connection: Connection, source: str, first: int) -> None:
    """Lets go of what waits by a number from there on: its source has another event of that number.

    What an agency was told stays told; only its own log could be restored.
    """
    await connection.execute(
        "delete from partners.waiting where source = $1 and publication >= $2", source, first
    )
