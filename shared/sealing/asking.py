"""What a client sends: a key to register, a bid sealed to the keys it was told, an officer's parts.

Law: nothing in here sends anything; what is made here leaves no bid and no private key behind.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hmac import compare_digest
from typing import Any

from shared.sealing.envelopes import parse_head
from shared.sealing.keys import OpeningKey, Unreadable, from_base64, in_base64, panel
from shared.sealing.sealing import fits, part_of, seal

Json = Mapping[str, Any]


class OtherPanel(Unreadable):
    """The keys are not those whose fingerprint you were told: do not seal, ask the officers."""


def key_body(key: OpeningKey, tender: str, officer: str) -> dict[str, str]:
    """For `PUT /v1/tenders/{tender}/opening-key`."""
    return {
        "public": in_base64(key.public),
        "proof": in_base64(key.proof(tender, officer)),
    }


def sealed_bid(content: bytes, keys: Json, provider: str, pinned: str = "") -> bytes:
    """The envelope, from the answer of `GET /v1/tenders/{tender}/opening-keys`.

    `pinned` is the fingerprint of the panel as the officers said it. Raises Unreadable, OtherPanel.
    """
    publics = [from_base64(one["public"]) for one in keys["keys"] if one["public"]]
    if not keys["panel"] or len(publics) != len(keys["keys"]):
        raise Unreadable("The tender's opening officers have not all registered a key yet.")
    if not compare_digest(panel(publics), (pinned or keys["panel"]).replace(" ", "").lower()):
        raise OtherPanel(OtherPanel.__doc__)
    return seal(content, keys["tender"], provider, publics)


def bid_body(content: bytes, keys: Json, provider: str, replaces: str = "") -> dict[str, str]:
    """For `POST /v1/tenders/{tender}/bids`."""
    body = {"envelope": in_base64(sealed_bid(content, keys, provider))}
    return body | ({"replaces": replaces} if replaces else {})


def parts_body(key: OpeningKey, heads: Iterable[Json]) -> dict[str, dict[str, str]]:
    """For `POST /v1/tenders/{tender}/opening-parts`, from the answer of `…/heads`. Raises
    Unreadable where a bid is not sealed to this key.
    """
    found = {one["bid"]: parse_head(from_base64(one["head"])) for one in heads}
    return {"parts": {bid: in_base64(part_of(key, head)) for bid, head in found.items()}}


def denied(key: OpeningKey, heads: Iterable[Json]) -> list[str]:
    """The bids whose bidder committed to another part than this key gives."""
    found = {one["bid"]: parse_head(from_base64(one["head"])) for one in heads}
    return [bid for bid, head in found.items() if not fits(part_of(key, head), key.public, head)]
