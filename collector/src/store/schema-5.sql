-- Version 5: what days of history come to, so that the commonest questions read no rows.

-- One row a site and UTC day, made of the rows of all sealed files that reach into the day. Made anew when those are
-- others; until then questions read the rows. `store/summary` has the layout.
CREATE TABLE summary (
    site     INTEGER NOT NULL REFERENCES site,
    day      INTEGER NOT NULL,             -- days since 1970
    made_of  TEXT NOT NULL,                -- numbers of the files
    checksum INTEGER NOT NULL,             -- CRC32C of both
    body     BLOB NOT NULL,                -- what answers are made of
    ends     BLOB NOT NULL,                -- the last view of each page load, for those that go on the next day
    PRIMARY KEY (site, day)
) WITHOUT ROWID;

-- Was meant for this, and never filled.
ALTER TABLE segment DROP COLUMN summary;
