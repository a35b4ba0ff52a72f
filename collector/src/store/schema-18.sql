-- Version 18. A coupon is given for a decision of a campaign, of which a session may have several.
ALTER TABLE coupon ADD COLUMN decided_s INTEGER NOT NULL DEFAULT 0;   -- seconds since 1970
DROP INDEX coupon_given;
CREATE UNIQUE INDEX coupon_given ON coupon (site, session, campaign, pool, decided_s) WHERE session IS NOT NULL;
DROP INDEX coupon_copy;
CREATE INDEX coupon_copy ON coupon (pool, added_at, session, campaign, given_at, redeemed_at, decided_s);
CREATE INDEX coupon_issued ON coupon (site, given_at) WHERE given_at IS NOT NULL;
