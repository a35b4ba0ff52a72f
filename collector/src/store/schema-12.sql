-- Version 12: coupons in pools, each given to one visit; and visitors' wishes to be erased.
CREATE TABLE coupon (
    site        INTEGER NOT NULL REFERENCES site,
    code        TEXT NOT NULL,
    pool        TEXT NOT NULL,
    added_at    INTEGER NOT NULL,
    session     TEXT,                     -- to whom, and for which campaign
    campaign    INTEGER,
    given_at    INTEGER,
    redeemed_at INTEGER,
    PRIMARY KEY (site, code)
) WITHOUT ROWID;
CREATE INDEX coupon_free ON coupon (site, pool) WHERE given_at IS NULL;
CREATE UNIQUE INDEX coupon_given ON coupon (site, session, campaign, pool) WHERE session IS NOT NULL;
-- As in version 8: what has no checksum of its own stands a second time.
CREATE INDEX coupon_copy ON coupon (pool, added_at, session, campaign, given_at, redeemed_at);

CREATE TABLE erasure (
    site     INTEGER NOT NULL REFERENCES site,
    visitor  TEXT NOT NULL,
    session  TEXT NOT NULL,
    asked_at INTEGER NOT NULL,
    done_at  INTEGER,
    PRIMARY KEY (site, visitor, session)
) WITHOUT ROWID;
CREATE INDEX erasure_copy ON erasure (asked_at, done_at);
