"""What the signed roots say when the funds' books are made again.

Law: books whose postings miss a signed root do not go live; which fund and line it was is said.
Leaves that nothing signed covers yet are the books' to give again. Where a person has accepted that
the log was restored to before a signed posting, the tree that has it is set aside, whole and for
ever, and the fund begins another under another name.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from services.gateway.proofs.leaves import leaf
from services.gateway.proofs.tree import PAGE, postings
from shared.eventsourcing.commands import Refused
from shared.eventsourcing.view_store import ViewStore
from shared.postgres.pool import Connection
from shared.proofs.merkle import Frontier, leaf_hash

_SIGNED = """
select distinct on (c.fund) c.fund, c.size, c.root
from proofs.checkpoints c join proofs.heads h on h.fund = c.fund order by c.fund, c.size desc
"""
_RESTORED = """
select a.accepted_at, a.person, a.reason from kept.acceptances a
where a.source = $1
  and a.back_to < (select l.publication from proofs.leaves l where l.fund = $2 and l.number = $3)
  and a.accepted_at >= (select min(c.signed_at) from proofs.checkpoints c
                        where c.fund = $2 and c.size >= $3)
order by a.accepted_at desc limit 1
"""


class RootMissed(Refused):
    """The books made again miss a root that was signed; they do not go live."""

    code = "signed-root-missed"


@dataclass
class _Read:
    """How far a fund's lines were read, and the tree they make."""

    tree: Frontier = field(default_factory=Frontier)
    place: tuple[int, int] = (0, -1)


class BooksExamination:
    """Compares the lines of books with the postings that were hashed and the roots signed."""

    def __init__(self, books: ViewStore[Any]) -> None:
        self._books = books
        self._read: dict[str, _Read] = {}
        self._restored: dict[str, Any] = {}

    async def go_on(self, connection: Connection) -> None:
        for fund, size, root in await connection.fetch(_SIGNED):
            try:
                await self._examine(connection, fund, size, root)
            except RootMissed as missed:
                self._restored[fund] = await self._accepted(connection, fund, missed)

    async def _accepted(self, connection: Connection, fund: str, missed: RootMissed) -> Any:
        """Who accepted that the log was restored to before what is missed. Raises it again."""
        source = self._books.view.source
        record = await connection.fetchrow(_RESTORED, source, fund, self._read[fund].tree.size + 1)
        if record is None:
            raise missed
        return record

    async def conclude(self, connection: Connection) -> None:
        """No tree grows until the transaction ends; each goes back to what was signed of it."""
        heads = await connection.fetch("select fund from proofs.heads order by fund for update")
        await self.go_on(connection)
        for record in heads:
            await connection.fetchval("select proofs.forget_unsigned($1)", record[0])
        for fund, (at, person, reason) in self._restored.items():
            await connection.fetchval(
                "select proofs.set_aside_tree($1, $2, $3, $4)", fund, at, person, reason
            )

    async def _examine(self, connection: Connection, fund: str, size: int, root: bytes) -> None:
        read = self._read.setdefault(fund, _Read())
        while (done := read.tree.size) < size:
            limit = min(PAGE, size - done)
            lines = await self._books.emitted(connection, fund, read.place, limit)
            signed = await postings(connection, fund, done, limit)
            for (number, posting), one in zip(signed, lines, strict=False):
                made = leaf(one.number, one.line, one.known_at, one.content)
                if made != posting or number != read.tree.size + 1:
                    raise RootMissed(_said(fund, read.tree.size + 1, "is another"))
                read.tree.add(leaf_hash(made))
                read.place = (one.number, one.line)
            if read.tree.size < done + limit:
                raise RootMissed(_said(fund, read.tree.size + 1, "is missing"))
        if read.tree.root() != root:
            raise RootMissed(_said(fund, size, "ends a tree of another root"))


def _said(fund: str, number: int, what: str) -> str:
    return (
        f"Line {number} of fund {fund} {what} in the books made again: they miss a root that was"
        " signed and do not go live. Compare the contracts log and the rules with a backup."
    )


class SignedRoots:
    """The witness of the funds' books."""

    def examination(self, beside: ViewStore[Any]) -> BooksExamination:
        return BooksExamination(beside)
