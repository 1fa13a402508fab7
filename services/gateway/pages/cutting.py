"""The two questions of time a page takes: what was so by a day, and what was known by then.

Law: an empty field of a form asks nothing.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, Any

import msgspec
from fastapi import Query
from pydantic import BeforeValidator

from services.gateway.pages.wording import LONDON

END_OF_DAY = time(23, 59, 59, 999999)


def _given(value: Any) -> Any:
    return value or None


Day = Annotated[date | None, BeforeValidator(_given), Query()]


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """What a page is about: facts to `as_of`, known by the end of `known_on` in London."""

    as_of: date | None = None
    known_on: date | None = None

    def query(self) -> dict[str, str | None]:
        """As the API takes it."""
        known_at = self.known_on and datetime.combine(self.known_on, END_OF_DAY, LONDON)
        return {
            "as_of": self.as_of.isoformat() if self.as_of else None,
            "known_at": known_at.isoformat() if known_at else None,
        }
