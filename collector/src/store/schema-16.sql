-- Version 16. What the shop has of its products, as it tells.
CREATE TABLE product_state (
    site   INTEGER NOT NULL REFERENCES site,
    id     TEXT NOT NULL,
    name   TEXT NOT NULL,
    path   TEXT NOT NULL,             -- of its page, or empty
    stock  TEXT NOT NULL,             -- JSON
    at     INTEGER NOT NULL,          -- told last
    PRIMARY KEY (site, id)
) WITHOUT ROWID;
CREATE INDEX product_state_by_age ON product_state (site, at);
