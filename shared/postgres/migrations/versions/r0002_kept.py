"""What a service keeps beside its log: where its readers are, what is parked, texts, the clock.

Checkpoints and parked events say how far a view has got, so they live as long as the views do;
texts are the one place from which something can be erased.
"""

from shared.postgres.migrations import run_script

revision = "0002"
down_revision = "0001"

TABLES = """
create schema kept;
create schema views;

create table kept.checkpoints (
    subscriber text not null,
    source     text not null,
    epoch      integer not null,
    number     bigint not null,
    primary key (subscriber, source)
);

create table kept.parked (
    subscriber text not null,
    source     text not null,
    number     bigint not null,
    fold_key   text not null,
    envelope   bytea not null,
    reason     text not null,
    parked_at  timestamptz not null,
    primary key (subscriber, source, number)
);

create table kept.skipped (
    subscriber text not null,
    source     text not null,
    number     bigint not null,
    person     text not null,
    reason     text not null,
    skipped_at timestamptz not null,
    primary key (subscriber, source, number)
);

create table kept.refusals (
    command_id uuid primary key,
    origin     text not null,
    stream     text not null,
    command    text not null,
    code       text not null,
    detail     text not null,
    refused_at timestamptz not null
);

create table kept.issued (
    command_id uuid primary key,
    issued_at  timestamptz not null
);

create table kept.texts (
    text_id    uuid primary key,
    owner      text not null,
    kind       text not null,
    media_type text not null,
    salt       bytea not null,
    digest     text not null,
    content    bytea,
    stored_at  timestamptz not null,
    erased_at  timestamptz
);

create table kept.sandbox_clock (
    singleton boolean primary key default true check (singleton),
    at        timestamptz not null
);

grant usage on schema kept to goldenthread_service;
grant select, insert, update, delete on all tables in schema kept to goldenthread_service;
grant usage, create on schema views to goldenthread_service;
"""


def upgrade() -> None:
    run_script(TABLES)


def downgrade() -> None:
    raise RuntimeError("history is not taken back")
