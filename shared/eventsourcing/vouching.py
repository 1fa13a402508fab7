"""What has been vouched for of a view's lines, and the say it has when the view is made again.

Law: a view whose lines contradict what was vouched for does not take the live one's place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from shared.postgres.pool import Connection

if TYPE_CHECKING:
    from shared.eventsourcing.view_store import ViewStore


class Examination(Protocol):
    """Goes through the lines of one view made again, as far as they were vouched for."""

    async def go_on(self, connection: Connection) -> None:
        """Reads what was not read yet. Raises a Refused that names the first contradiction."""
        ...

    async def conclude(self, connection: Connection) -> None:
        """Reads the rest in the transaction that puts the view in place; raises as `go_on`."""
        ...


class Witness(Protocol):
    """Who has vouched for a view's lines."""

    def examination(self, beside: ViewStore[Any]) -> Examination: ...
