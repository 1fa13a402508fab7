"""The log: events in commit order without holes, appended by one function only.

The function takes the lock on `head` before it looks at anything, so every batch sees all that was
committed before it, and positions are given in commit order. It is plpgsql and VOLATILE: a single
SQL statement that locks and inserts would look with a snapshot older than its lock.
"""

from shared.postgres.migrations import run_script

revision = "0001"
down_revision = None

TABLES = """
create schema log;

create table log.epochs (
    epoch             integer primary key,
    first_position    bigint not null,
    first_publication bigint not null,
    incarnation       text not null,
    began_at          timestamptz not null default now()
);

create table log.head (
    singleton   boolean primary key default true check (singleton),
    position    bigint not null,
    publication bigint not null,
    recorded_at timestamptz not null
) with (fillfactor = 10);
insert into log.head (position, publication, recorded_at) values (0, 0, '-infinity');

create table log.events (
    position      bigint primary key,
    publication   bigint unique,
    stream        text not null,
    version       integer not null,
    type          text not null,
    event_id      uuid not null unique,
    command_id    uuid not null,
    partition_key text not null,
    body          bytea not null,
    meta          bytea not null,
    effective_on  date not null,
    recorded_at   timestamptz not null,
    unique (stream, version)
);
create index events_by_command on log.events (command_id);
"""

APPEND = """
create function log.append(
    commands        uuid[],   -- one per request of the batch
    expect_request  integer[], expect_stream text[], expect_version integer[],
    event_request   integer[], event_stream text[], event_version integer[], event_type text[],
    event_id        uuid[], event_partition text[], event_body bytea[], event_meta bytea[],
    event_effective date[], event_published boolean[],
    at              timestamptz
) returns table (request integer, outcome text, last_position bigint, last_publication bigint)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    front   log.head;
    known   integer[];
    stale   integer[];
begin
    select * into front from log.head for update;

    select coalesce(array_agg(asked.n::integer), '{}') into known
    from unnest(commands) with ordinality as asked (id, n)
    where exists (select from log.events e where e.command_id = asked.id);

    select coalesce(array_agg(distinct expected.request), '{}') into stale
    from unnest(expect_request, expect_stream, expect_version)
         as expected (request, stream, version)
    where expected.version <> coalesce(
        (select e.version from log.events e where e.stream = expected.stream
         order by e.version desc limit 1), 0);

    return query
    with numbered as (
        select new.*,
               front.position + row_number() over (order by new.n) as position,
               front.publication + count(*) filter (where new.published)
                   over (order by new.n) as publication
        from unnest(event_request, event_stream, event_version, event_type, event_id,
                    event_partition, event_body, event_meta, event_effective, event_published)
             with ordinality as new (request, stream, version, type, id, partition_key, body, meta,
                                     effective_on, published, n)
        where new.request <> all (known) and new.request <> all (stale)
    ), written as (
        insert into log.events
        select position, case when published then publication end, stream, version, type, id,
               commands[numbered.request], partition_key, body, meta, effective_on,
               greatest(front.recorded_at, at)
        from numbered
    ), moved as (
        update log.head
        set position = last.position, publication = last.publication,
            recorded_at = greatest(front.recorded_at, at)
        from (select max(n.position) as position, max(n.publication) as publication
              from numbered n) as last
        where last.position is not null
    )
    select asked.n::integer,
           case when asked.n = any (known) then 'known'
                when asked.n = any (stale) then 'stale'
                else 'appended' end,
           max(numbered.position), max(numbered.publication)
    from unnest(commands) with ordinality as asked (id, n)
    left join numbered on numbered.request = asked.n
    group by asked.n;
end
$$;
"""

ROLES = """
do $$
begin
    if not exists (select from pg_roles where rolname = 'goldenthread_service') then
        create role goldenthread_service nologin;
    end if;
exception when duplicate_object or unique_violation then null;  -- another service was first
end
$$;
do $$ begin execute format('grant goldenthread_service to %I', current_user); end $$;
revoke all on function log.append from public;
grant usage on schema log to goldenthread_service;
grant select on all tables in schema log to goldenthread_service;
grant execute on function log.append to goldenthread_service;
"""


def upgrade() -> None:
    run_script(TABLES)
    run_script(APPEND)
    run_script(ROLES)


def downgrade() -> None:
    raise RuntimeError("history is not taken back")
