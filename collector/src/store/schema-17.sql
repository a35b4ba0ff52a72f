-- Version 17. What is planned: a campaign is published at a time, and taken down at another.
CREATE TABLE plan (
    site INTEGER NOT NULL,
    campaign INTEGER NOT NULL,
    json TEXT NOT NULL,
    share INTEGER NOT NULL,
    -- Milliseconds since 1970.
    publish_at INTEGER,
    stop_at INTEGER,
    who TEXT NOT NULL,
    -- Why it could not be done.
    failed TEXT NOT NULL,
    PRIMARY KEY (site, campaign)
) STRICT, WITHOUT ROWID;
