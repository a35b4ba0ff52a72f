-- Version 7. A knowledge base is kept entry by entry, drafts among them; what the bot could not answer is found quickly.

CREATE TABLE entry (
    site  INTEGER NOT NULL REFERENCES site,
    id    TEXT NOT NULL,
    place INTEGER NOT NULL,                -- the order in which they are shown
    body  TEXT NOT NULL,                   -- JSON
    PRIMARY KEY (site, id)
) WITHOUT ROWID;

-- Counts the changes of a site's entries, so that a server sees which of its copies is old.
CREATE TABLE known (site INTEGER PRIMARY KEY REFERENCES site, version INTEGER NOT NULL);

INSERT OR IGNORE INTO entry
    SELECT knowledge.site, it.value ->> 'id', it.key, it.value
    FROM knowledge, json_each(knowledge.body, '$.entries') AS it;
INSERT INTO known SELECT site, 1 FROM knowledge;
DROP TABLE knowledge;

CREATE INDEX message_unanswered ON message (at) WHERE is_answered = 0;
