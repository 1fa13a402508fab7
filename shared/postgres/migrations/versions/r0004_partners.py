"""Each agency's own log of what it may see, and what its writer needs to know; used by the gateway.

Numbers are given without holes by one function only, which locks the heads of the agencies it
writes for in the order of their names; nothing that was written is ever changed or taken out.
"""

from shared.postgres.migrations import run_script

revision = "0004"
down_revision = "0003"

TABLES = """
create schema partners;

create table partners.heads (
    agency text primary key,
    number bigint not null,
    epoch  integer not null
) with (fillfactor = 50);

create table partners.epochs (
    agency       text not null,
    epoch        integer not null,
    first_number bigint not null,
    primary key (agency, epoch)
);

create table partners.events (
    agency        text not null,
    number        bigint not null,
    epoch         integer not null,
    source        text not null,
    publication   bigint not null,
    event_id      uuid not null,
    type          text not null,
    stream        text not null,
    version       integer not null,
    partition_key text not null,
    body          bytea not null,
    effective_on  date not null,
    recorded_at   timestamptz not null,
    traceparent   text not null,
    primary key (agency, number),
    unique (agency, event_id)
);

create table partners.facts (
    kind        text not null,
    id          text not null,
    partnership text not null,
    source      text not null,
    content     jsonb not null,
    primary key (kind, id)
);
create index facts_by_partnership on partners.facts (partnership) where partnership <> '';

create table partners.waiting (
    source      text not null,
    publication bigint not null,
    key         text not null,
    envelope    bytea not null,
    primary key (source, publication)
);
create index waiting_by_key on partners.waiting (key);

create table partners.public_record (
    source      text not null,
    publication bigint not null,
    envelope    bytea not null,
    primary key (source, publication)
);
"""

APPEND = """
create function partners.append(
    to_agency text[], from_source text[], from_publication bigint[], event uuid[],
    event_type text[], event_stream text[], event_version integer[], event_partition text[],
    event_body bytea[], event_effective date[], event_recorded timestamptz[], event_trace text[]
) returns integer
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    incarnation integer;
    appended    integer;
begin
    select max(e.epoch) into incarnation from log.epochs e;

    insert into partners.heads (agency, number, epoch)
    select distinct a.name, 0, incarnation from unnest(to_agency) as a (name)
    order by a.name
    on conflict do nothing;

    perform from partners.heads h where h.agency = any (to_agency) order by h.agency for update;

    with new as (
        select *
        from unnest(to_agency, from_source, from_publication, event, event_type, event_stream,
                    event_version, event_partition, event_body, event_effective, event_recorded,
                    event_trace)
             with ordinality as new (agency, source, publication, event_id, type, stream, version,
                                     partition_key, body, effective_on, recorded_at, traceparent, n)
        where not exists (select from partners.events e
                          where e.agency = new.agency and e.event_id = new.event_id)
    ), numbered as (
        select new.*,
               h.number + row_number() over (partition by new.agency order by new.n) as number
        from new join partners.heads h on h.agency = new.agency
    ), written as (
        insert into partners.events
        select agency, number, incarnation, source, publication, event_id, type, stream, version,
               partition_key, body, effective_on, recorded_at, traceparent
        from numbered order by n
        returning 1
    ), begun as (
        insert into partners.epochs
        select agency, incarnation, min(number) from numbered group by agency
        on conflict do nothing
    ), moved as (
        update partners.heads h
        set number = last.number, epoch = incarnation
        from (select agency, max(number) as number from numbered group by agency) as last
        where h.agency = last.agency
    )
    select count(*) into appended from written;
    return appended;
end
$$;
"""

RIGHTS = """
revoke all on function partners.append from public;
grant usage on schema partners to goldenthread_service;
grant select on all tables in schema partners to goldenthread_service;
grant execute on function partners.append to goldenthread_service;
grant insert, update on partners.facts to goldenthread_service;
grant insert, delete on partners.waiting to goldenthread_service;
grant insert on partners.public_record to goldenthread_service;
"""


def upgrade() -> None:
    run_script(TABLES)
    run_script(APPEND)
    run_script(RIGHTS)


def downgrade() -> None:
    raise RuntimeError("history is not taken back")
