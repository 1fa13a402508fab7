"""The facts of sealing and opening; they stand in the stream of their tender."""

from __future__ import annotations

from typing import Literal

from shared.eventsourcing.events import Event
from shared.published.terms import AgencyId, PersonId, TextRef

Unopened = Literal["does-not-open", "content-unreadable", "set-aside"]


class OpeningOfficersNamed(
    Event, frozen=True, kw_only=True, tag="procurement.opening-officers-named.v1"
):
    """Any two of these persons open the bids, by the procuring partner's rules."""

    officers: tuple[PersonId, ...]


class OpeningKeyRegistered(
    Event, frozen=True, kw_only=True, tag="procurement.opening-key-registered.v1"
):
    """`public` is an uncompressed point of P-256 in base64; its officer has proved to hold it."""

    officer: PersonId
    public: str


class OpeningPartsGiven(Event, frozen=True, kw_only=True, tag="procurement.opening-parts-given.v1"):
    """One officer's part for every bid; `unfitting` are the bids whose bidder said otherwise."""

    officer: PersonId
    parts: TextRef
    unfitting: tuple[str, ...] = ()


class BidNotOpened(Event, frozen=True, kw_only=True, tag="procurement.bid-not-opened.v1"):
    """A bid that right parts do not open, or whose content cannot be read, or that the procuring
    officer `set_aside_by` name left closed because no pair of parts opened it.
    """

    bid: str
    provider: AgencyId
    reason: Unopened
    set_aside_by: PersonId = ""


BidEvent = OpeningOfficersNamed | OpeningKeyRegistered | OpeningPartsGiven | BidNotOpened
