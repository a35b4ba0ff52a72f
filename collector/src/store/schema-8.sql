-- Version 8: what has no checksum of its own stands a second time, in an index. `PRAGMA integrity_check`, and so
-- `nunchi verify`, compares the two: a bit that turns in either is found.
CREATE INDEX site_copy ON site (name, origins, is_on, created_at);
CREATE INDEX pack_copy ON pack (published_at, body, format);
CREATE INDEX entry_copy ON entry (place, body);
CREATE INDEX segment_copy ON segment (rows, bytes, checksum, to_at, made_at);
CREATE INDEX sealed_copy ON sealed (until);
CREATE INDEX meta_copy ON meta (value);
DROP INDEX parity_by_age;
CREATE INDEX parity_by_age ON parity (site, began_at, is_complete, is_foreign, verdicts, equal);

-- When the first report of an order was accepted: its number is known as long as history has that report.
CREATE TABLE ordered_8 (
    site     INTEGER NOT NULL,
    number   TEXT NOT NULL,
    run      BLOB NOT NULL,
    sequence INTEGER NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (site, number)
) WITHOUT ROWID;
INSERT INTO ordered_8 SELECT site, number, run, sequence, CAST(unixepoch('subsec') * 1000 AS INTEGER) FROM ordered;
DROP TABLE ordered;
ALTER TABLE ordered_8 RENAME TO ordered;
CREATE INDEX ordered_by_beacon ON ordered (site, run, sequence);
CREATE INDEX ordered_by_age ON ordered (at);
