"""Which numbers of a source each subscriber has gone through, one bit each.

A checkpoint that stood before this revision is taken as it is: what lies before it was never
accounted for, and `accounting` says from where on it is.
"""

from shared.postgres.migrations import run_script

revision = "0003"
down_revision = "0002"

TABLES = """
create table kept.accounted (
    subscriber text not null,
    source     text not null,
    block      integer not null,
    bits       bit(1024) not null,
    last_event uuid,
    primary key (subscriber, source, block)
) with (fillfactor = 50);

create table kept.accounting (
    subscriber text not null,
    source     text not null,
    first      bigint not null,
    primary key (subscriber, source)
);
insert into kept.accounting select subscriber, source, number + 1 from kept.checkpoints;

grant select, insert, update, delete on kept.accounted, kept.accounting to goldenthread_service;
"""


def upgrade() -> None:
    run_script(TABLES)


def downgrade() -> None:
    raise RuntimeError("history is not taken back")
