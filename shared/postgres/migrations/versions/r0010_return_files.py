"""How far a file of many returns has come, and what became of each; a week later it is gone."""

from shared.postgres.migrations import run_script

revision = "0010"
down_revision = "0009"

TABLES = """
create table kept.return_files (
    file        uuid primary key,
    agency      text not null,
    digest      text not null,
    status      text not null,
    told        bytea not null,
    begun_at    timestamptz not null,
    told_at     timestamptz not null
);

grant select, insert, update, delete on kept.return_files to goldenthread_service;
"""


def upgrade() -> None:
    run_script(TABLES)


def downgrade() -> None:
    raise RuntimeError("history is not taken back")
