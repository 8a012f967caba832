"""The tables of the journal, and what the file itself refuses."""

VERSION = 8
"""Of the schema, kept in the file itself; a journal of an earlier version gets the newer columns."""

SCHEMA = """
create table if not exists batch (
    id integer primary key,
    load integer not null,
    file text not null,
    sha256 text not null,
    reader text not null,
    period text,
    cutoff text,
    submitter text,
    loaded_at text not null,
    loaded_by text not null,
    standing integer not null default 1,
    report text not null,
    mapping text,
    complete integer not null default 0,
    draft text,
    withdrawn_at text,
    withdrawn_by text,
    reason text
);
create table if not exists build (
    id text primary key,
    inputs text not null,
    as_of text not null,
    built_at text not null
);
create table if not exists current (one integer primary key check (one = 1), build text not null references build (id));
create table if not exists counter (name text primary key, value integer not null);
create table if not exists layout (
    signature text primary key,
    choice text not null,
    chosen_at text not null,
    chosen_by text not null
);
create table if not exists assessed (
    id integer primary key,
    metric text not null,
    value real,
    valid_from text not null,
    document text not null,
    approver text not null,
    note text not null,
    set_at text not null,
    set_by text not null
);
create table if not exists boundary (
    id integer primary key,
    file text not null,
    sha256 text not null,
    set_at text not null,
    set_by text not null
);
create table if not exists commented (
    id integer primary key,
    month text not null,
    words text not null,
    set_at text not null,
    set_by text not null
);
create table if not exists corrected (
    id integer primary key,
    table_name text not null,
    key text not null,
    field text not null,
    old text not null,
    new text not null,
    reason text not null,
    evidence text not null,
    load integer not null,
    set_at text not null,
    set_by text not null
);
create table if not exists decided (
    id integer primary key,
    subject text not null,
    month text not null,
    what text not null,
    owner text not null,
    due text not null,
    set_at text not null,
    set_by text not null
);
create table if not exists retracted (
    id integer primary key,
    corrected integer not null unique references corrected (id),
    reason text not null,
    set_at text not null,
    set_by text not null
);
create table if not exists settled (
    id integer primary key,
    decided integer not null unique references decided (id),
    done text not null,
    set_at text not null,
    set_by text not null
);
create table if not exists issued (
    id integer primary key,
    month text not null,
    version integer not null,
    act text not null check (act in ('close', 'reopen')),
    note text not null,
    build text not null references build (id),
    as_of text not null,
    record text not null,
    set_at text not null,
    set_by text not null,
    unique (month, version, act)
);
"""

APPENDED = {
    "assessed": "", "boundary": "", "commented": "", "corrected": "", "decided": "", "issued": " or (i.month = new.month and i.version = new.version and i.act = new.act)",
    "retracted": " or i.corrected = new.corrected", "settled": " or i.decided = new.decided",
}
"""Tables to which rows are only ever added, with what else than its number gives a row its place: the file itself refuses to change, delete or replace one."""

REFUSED = tuple(
    f"create trigger if not exists {table}_keeps_{act} before {act} on {table} begin select raise (abort, 'append-only'); end" for table in APPENDED for act in ("update", "delete")
) + tuple(
    # a row that takes another's place deletes it unseen by the triggers above
    f"create trigger if not exists {table}_keeps_place before insert on {table} when exists (select 1 from {table} as i where i.id = new.id{place}) begin select raise (abort, 'append-only'); end"
    for table, place in APPENDED.items()
)

ADDED = {"mapping": "text", "complete": "integer not null default 0", "draft": "text", "withdrawn_at": "text", "withdrawn_by": "text", "reason": "text"}
"""Columns of `batch` that version 1 did not have."""
