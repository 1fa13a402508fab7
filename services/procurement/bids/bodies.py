"""The request bodies of sealed bids, and what is inside one once opened."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from shared.http.bodies import Body, Id, Pence, Prose
from shared.sealing.envelopes import MOST_ENVELOPE_BYTES

MOST_ENVELOPE_CHARACTERS = (MOST_ENVELOPE_BYTES + 2) // 3 * 4
MOST_BIDS = 1000

Base64 = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]*={0,2}$", max_length=200)]
Sealed = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9+/]*={0,2}$", max_length=MOST_ENVELOPE_CHARACTERS),
]


class BidBody(Body):
    """What a bidder seals, as JSON: unreadable to everyone until two officers open it."""

    annual_price_pence: Pence
    statement: Prose


class OfficersBody(Body):
    """Persons of the partnership's agencies, by their ids."""

    officers: Annotated[list[Id], Field(max_length=20)]


class KeyBody(Body):
    """`public` and `proof` in base64; docs/sealed-bids.md says what is signed."""

    public: Base64
    proof: Base64


class EnvelopeBody(Body):
    """A sealed bid in base64; `replaces` names one's own bid that it takes the place of."""

    envelope: Sealed
    replaces: Id | None = None


class PartsBody(Body):
    """One part in base64 for each bid."""

    parts: Annotated[dict[Id, Base64], Field(max_length=MOST_BIDS)]


class OpeningBody(Body):
    """`set_aside` names bids that no pair of the parts given opens, to be left closed."""

    set_aside: Annotated[tuple[Id, ...], Field(max_length=MOST_BIDS)] = ()
