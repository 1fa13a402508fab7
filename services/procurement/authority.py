"""Who may award how much: the officer up to a limit, beyond it the board and the home authority.

The board cannot itself award; its decision counts only once the procuring partner's own body has
confirmed it, and only for the object that the decision names.
"""

from __future__ import annotations

import msgspec

from shared.eventsourcing.commands import Refused


class AuthorityMissing(Refused):
    """Above the delegated limit: the board decides, then the procuring partner's own authority."""

    code = "authority-missing"


class Authority(msgspec.Struct, frozen=True, kw_only=True):
    """What the board and then the procuring partner's own body have said about this award."""

    decision: str
    home_authority_given: bool


def authorised(
    annual_price_pence: int, delegated_limit_pence: int, authority: Authority | None
) -> None:
    """Refuses: AuthorityMissing."""
    if annual_price_pence <= delegated_limit_pence:
        return
    if authority is None or not authority.home_authority_given:
        raise AuthorityMissing
