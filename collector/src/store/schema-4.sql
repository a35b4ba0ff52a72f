-- Version 4: the journal is all that is written for a beacon; everything else derives from its frames.

-- Dedup marks: exact by key, dropped after 73 hours. All marks of a run carry the same `began_at`, fixed by the first
-- beacon that came, so that the order of its items never changes; `session` and `visitor` are the first that consent
-- gave until then. A sequence below zero is a view that the loader counted: the checksum is that of its path.
CREATE TABLE mark_4 (
    site        INTEGER NOT NULL,
    run         BLOB NOT NULL,
    sequence    INTEGER NOT NULL,
    checksum    INTEGER NOT NULL,
    accepted_at INTEGER NOT NULL,
    began_at    INTEGER NOT NULL,
    session     BLOB,
    visitor     BLOB,
    entry       INTEGER NOT NULL,          -- in the journal
    PRIMARY KEY (site, run, sequence)
) WITHOUT ROWID;
INSERT INTO mark_4
SELECT mark.site, mark.run, mark.sequence, checksum, mark.accepted_at, began_at, session, visitor, journal.id
FROM mark JOIN run ON run.site = mark.site AND run.run = mark.run
JOIN journal ON journal.run = run.id AND journal.sequence = mark.sequence;

-- The accepted frames, byte for byte. Numbers are never used twice (AUTOINCREMENT).
CREATE TABLE journal_4 (
    id          INTEGER PRIMARY KEY AUTOINCREMENT,
    site        INTEGER NOT NULL REFERENCES site,
    run         BLOB NOT NULL,
    sequence    INTEGER NOT NULL,          -- below zero: a view that the loader counted
    accepted_at INTEGER NOT NULL,
    began_at    INTEGER NOT NULL,          -- of the run
    quarantine  INTEGER NOT NULL,          -- what speaks against it; 0 is nothing
    session     BLOB,                      -- of the run, as far as known then
    visitor     BLOB,
    frame       BLOB NOT NULL              -- of a loader's view: path and sort of page, a line each
);
INSERT INTO journal_4
SELECT journal.id, journal.site, run.run, sequence, accepted_at, began_at, 0, session, visitor, frame
FROM journal JOIN run ON run.id = journal.run ORDER BY journal.id;
INSERT INTO journal_4 (site, run, sequence, accepted_at, began_at, quarantine, session, visitor, frame)
SELECT item.site, run.run, ordinal, at, began_at, 0, run.session, visitor, CAST(path || char(10) || page AS BLOB)
FROM item JOIN run ON run.id = item.run WHERE ordinal < 0 ORDER BY at;
CREATE INDEX journal_by_site ON journal_4 (site);

-- Orders, and the beacon that reported each first: no order counts twice.
CREATE TABLE ordered (
    site     INTEGER NOT NULL,
    number   TEXT NOT NULL,
    run      BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    PRIMARY KEY (site, number)
) WITHOUT ROWID;
INSERT INTO ordered
SELECT purchase.site, number, run.run, ordinal >> 12 FROM purchase JOIN run ON run.id = purchase.run
WHERE number <> lower(hex(run.run)) || ':' || ordinal;

-- Verdicts of pages, made again and compared: one row a run.
CREATE TABLE parity_4 (
    site        INTEGER NOT NULL,
    run         BLOB NOT NULL,
    visit       BLOB NOT NULL,
    began_at    INTEGER NOT NULL,
    at          INTEGER NOT NULL,
    is_complete INTEGER NOT NULL,          -- no beacon was missing
    is_foreign  INTEGER NOT NULL,          -- another version decided
    verdicts    INTEGER NOT NULL,          -- made by either side
    equal       INTEGER NOT NULL,          -- made by both
    first       TEXT NOT NULL,             -- the first difference, in words
    PRIMARY KEY (site, run)
) WITHOUT ROWID;
INSERT INTO parity_4
SELECT site, run.run, COALESCE(session, run.run), began_at, at, is_complete, is_foreign, verdicts, equal, first
FROM parity JOIN run ON run.id = parity.run;
CREATE INDEX parity_by_age ON parity_4 (site, began_at);

-- Until when runs that had fallen silent were compared.
CREATE TABLE compared (site INTEGER PRIMARY KEY, until INTEGER NOT NULL);
INSERT INTO compared SELECT site, MAX(at) FROM parity_4 GROUP BY site;

DROP VIEW visit_item;
DROP VIEW visit_purchase;
DROP TABLE parity;
DROP TABLE purchase;
DROP TABLE item;
DROP TABLE journal;
DROP TABLE mark;
DROP TABLE run;
ALTER TABLE mark_4 RENAME TO mark;
CREATE INDEX mark_by_age ON mark (site, accepted_at);
ALTER TABLE journal_4 RENAME TO journal;
ALTER TABLE parity_4 RENAME TO parity;

-- Sealed files of history, one row each: `segments/SITE/DAY/NUMBER.PURPOSE.parquet`. A file that no row names is not
-- part of the data.
CREATE TABLE segment (
    id       INTEGER PRIMARY KEY,
    site     INTEGER NOT NULL REFERENCES site,
    day      TEXT NOT NULL,                -- `2026-11-30`, UTC
    number   INTEGER NOT NULL,
    purpose  TEXT NOT NULL,                -- `items`: what questions read; `frames`: what replays read
    rows     INTEGER NOT NULL,
    bytes    INTEGER NOT NULL,
    checksum INTEGER NOT NULL,             -- CRC32C of the file
    from_at  INTEGER NOT NULL,             -- earliest `at` of items, `began_at` of frames
    to_at    INTEGER NOT NULL,             -- latest
    made_at  INTEGER NOT NULL,             -- not before the newest beacon in it was accepted
    summary  BLOB,                         -- of items: sums by quarters of an hour
    UNIQUE (number, day, purpose)
);
CREATE INDEX segment_by_age ON segment (site, purpose, from_at);
INSERT INTO meta VALUES ('segments', 0);   -- the last number of a file

-- The number up to which a site's journal is sealed; what lies below is history's, and goes away when there is time.
CREATE TABLE sealed (site INTEGER PRIMARY KEY, until INTEGER NOT NULL);

-- The block of journal lines that is on its way to ClickHouse, if any: decided once, so that it says the same each time
-- it is sent.
CREATE TABLE shipment (
    first INTEGER NOT NULL,                -- number of its first line in the journal
    last  INTEGER NOT NULL,
    block INTEGER NOT NULL                 -- its random name
);
