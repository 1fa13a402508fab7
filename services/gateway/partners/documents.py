"""The partner contract as documents: AsyncAPI 3 and JSON Schemas, made of the event structs.

Law: nothing is written by hand that a struct already says; what the documents say is what is sent.
`python -m services.gateway.partners.documents` writes them to where a release keeps them.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from functools import cache
from typing import Any, cast

import msgspec
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.gateway.partners.audience import RULES, Rule, nobody
from shared.eventsourcing.events import Published, type_of
from shared.published import gateway

Document = dict[str, Any]

VERSION = "0.1.0"
OF_ITSELF = "the agency itself, when it becomes or ceases to be entitled"

MAY_GROW = {
    ("Member", "kind"),
    ("PartnerJoined", "kind"),
    ("MeasureTerms", "breakdowns"),
    ("BrokenDown", "breakdown"),
    ("StandardHeld", "standard"),
    ("StandardLapsed", "standard"),
    ("DecisionTaken", "about_kind"),
    ("SeriousIncidentReported", "referred_to"),
}
"""Lists of words that may get longer within a version; whoever hears them is told to expect it."""

HEADERS: Document = {
    "type": "object",
    "description": "The attributes of CloudEvents 1.0 in binary mode, as text.",
    "properties": {
        "content-type": {"type": "string", "enum": ["application/json"]},
        "ce_specversion": {"type": "string", "enum": ["1.0"]},
        "ce_id": {"type": "string", "format": "uuid"},
        "ce_source": {"type": "string", "description": "/partners/ and the agency"},
        "ce_type": {"type": "string", "description": "the name of the message"},
        "ce_subject": {"type": "string", "description": "the stream, such as contract/c1"},
        "ce_time": {"type": "string", "format": "date-time"},
        "ce_publication": {
            "type": "string",
            "pattern": "^[0-9]+$",
            "description": "the event's number in this agency's log: 1, 2, 3, without holes",
        },
        "ce_epoch": {"type": "string", "pattern": "^[0-9]+$"},
        "ce_streamversion": {"type": "string", "pattern": "^[0-9]+$"},
        "ce_partitionkey": {"type": "string"},
        "ce_effectiveon": {"type": "string", "format": "date"},
        "ce_commandid": {"type": "string", "format": "uuid"},
        "ce_traceparent": {"type": "string"},
    },
    "required": ["ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "ce_publication"],
}


def told() -> Iterator[tuple[type[Published], str]]:
    """Every event that can lie in an agency's log, and in whose."""
    for event, rule in RULES.items():
        if not _stays_in(rule):
            yield event, rule.says
    for event in gateway.PUBLISHED:
        yield event, OF_ITSELF


def _stays_in(rule: Rule) -> bool:
    return rule.concerned is nobody


def schemas() -> Document:
    """The JSON Schema of every event and of the values in it, by the name of its struct."""
    _, found = msgspec.json.schema_components(
        [event for event, _ in told()], ref_template="#/components/schemas/{name}"
    )
    as_json: Document = msgspec.json.decode(msgspec.json.encode(found))
    return {name: _described(name, schema) for name, schema in sorted(as_json.items())}


def _described(name: str, schema: Document) -> Document:
    plain = {key: _plain(value) for key, value in schema.items()}
    if "description" in plain:
        plain["description"] = inspect.cleandoc(plain["description"])
    for property, described in plain.get("properties", {}).items():
        if (name, property) in MAY_GROW:
            described.get("items", described)["x-may-grow"] = True
    return plain


def _plain(value: Any) -> Any:
    """Without what AsyncAPI spells otherwise: each variant says itself which one it is."""
    if isinstance(value, dict):
        items = cast(Document, value)
        return {key: _plain(inner) for key, inner in items.items() if key != "discriminator"}
    return [_plain(one) for one in cast(list[Any], value)] if isinstance(value, list) else value


def asyncapi() -> Document:
    """The AsyncAPI 3 document of all that an agency can hear, by topic and by feed."""
    messages = {type_of(event): _message(event, says) for event, says in told()}
    named = {type: {"$ref": f"#/components/messages/{type}"} for type in messages}
    agency = {
        "agency": {
            "description": "the agency's id; what no topic's name can hold as _ and its code point"
        }
    }
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Golden Thread: what partners hear",
            "version": VERSION,
            "description": (
                "Each agency has a log of what it may see, numbered 1, 2, 3 without holes, and"
                " hears it by topic, by feed or by webhook. A reader keeps the last number it has"
                " applied and drops what is not higher. It ignores types and properties that it"
                " does not know. A list of words marked x-may-grow may get longer."
            ),
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/json",
        "channels": {
            "topic": {
                "address": "goldenthread.partner.{agency}.v1",
                "description": "One partition; every event of the agency's log, in its order.",
                "parameters": agency,
                "messages": named,
                "bindings": {"kafka": {"partitions": 1, "bindingVersion": "0.5.0"}},
            },
            "feed": {
                "address": "/v1/partner-feed",
                "description": (
                    "GET with lastEventId or after, limit and timeout; the answer is a batch of"
                    " CloudEvents in JSON whose data are these messages."
                ),
                "messages": named,
            },
            "webhook": {
                "address": "{url}",
                "description": "POST of one CloudEvent in JSON, signed after Standard Webhooks.",
                "parameters": {"url": {"description": "the https address the agency registered"}},
                "messages": named,
            },
        },
        "operations": {
            f"sendTo{name.capitalize()}": {
                "action": "send",
                "channel": {"$ref": f"#/channels/{name}"},
                "summary": f"What the agency may see, by {name}.",
            }
            for name in ("topic", "feed", "webhook")
        },
        "components": {"messages": messages, "schemas": {**schemas(), "Attributes": HEADERS}},
    }


def _message(event: type[Published], says: str) -> Document:
    return {
        "name": type_of(event),
        "title": event.__name__,
        "summary": inspect.cleandoc(event.__doc__ or event.__name__).partition("\n")[0],
        "description": f"Heard by {says}.",
        "contentType": "application/json",
        "headers": {"$ref": "#/components/schemas/Attributes"},
        "payload": {"$ref": f"#/components/schemas/{event.__name__}"},
    }


def as_text(document: Document) -> bytes:
    """One document, written the same way each time."""
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


@cache
def _served() -> bytes:
    return as_text(asyncapi())


async def read_asyncapi(_: Request) -> Response:
    """The AsyncAPI document; public, as the API's own is."""
    return Response(_served(), media_type="application/json")


router = APIRouter(routes=[Route("/v1/asyncapi.json", read_asyncapi, include_in_schema=False)])

if __name__ == "__main__":
    sys.stdout.buffer.write(as_text(asyncapi()))
