"""Each fund's hash tree over its postings, and what was signed of it; used by the gateway.

What was signed is never changed or taken out: of leaves that no checkpoint covers, one function
alone takes out those that a view made again may post otherwise. Another keeps a whole tree under
another name where a person accepted that its log was restored to before it, and begins a new one.
"""

from shared.postgres.migrations import run_script

revision = "0008"
down_revision = "0007"

TABLES = """
create schema proofs;

create table proofs.heads (
    fund        text primary key,
    size        bigint not null,
    publication bigint not null,
    line        integer not null,
    turn        integer not null default 1
) with (fillfactor = 50);

create table proofs.leaves (
    fund        text not null,
    number      bigint not null,
    publication bigint not null,
    line        integer not null,
    posting     bytea not null,
    primary key (fund, number)
);

create table proofs.tiles (
    fund   text not null,
    level  integer not null,
    place  bigint not null,
    hashes bytea not null,
    primary key (fund, level, place)
);

create table proofs.compared (
    view        text primary key,
    compared_at timestamptz not null
);

create table proofs.house_keys (
    name          text not null,
    public        bytea not null,
    first_used_at timestamptz not null,
    primary key (name, public)
);

create table proofs.checkpoints (
    fund      text not null,
    size      bigint not null,
    root      bytea not null,
    note      text not null,
    signed_at timestamptz not null,
    primary key (fund, size)
);

create table proofs.agency_keys (
    fund          text not null,
    verifier      text not null,
    agency        text not null,
    registered_by text not null,
    registered_at timestamptz not null,
    command_id    uuid not null unique,
    request_hash  text not null,
    retired_by    text,
    retired_at    timestamptz,
    primary key (fund, verifier)
);

create table proofs.cosignatures (
    fund         text not null,
    size         bigint not null,
    verifier     text not null,
    agency       text not null,
    line         text not null,
    given_by     text not null,
    given_at     timestamptz not null,
    command_id   uuid not null unique,
    request_hash text not null,
    primary key (fund, size, verifier),
    foreign key (fund, size) references proofs.checkpoints on update cascade
);

create table proofs.seals (
    fund    text not null,
    period  text not null,
    size    bigint not null,
    note    text not null,
    made_at timestamptz not null,
    primary key (fund, period, size),
    foreign key (fund, size) references proofs.checkpoints on update cascade
);

create table proofs.sealed_balances (
    fund          text not null,
    period        text not null,
    size          bigint not null,
    place         integer not null,
    account       text not null,
    balance_pence bigint not null,
    salt          bytea not null,
    primary key (fund, period, size, place),
    foreign key (fund, period, size) references proofs.seals on update cascade
);

create table proofs.set_aside (
    fund         text not null,
    turn         integer not null,
    kept_as      text not null,
    size         bigint not null,
    set_aside_at timestamptz not null,
    person       text not null,
    reason       text not null,
    primary key (fund, turn)
);

grant usage on schema proofs to goldenthread_service;
grant select on proofs.set_aside to goldenthread_service;
grant select, insert, update on proofs.heads, proofs.tiles to goldenthread_service;
grant select, insert on proofs.leaves, proofs.compared, proofs.house_keys, proofs.checkpoints,
    proofs.agency_keys, proofs.cosignatures, proofs.seals, proofs.sealed_balances
    to goldenthread_service;
grant update (retired_by, retired_at) on proofs.agency_keys to goldenthread_service;
"""

FORGET = """
create function proofs.forget_unsigned(of_fund text) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    kept  bigint;
    width bigint := 1;
    tier  integer;
begin
    perform from proofs.heads h where h.fund = of_fund for update;
    select coalesce(max(c.size), 0) into kept from proofs.checkpoints c where c.fund = of_fund;
    delete from proofs.leaves l where l.fund = of_fund and l.number > kept;
    for tier in 0 .. coalesce((select max(t.level) from proofs.tiles t where t.fund = of_fund), -1)
    loop
        delete from proofs.tiles t
        where t.fund = of_fund and t.level = tier and t.place * 256 >= kept / width;
        update proofs.tiles t
        set hashes = substr(t.hashes, 1, 32 * (kept / width - t.place * 256)::integer)
        where t.fund = of_fund and t.level = tier and (t.place + 1) * 256 > kept / width;
        width := width * 256;
    end loop;
    update proofs.heads h
    set size = kept,
        publication = coalesce((select l.publication from proofs.leaves l
                                where l.fund = of_fund and l.number = kept), 0),
        line = coalesce((select l.line from proofs.leaves l
                         where l.fund = of_fund and l.number = kept), -1)
    where h.fund = of_fund;
    return kept;
end
$$;
revoke execute on function proofs.forget_unsigned from public;
grant execute on function proofs.forget_unsigned to goldenthread_service;
"""

SET_ASIDE = """
create function proofs.set_aside_tree(
    of_fund text, set_aside_at timestamptz, by_person text, for_reason text
) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
    which   integer;
    kept_as text;
    kept    bigint;
begin
    kept := proofs.forget_unsigned(of_fund);
    select h.turn into which from proofs.heads h where h.fund = of_fund for update;
    kept_as := of_fund || '~' || which;
    update proofs.leaves l set fund = kept_as where l.fund = of_fund;
    update proofs.tiles t set fund = kept_as where t.fund = of_fund;
    update proofs.checkpoints c set fund = kept_as where c.fund = of_fund;
    update proofs.heads h set size = 0, publication = 0, line = -1, turn = which + 1
    where h.fund = of_fund;
    insert into proofs.set_aside
    values (of_fund, which, kept_as, kept, set_aside_at, by_person, for_reason);
    return kept_as;
end
$$;
revoke execute on function proofs.set_aside_tree from public;
grant execute on function proofs.set_aside_tree to goldenthread_service;
"""


def upgrade() -> None:
    run_script(TABLES)
    run_script(FORGET)
    run_script(SET_ASIDE)


def downgrade() -> None:
    raise RuntimeError("history is not taken back")
