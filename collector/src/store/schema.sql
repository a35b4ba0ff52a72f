-- Version 1. Times are milliseconds since 1970 on the collector's clock unless said otherwise; money is minor units.
-- Changes are new numbered scripts in `schema.rs`, never edits of this one once it is released.

CREATE TABLE meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO meta VALUES ('sites_version', 1);

CREATE TABLE site (
    id         INTEGER PRIMARY KEY,
    key        TEXT NOT NULL UNIQUE,
    name       TEXT NOT NULL,
    origins    TEXT NOT NULL,              -- JSON list
    is_on      INTEGER NOT NULL,
    created_at INTEGER NOT NULL
);

-- Every pack ever published; the one with the highest version is in force.
CREATE TABLE pack (
    site         INTEGER NOT NULL REFERENCES site,
    version      INTEGER NOT NULL,
    published_at INTEGER NOT NULL,
    body         TEXT NOT NULL,            -- JSON
    PRIMARY KEY (site, version)
) WITHOUT ROWID;

-- Questions and answers the bot of a site knows.
CREATE TABLE knowledge (site INTEGER PRIMARY KEY REFERENCES site, body TEXT NOT NULL);

-- Dedup marks: exact by key, dropped after 73 hours.
CREATE TABLE mark (
    site        INTEGER NOT NULL,
    run         BLOB NOT NULL,
    sequence    INTEGER NOT NULL,
    checksum    INTEGER NOT NULL,
    accepted_at INTEGER NOT NULL,
    PRIMARY KEY (site, run, sequence)
) WITHOUT ROWID;
CREATE INDEX mark_by_age ON mark (accepted_at);

-- The accepted frames, byte for byte: the truth from which all below is derived.
CREATE TABLE journal (
    id          INTEGER PRIMARY KEY,
    site        INTEGER NOT NULL REFERENCES site,
    run         INTEGER NOT NULL REFERENCES run,
    sequence    INTEGER NOT NULL,
    accepted_at INTEGER NOT NULL,
    frame       BLOB NOT NULL
);
CREATE INDEX journal_by_age ON journal (site, accepted_at);
CREATE INDEX journal_by_run ON journal (run);

-- Page loads. `session` and `visitor` are the first that consent gave.
CREATE TABLE run (
    id        INTEGER PRIMARY KEY,
    site      INTEGER NOT NULL REFERENCES site,
    run       BLOB NOT NULL,
    session   BLOB,
    visitor   BLOB,
    began_at  INTEGER NOT NULL,            -- fixed by the first beacon that came
    UNIQUE (site, run)
);
CREATE INDEX run_by_age ON run (site, began_at);

-- One row an item that a question may ask for. `ordinal` orders the items of a run whatever the order of arrival:
-- sequence << 12 | place in the beacon.
CREATE TABLE item (
    run      INTEGER NOT NULL REFERENCES run,
    ordinal  INTEGER NOT NULL,
    site     INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    kind     TEXT NOT NULL,                -- `viewed`, `exit_intent`, `added`, `fired`, `shown` and so on
    session  BLOB,
    path     TEXT,                         -- viewed
    page     TEXT,                         -- viewed
    subject  TEXT,                         -- product id, goal
    number   INTEGER,                      -- milliseconds, percent, level, pieces, permille, results
    detail   INTEGER,                      -- causes; variant; 1 for a view that the loader counted
    campaign INTEGER,
    pack     INTEGER,                      -- verdicts: version of the pack they were made by
    value    INTEGER,
    currency TEXT,
    evidence TEXT,                         -- JSON list of integers
    PRIMARY KEY (run, ordinal)
) WITHOUT ROWID;
CREATE INDEX item_by_kind ON item (site, kind, at);

-- Orders, each once, the first report of it.
CREATE TABLE purchase (
    site     INTEGER NOT NULL,
    number   TEXT NOT NULL,
    run      INTEGER NOT NULL REFERENCES run,
    session  BLOB,
    at       INTEGER NOT NULL,
    ordinal  INTEGER NOT NULL,
    value    INTEGER NOT NULL,
    currency TEXT NOT NULL,
    items    INTEGER NOT NULL,
    PRIMARY KEY (site, number)
) WITHOUT ROWID;
CREATE INDEX purchase_by_age ON purchase (site, at);

-- Whose an item is: the visit it counts for, and the visitor as far as consent lets us know one.
CREATE VIEW visit_item AS
    SELECT item.*, COALESCE(item.session, run.session, run.run) AS visit,
           COALESCE(run.visitor, item.session, run.session, run.run) AS person,
           run.visitor AS visitor
    FROM item JOIN run ON run.id = item.run;

CREATE VIEW visit_purchase AS
    SELECT purchase.*, COALESCE(purchase.session, run.session, run.run) AS visit,
           COALESCE(run.visitor, purchase.session, run.session, run.run) AS person
    FROM purchase JOIN run ON run.id = purchase.run;

CREATE TABLE conversation (
    id       INTEGER PRIMARY KEY,
    site     INTEGER NOT NULL REFERENCES site,
    key      BLOB NOT NULL,
    session  TEXT,
    language TEXT NOT NULL,
    path     TEXT NOT NULL,
    campaign INTEGER,
    began_at INTEGER NOT NULL,
    wants_person INTEGER NOT NULL,
    UNIQUE (site, key)
);
CREATE INDEX conversation_by_age ON conversation (site, began_at);

CREATE TABLE message (
    conversation INTEGER NOT NULL REFERENCES conversation,
    number       INTEGER NOT NULL,
    sender       TEXT NOT NULL,            -- `visitor`, `bot`, `agent`
    ask          INTEGER,                  -- the visitor's own count, so that a retry is found
    text         TEXT NOT NULL,
    at           INTEGER NOT NULL,
    extra        TEXT NOT NULL,            -- JSON: links, suggestions
    is_answered  INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (conversation, number)
) WITHOUT ROWID;

-- Operators who are logged in.
CREATE TABLE login (id TEXT PRIMARY KEY, expires_at INTEGER NOT NULL) WITHOUT ROWID;

-- What the running server counted, for a command line beside it.
CREATE TABLE counted (site TEXT PRIMARY KEY, at INTEGER NOT NULL, health TEXT NOT NULL) WITHOUT ROWID;
