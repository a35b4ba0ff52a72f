-- Version 13. How orders stand, as the shop tells; what proves that they are somebody's is kept as hashes.
CREATE TABLE order_state (
    site   INTEGER NOT NULL REFERENCES site,
    number TEXT NOT NULL,
    at     INTEGER NOT NULL,          -- told last
    body   TEXT NOT NULL,             -- JSON
    PRIMARY KEY (site, number)
) WITHOUT ROWID;
CREATE INDEX order_state_by_age ON order_state (site, at);
