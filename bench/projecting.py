"""The library's projection runner: an application's events into a table, as its manual does it.

Law: one row for each aggregate, kept with the tracking record in one transaction, as the runner
has it; a far simpler view than ours.
"""

# pyright: reportUnknownMemberType=false, reportUnknownArgumentType=false
from __future__ import annotations

from time import perf_counter
from typing import Any
from uuid import UUID

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from psycopg.sql import SQL

from bench.ground import Ground
from bench.library import in_thread

EVENTS_EACH = 25
WAIT_SECONDS = 300.0


class Fund(Aggregate):
    """Counts what was paid."""

    def __init__(self) -> None:
        self.paid_pence = 0

    @event("Paid")
    def pay(self, pence: int) -> None:
        self.paid_pence += pence


class Funds(Application[UUID]):
    """What the projection follows."""


class Totals(PostgresTrackingRecorder):
    """A row for each fund."""

    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self.sql_create_statements.append(
            SQL("create table if not exists totals (fund uuid primary key, events bigint)").format()
        )

    def add(self, fund: UUID, tracking: Tracking) -> None:
        with self.datastore.transaction(commit=True) as cursor:
            self._insert_tracking(cursor, tracking)
            cursor.execute(
                "insert into totals values (%s, 1)"
                " on conflict (fund) do update set events = totals.events + 1",
                (fund,),
                prepare=True,
            )


class Adding(Projection[Totals]):
    """Takes every event."""

    name = "adding"

    def process_event(  # pyright: ignore[reportIncompatibleVariableOverride] - one method for all
        self, domain_event: Any, tracking: Tracking
    ) -> None:
        self.view.add(domain_event.originator_id, tracking)


async def project(ground: Ground, events: int) -> float:
    """Events a second, from the first to the last."""
    async with ground.empty() as name:
        env = {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_DBNAME": name,
            "POSTGRES_HOST": str(ground.server.socket_dir),
            "POSTGRES_PORT": str(ground.server.port),
            "POSTGRES_USER": ground.server.superuser,
            "POSTGRES_PASSWORD": "",
        }
        return await in_thread(lambda: _project(env, events))


def _project(env: dict[str, str], events: int) -> float:
    application = Funds(env)
    last = 0
    for _ in range(events // EVENTS_EACH):
        fund = Fund()
        for pence in range(EVENTS_EACH - 1):
            fund.pay(pence)
        last = application.save(fund)[-1].notification.id
    began = perf_counter()
    with ProjectionRunner(
        application_class=Funds, projection_class=Adding, view_class=Totals, env=env
    ) as runner:
        runner.wait(last, timeout=WAIT_SECONDS)
        took = perf_counter() - began
    application.close()
    return last / took
