"""The PostgreSQL tables of a view, derived from its row struct; and how rows go in and out.

Scalar fields become typed columns, everything nested becomes jsonb. The name carries a hash of the
shape, so code of another shape makes and fills a table of its own beside the live one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cached_property
from types import NoneType, UnionType
from typing import Any, Generic, Literal, TypeVar, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import asyncpg
import msgspec

from shared.eventsourcing.views import R, View

_SCALARS: dict[Any, str] = {
    str: "text",
    bool: "boolean",
    int: "bigint",
    float: "double precision",
    date: "date",
    datetime: "timestamptz",
    UUID: "uuid",
}

T = TypeVar("T", bound=msgspec.Struct)


class Column:
    """One field of a struct as a column."""

    def __init__(self, name: str, annotation: Any) -> None:
        self.name = name
        self.sql = _sql_type(annotation)
        self._decoder = msgspec.json.Decoder(annotation) if self.sql == "jsonb" else None

    @property
    def array(self) -> str:
        """The type of the array that carries many values of this column into a statement."""
        return "text[]" if self.sql == "jsonb" else f"{self.sql}[]"

    def out(self, value: Any) -> Any:
        if self._decoder is None or value is None:
            return value
        return self._decoder.decode(value)


_encode = msgspec.json.Encoder(order="deterministic").encode


def as_json(value: Any) -> str:
    """JSON in which a set has an order: the same value is always the same text."""
    try:
        return _encode(value).decode()
    except TypeError:  # keys that are no strings, such as days, have an order once they are
        plain = msgspec.to_builtins(value, str_keys=True, order="sorted")
        return msgspec.json.encode(plain, order="sorted").decode()


def _sql_type(annotation: Any) -> str:
    """`int` → bigint, `AgencyId | None` → text, anything nested → jsonb."""
    while hasattr(annotation, "__supertype__"):
        annotation = annotation.__supertype__
    if get_origin(annotation) in (Union, UnionType):
        options = [option for option in get_args(annotation) if option is not NoneType]
        return _sql_type(options[0]) if len(options) == 1 else "jsonb"
    if get_origin(annotation) is Literal:
        return "text"
    return _SCALARS.get(annotation, "jsonb")


class RowTable(Generic[T]):
    """Columns of a struct, under leading columns that are not the struct's own."""

    def __init__(self, struct: type[T]) -> None:
        hints = get_type_hints(struct)
        self.struct = struct
        self.columns = [Column(name, hints[name]) for name in struct.__struct_fields__]
        self.column_names = [column.name for column in self.columns]
        self._nested = [n for n, column in enumerate(self.columns) if column.sql == "jsonb"]
        self._times = [column.name for column in self.columns if column.sql == "timestamptz"]

    def as_stored(self, row: T) -> T:
        """The row as the table would give it back: a time keeps its instant, not its offset."""
        if not self._times:
            return row
        told = {name: at for name in self._times if (at := getattr(row, name)) is not None}
        elsewhere = {name: at.astimezone(UTC) for name, at in told.items() if at.tzinfo is not UTC}
        return msgspec.structs.replace(row, **elsewhere) if elsewhere else row

    def ddl(self) -> str:
        return "".join(f', "{column.name}" {column.sql}' for column in self.columns)

    def names(self) -> str:
        return "".join(f', "{column.name}"' for column in self.columns)

    def arrays(self, rows: Sequence[T]) -> list[list[Any]]:
        return transposed([self.record(row) for row in rows], len(self.columns))

    def make(self, record: asyncpg.Record) -> T:
        return self.struct(
            **{column.name: column.out(record[column.name]) for column in self.columns}
        )

    def record(self, row: T) -> Sequence[Any]:
        """The row as the driver takes it, column by column."""
        if not self._nested:
            return msgspec.structs.astuple(row)
        values = list(msgspec.structs.astuple(row))
        for n in self._nested:
            if values[n] is not None:
                values[n] = as_json(values[n])
        return values


class ViewTables(Generic[R]):
    """The physical tables of one view: its rows, the lines it emits, the history of its rows."""

    def __init__(self, view: View[R], suffix: str = "") -> None:
        self.view = view
        self.rows: RowTable[R] = RowTable(view.row)
        self.lines: RowTable[Any] | None = RowTable(view.emits) if view.emits else None
        self.name = f"{view.name}_{self._shape}{suffix}"

    @cached_property
    def _shape(self) -> str:
        shape = f"{self.rows.ddl()}|{self.lines.ddl() if self.lines else ''}|{self.view.history}"
        return hashlib.sha256(shape.encode()).hexdigest()[:8]

    @property
    def table(self) -> str:
        return f'views."{self.name}"'

    @property
    def lines_table(self) -> str:
        return f'views."{self.name}_lines"'

    @property
    def history_table(self) -> str:
        return f'views."{self.name}_history"'

    def all_names(self) -> list[str]:
        """The names of the tables this view has, rows first."""
        return [
            self.name,
            *([f"{self.name}_lines"] if self.lines else []),
            *([f"{self.name}_history"] if self.view.history else []),
        ]

    def create(self) -> str:
        """The statements that make the tables, without keys: they are filled faster so."""
        statements = [f"create table {self.table} (key text{self.rows.ddl()})"]
        if self.lines:
            statements.append(
                f"create table {self.lines_table} (key text, number bigint,"
                f" line integer, known_at timestamptz{self.lines.ddl()})"
            )
        if self.view.history:
            statements.append(
                f"create table {self.history_table} (key text, number bigint,"
                " known_at timestamptz, row jsonb)"
            )
        return ";\n".join(statements)

    def index(self) -> str:
        """The statements that give the tables their keys; names of indexes are left to the server,
        since a rebuilt table takes over the name of the live one but not those of its indexes.
        """
        statements = [f"alter table {self.table} add primary key (key)"]
        statements += [f"create index on {self.table} ({index})" for index in self.view.indexes]
        statements += [
            f"create index on {self.table} using gin ({column} jsonb_path_ops)"
            for column in self.view.searched
        ]
        if self.lines:
            statements.append(f"alter table {self.lines_table} add primary key (key, number, line)")
        if self.view.ordered_lines:
            statements.append(f"create index on {self.lines_table} (number, line)")
        if self.view.history:
            statements.append(f"alter table {self.history_table} add primary key (key, number)")
        return ";\n".join(statements)

    def select(self) -> str:
        return f"select key{self.rows.names()} from {self.table}"

    def upsert(self) -> str:
        arrays = "".join(f", ${n}::{column.array}" for n, column in enumerate(self.rows.columns, 2))
        values = "".join(f', new."{c.name}"::{c.sql}' for c in self.rows.columns)
        updates = ", ".join(f'"{c.name}" = excluded."{c.name}"' for c in self.rows.columns)
        return (
            f"insert into {self.table} (key{self.rows.names()})"
            f" select new.key{values} from unnest($1::text[]{arrays})"
            f" as new (key{self.rows.names()})"
            f" on conflict (key) do update set {updates or 'key = excluded.key'}"
        )

    def make(self, record: asyncpg.Record) -> R:
        return self.rows.make(record)


def transposed(rows: Iterable[Sequence[Any]], width: int) -> list[list[Any]]:
    """Rows as columns, also when there are none."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    return columns or [[] for _ in range(width)]


Where = Mapping[str, Any]


def condition(where: Where, contains: Where, first: int) -> tuple[str, list[Any]]:
    """`and "a" = $n …` for equals, `and "b" @> $n` for a json list that contains a value, or
    every value of a tuple.
    """
    parts: list[str] = []
    values: list[Any] = []
    for name, value in where.items():
        values.append(value)
        parts.append(f' and "{_plain(name)}" = ${first + len(values) - 1}')
    for name, value in contains.items():
        values.append(msgspec.json.encode(value if type(value) is tuple else [value]).decode())
        parts.append(f' and "{_plain(name)}" @> ${first + len(values) - 1}::jsonb')
    return "".join(parts), values


def _plain(name: str) -> str:
    if not name.isidentifier():
        raise ValueError(f"{name!r} is not a column")
    return name
