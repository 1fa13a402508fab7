"""Two short ways to append, for when nothing stands against it, and plans that do not age.

Each takes the same lock and makes the same checks as `log.append`; where one fails they write
nothing and answer null, and `log.append` is asked to tell the guilty from the others. Plans are
made once and go by index: one made while the log was small would later read all of it.
"""

from shared.postgres.migrations import run_script

revision = "0003"
down_revision = "0002"

APPEND_ONE = """
create function log.append_one(
    command uuid, stream text, expected integer, type text, event_id uuid, partition_key text,
    body bytea, meta bytea, effective_on date, published boolean, at timestamptz
) returns bigint[]  -- the position and publication at which the log now stands
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set enable_seqscan = off as $$
#variable_conflict use_column
declare
    front   log.head;
    earlier timestamptz;
begin
    update log.head  -- first of all, since it takes the lock
    set position = position + 1, publication = publication + $10::integer,
        recorded_at = greatest(recorded_at, $11)
    returning new.position, new.publication, new.recorded_at, old.recorded_at
    into front.position, front.publication, front.recorded_at, earlier;

    insert into log.events
    select front.position, case when $10 then front.publication end, $2, $3 + 1, $4, $5, $1, $6,
           $7, $8, $9, front.recorded_at
    where not exists (select from log.events e where e.command_id = $1)
      and $3 = coalesce((select e.version from log.events e where e.stream = $2
                         order by e.version desc limit 1), 0);
    if not found then
        update log.head
        set position = position - 1, publication = publication - $10::integer,
            recorded_at = earlier;
        return null;
    end if;
    return array[front.position, front.publication];
end
$$;
"""

APPEND_TOGETHER = """
create function log.append_together(
    commands          uuid[],
    expect_stream     text[], expect_version integer[],
    event_command     uuid[], event_stream text[], event_version integer[], event_type text[],
    event_id          uuid[], event_partition text[], event_body bytea[], event_meta bytea[],
    event_effective   date[],
    event_publication integer[],  -- counted within the batch; null: not published
    published         integer,
    at                timestamptz
) returns bigint[]  -- the position and publication at which the log stood before
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
set plan_cache_mode = force_generic_plan set enable_seqscan = off as $$
declare
    front log.head;
begin
    select * into front from log.head for update;

    if exists (
        select from unnest(commands) as asked (id)
        where (select true from log.events e where e.command_id = asked.id limit 1)
    ) or exists (
        select from unnest(expect_stream, expect_version) as expected (stream, version)
        where expected.version <> coalesce(
            (select e.version from log.events e where e.stream = expected.stream
             order by e.version desc limit 1), 0)
    ) then
        return null;
    end if;

    insert into log.events
    select front.position + new.n, front.publication + new.publication, new.stream, new.version,
           new.type, new.id, new.command, new.partition_key, new.body, new.meta, new.effective_on,
           greatest(front.recorded_at, at)
    from unnest(event_command, event_stream, event_version, event_type, event_id, event_partition,
                event_body, event_meta, event_effective, event_publication)
         with ordinality as new (command, stream, version, type, id, partition_key, body, meta,
                                 effective_on, publication, n);

    update log.head
    set position = front.position + cardinality(event_id),
        publication = front.publication + published,
        recorded_at = greatest(front.recorded_at, at);
    return array[front.position, front.publication];
end
$$;
"""

RIGHTS_AND_PLANS = """
alter function log.append set plan_cache_mode = force_generic_plan;
alter function log.append set enable_seqscan = off;
alter function log.append set enable_hashjoin = off;
alter function log.append set enable_mergejoin = off;
revoke all on function log.append_one, log.append_together from public;
grant execute on function log.append_one, log.append_together to goldenthread_service;
"""


def upgrade() -> None:
    run_script(APPEND_ONE)
    run_script(APPEND_TOGETHER)
    run_script(RIGHTS_AND_PLANS)


def downgrade() -> None:
    raise RuntimeError("history is not taken back")
