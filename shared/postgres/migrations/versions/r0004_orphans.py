"""What is left where a source was restored to before its consumers: orphans and acceptances."""

from shared.postgres.migrations import run_script

revision = "0004"
down_revision = "0003"

TABLES = """
create table kept.orphans (
    event_id    uuid primary key,
    source      text not null,
    reaction    text not null,
    cause       uuid not null,
    stream      text not null,
    version     integer not null,
    type        text not null,
    recorded_at timestamptz not null,
    found_at    timestamptz not null
);

create table kept.acceptances (
    subscriber  text not null,
    source      text not null,
    accepted_at timestamptz not null,
    epoch       integer not null,
    number      bigint not null,
    back_to     bigint not null,
    person      text not null,
    reason      text not null,
    primary key (subscriber, source, accepted_at)
);

grant select, insert, update, delete on kept.orphans, kept.acceptances to goldenthread_service;
"""


def upgrade() -> None:
    run_script(TABLES)


def downgrade() -> None:
    raise RuntimeError("history is not taken back")
