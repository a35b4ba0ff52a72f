-- Version 10: campaigns as they were written last, in force or not.
CREATE TABLE draft (
    site     INTEGER NOT NULL REFERENCES site (id),
    campaign INTEGER NOT NULL,
    json     TEXT NOT NULL,                -- as it was written
    share    INTEGER NOT NULL,             -- thousandths of visitors that it was published to last
    who      TEXT NOT NULL,
    at       INTEGER NOT NULL,
    PRIMARY KEY (site, campaign)
) WITHOUT ROWID;
