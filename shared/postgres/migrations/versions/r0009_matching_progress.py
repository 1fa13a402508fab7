"""How far a run of the gateway's matching rules has come; gone when the run is over."""

from shared.postgres.migrations import run_script

revision = "0009"
down_revision = "0008"

TABLES = """
create table kept.matching_progress (
    reconciliation  text primary key,
    run             text not null,
    rule            text not null,
    done            integer not null,
    total           integer not null,
    told_at         timestamptz not null
);

grant select, insert, update, delete on kept.matching_progress to goldenthread_service;
"""


def upgrade() -> None:
    run_script(TABLES)


def downgrade() -> None:
    raise RuntimeError("history is not taken back")
