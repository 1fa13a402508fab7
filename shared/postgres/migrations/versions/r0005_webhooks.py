"""Where agencies have their logs sent, how far that has come, and every attempt; the gateway's."""

from shared.postgres.migrations import run_script

revision = "0005"
down_revision = "0004"

TABLES = """
create table partners.webhooks (
    webhook         uuid primary key,
    agency          text not null,
    url             text not null,
    types           text[] not null,
    status          text not null,
    cursor          bigint not null,
    attempts        integer not null,
    next_attempt_at timestamptz not null,
    busy_until      timestamptz not null,
    request_hash    text not null,
    created_at      timestamptz not null
);
create index webhooks_by_agency on partners.webhooks (agency);

create table partners.webhook_secrets (
    secret_id  uuid primary key,
    webhook    uuid not null references partners.webhooks on delete cascade,
    secret     text not null,
    made_at    timestamptz not null,
    expires_at timestamptz
);
create index webhook_secrets_by_webhook on partners.webhook_secrets (webhook);

create table partners.webhook_deliveries (
    delivery     bigint generated always as identity primary key,
    webhook      uuid not null references partners.webhooks on delete cascade,
    number       bigint not null,
    event_id     uuid not null,
    attempt      integer not null,
    attempted_at timestamptz not null,
    took_ms      integer not null,
    status       integer,
    outcome      text not null
);
create index webhook_deliveries_by_webhook on partners.webhook_deliveries (webhook, delivery);

grant select, insert, update, delete on partners.webhooks to goldenthread_service;
grant select, insert, update, delete on partners.webhook_secrets to goldenthread_service;
grant select, insert on partners.webhook_deliveries to goldenthread_service;
"""


def upgrade() -> None:
    run_script(TABLES)


def downgrade() -> None:
    raise RuntimeError("history is not taken back")
