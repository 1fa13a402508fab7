"""The tables that people query and the migrations that make them have one shape."""

from __future__ import annotations

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, MetaData, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import select
from sqlmodel.ext.asyncio.session import AsyncSession

from shared.postgres.proof_tables import PROOFS
from shared.postgres.tables import KEPT, PARTNERS, PartnerEventTable, TextTable


def differences(connection: Connection) -> list[Any]:
    return [one for tables in (KEPT, PARTNERS, PROOFS) for one in differing(connection, tables)]


def differing(connection: Connection, tables: MetaData) -> list[Any]:
    def of_schema(name: str | None, kind: str, _: object) -> bool:
        return kind != "schema" or name == tables.schema

    context = MigrationContext.configure(
        connection,
        opts={
            "include_schemas": True,
            "include_name": of_schema,
            "compare_type": True,
        },
    )
    return list(compare_metadata(context, tables))


def engine_of(dsn: str) -> Any:
    return create_async_engine(dsn.replace("postgresql:", "postgresql+asyncpg:"))


async def test_migrations_make_the_tables_that_are_declared(service_database: str) -> None:
    engine = engine_of(service_database)
    async with engine.connect() as connection:
        assert await connection.run_sync(differences) == []
        await connection.execute(text("alter table kept.texts add column added integer"))
        await connection.execute(
            text("alter table partners.events alter column body drop not null")
        )
        assert len(await connection.run_sync(differences)) == 2
    await engine.dispose()


async def test_the_tables_can_be_queried_by_name(service_database: str) -> None:
    engine = engine_of(service_database)
    async with AsyncSession(engine) as session:
        assert (await session.exec(select(TextTable))).all() == []
        assert (await session.exec(select(PartnerEventTable))).all() == []
    await engine.dispose()
