-- Times are microseconds since the epoch, UTC. A slot is one passage of one version.
-- cube.id = vault << 32 | ordinal and passage.id = vault << 32 | slot: a vault's rows lie together, without an index.
CREATE TABLE vault (
    id         INTEGER PRIMARY KEY,
    uid        TEXT    NOT NULL UNIQUE,
    created_at INTEGER NOT NULL,
    next_slot  INTEGER NOT NULL DEFAULT 0,
    log_n      INTEGER NOT NULL DEFAULT 0,
    revision   INTEGER NOT NULL DEFAULT 0,
    derived_n  INTEGER NOT NULL DEFAULT 0, -- counts the changes of what is derived
    zone       TEXT    NOT NULL DEFAULT 'UTC'
) STRICT;

CREATE TABLE cube (
    id      INTEGER PRIMARY KEY,
    uid     TEXT    NOT NULL UNIQUE,
    vault   INTEGER NOT NULL REFERENCES vault,
    kind    TEXT    NOT NULL,
    state   TEXT    NOT NULL,
    session TEXT    NOT NULL,
    current INTEGER NOT NULL,             -- version.id; 0 when erased
    key     BLOB                          -- digest of the idempotency key; outlives erasure
) STRICT;
CREATE INDEX cube_by_session ON cube (vault, session) WHERE session <> '';
CREATE UNIQUE INDEX cube_by_key ON cube (vault, key) WHERE key IS NOT NULL;

-- Rows are only appended and deleted; valid_to is overwritten in place, so that no stale copy of a text is left behind.
CREATE TABLE version (
    id          INTEGER PRIMARY KEY,
    cube        INTEGER NOT NULL REFERENCES cube,
    number      INTEGER NOT NULL,
    slot        INTEGER NOT NULL,         -- passage.id of the first passage
    slots       INTEGER NOT NULL,         -- number of passages, in consecutive slots
    valid_from  INTEGER NOT NULL,
    valid_to    INTEGER NOT NULL,         -- 9223372036854775807 for the current version
    occurred_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    speaker     TEXT    NOT NULL,
    role        TEXT    NOT NULL,
    metadata    TEXT    NOT NULL,         -- JSON object, or '' for none
    actor       TEXT    NOT NULL,
    reason      TEXT    NOT NULL,
    source      TEXT    NOT NULL,
    text        TEXT    NOT NULL
) STRICT;
CREATE UNIQUE INDEX version_by_cube ON version (cube, number);

CREATE TABLE passage (
    id      INTEGER PRIMARY KEY,
    version INTEGER NOT NULL REFERENCES version,
    start   INTEGER NOT NULL,
    stop    INTEGER NOT NULL,
    signals INTEGER NOT NULL,             -- cues for ranking, a bit each
    terms   BLOB    NOT NULL              -- little-endian uint32 hashes in word order
) STRICT;

CREATE TABLE embedder (
    id          INTEGER PRIMARY KEY,
    fingerprint TEXT    NOT NULL UNIQUE
) STRICT;

CREATE TABLE vector (
    embedder INTEGER NOT NULL REFERENCES embedder,
    id       INTEGER NOT NULL,            -- passage.id
    data     BLOB    NOT NULL,            -- float16, little-endian
    PRIMARY KEY (embedder, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE coverage (
    vault    INTEGER NOT NULL REFERENCES vault,
    embedder INTEGER NOT NULL REFERENCES embedder,
    upto     INTEGER NOT NULL,            -- every slot below has its vector
    PRIMARY KEY (vault, embedder)
) STRICT, WITHOUT ROWID;

CREATE TABLE segment (
    file  TEXT    PRIMARY KEY,
    vault INTEGER NOT NULL REFERENCES vault,
    lo    INTEGER NOT NULL,
    hi    INTEGER NOT NULL,
    log_n INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX segment_by_vault ON segment (vault, lo);

CREATE TABLE log (
    vault   INTEGER NOT NULL REFERENCES vault,
    n       INTEGER NOT NULL,             -- counts the changes of the vault
    cube    INTEGER NOT NULL,
    version INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    op      TEXT    NOT NULL,
    actor   TEXT    NOT NULL,
    reason  TEXT    NOT NULL,
    PRIMARY KEY (vault, n)
) STRICT, WITHOUT ROWID;
CREATE INDEX log_changes ON log (vault, n) WHERE op <> 'remember';
CREATE INDEX log_reasons ON log (cube) WHERE reason <> '';

CREATE TABLE job (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    kind        TEXT    NOT NULL,
    vault       INTEGER NOT NULL,
    state       TEXT    NOT NULL,         -- ready, leased, dead
    run_at      INTEGER NOT NULL,
    owner       TEXT    NOT NULL DEFAULT '',
    lease_until INTEGER NOT NULL DEFAULT 0,
    token       INTEGER NOT NULL DEFAULT 0,
    tries       INTEGER NOT NULL DEFAULT 0,
    error       TEXT    NOT NULL DEFAULT ''
) STRICT;
CREATE UNIQUE INDEX job_once ON job (kind, vault) WHERE state = 'ready';
CREATE INDEX job_by_state ON job (state, run_at);

CREATE TABLE blob (
    digest     TEXT    PRIMARY KEY,       -- SHA-256, hexadecimal
    bytes      INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- What is made of memories: cells, scenes, activation memory. Rebuilt from its sources at any time; deleted with any one of them.
CREATE TABLE derived (
    id       INTEGER PRIMARY KEY,         -- vault << 32 | ordinal
    uid      TEXT    NOT NULL UNIQUE,
    kind     TEXT    NOT NULL,
    session  TEXT    NOT NULL,
    start_at INTEGER NOT NULL,
    stop_at  INTEGER NOT NULL,
    made_at  INTEGER NOT NULL,
    n        INTEGER NOT NULL,            -- vault.derived_n when it was written
    rules    TEXT    NOT NULL,            -- what made it; another text means that it should be made anew
    body     TEXT    NOT NULL,            -- JSON
    blob     TEXT    REFERENCES blob      -- the file that belongs to it
) STRICT;
CREATE INDEX derived_by_blob ON derived (blob) WHERE blob IS NOT NULL;
CREATE INDEX derived_by_session ON derived (session, kind, start_at);
CREATE INDEX derived_by_rules ON derived (kind, rules);

CREATE TABLE derivation (
    source  INTEGER NOT NULL,             -- cube.id
    derived INTEGER NOT NULL REFERENCES derived,
    PRIMARY KEY (source, derived)
) STRICT, WITHOUT ROWID;
CREATE INDEX derivation_by_derived ON derivation (derived);

-- Sessions whose cells do not tell of everything yet.
CREATE TABLE unformed (
    vault   INTEGER NOT NULL REFERENCES vault,
    session TEXT    NOT NULL,
    since   INTEGER NOT NULL,             -- event time of the earliest change
    first   INTEGER NOT NULL,             -- cube.id of the oldest one that changed
    marks   INTEGER NOT NULL,             -- how often it was marked: a job takes away only what it has seen
    PRIMARY KEY (vault, session)
) STRICT, WITHOUT ROWID;

-- What host frameworks keep beside the memories, e.g. checkpoints: bytes under ordered keys.
CREATE TABLE shelf (
    id    INTEGER PRIMARY KEY,
    name  TEXT    NOT NULL,
    key   TEXT    NOT NULL,
    value BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX shelf_by_key ON shelf (name, key);
