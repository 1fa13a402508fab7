"""Who may award how much: the officer up to a limit, beyond it the board and the home authority.

The board cannot itself award; its decision counts only once the procuring partner's own body has
confirmed it, and only for the object that the decision names.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from shared.eventsourcing.commands import Refused


class AuthorityMissing(Refused):
    """Above the delegated limit: the board decides, then the procuring partner's own authority."""

    code = "authority-missing"


class Authority(msgspec.Struct, frozen=True, kw_only=True):
    """What the board and then the procuring partner's own body have said about this award.

    `taken_at` is when the board's decision was recorded.
    """

    decision: str
    home_authority_given: bool
    taken_at: datetime | None = None


def taken_since(authority: Authority | None, proposed_at: datetime | None) -> Authority | None:
    """The authority, unless the board decided before there was this proposal to decide on."""
    if authority and authority.taken_at and proposed_at and authority.taken_at < proposed_at:
        return None
    return authority


def authorised(
    annual_price_pence: int, delegated_limit_pence: int, authority: Authority | None
) -> None:
    """Refuses: AuthorityMissing."""
    if annual_price_pence <= delegated_limit_pence:
        return
    if authority is None or not authority.home_authority_given:
        raise AuthorityMissing
