-- The journal in sheaves: the lines that one commit took of one site are one row, so that a busy server writes bytes one
-- after another and few rows. What a row says is under one checksum (`store/sheaf.rs`).
CREATE TABLE journal_6 (
    first       INTEGER PRIMARY KEY,       -- number of its first line; numbers are never used twice
    site        INTEGER NOT NULL REFERENCES site,
    last        INTEGER NOT NULL,          -- number of its last line
    lines       INTEGER NOT NULL,          -- how many: other sites have numbers in between
    accepted_at INTEGER NOT NULL,          -- of its first line
    body        BLOB NOT NULL
);

-- Lines that were set apart after they were written, until they are sealed: who is sealing them begins anew.
CREATE TABLE apart (
    site   INTEGER NOT NULL,
    number INTEGER NOT NULL,
    PRIMARY KEY (site, number)
) WITHOUT ROWID;

-- `lines`: the last number of a line that went to ClickHouse. `marked`: lines up to this one have their marks in `mark`;
-- of later ones those that are sealed or went away.
INSERT INTO meta VALUES
    ('lines', COALESCE((SELECT seq FROM sqlite_sequence WHERE name LIKE 'journal%'), 0)),
    ('marked', COALESCE((SELECT MAX(id) FROM journal), 0));
