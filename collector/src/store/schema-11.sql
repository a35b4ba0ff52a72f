-- Version 11. A person takes over from the bot: where conversations stand, who has them, what colleagues note.

ALTER TABLE conversation ADD COLUMN state TEXT NOT NULL DEFAULT 'bot';    -- `bot`, `waiting`, `open`, `closed`
ALTER TABLE conversation ADD COLUMN agent TEXT NOT NULL DEFAULT '';       -- who has it, or for whom it waits
ALTER TABLE conversation ADD COLUMN skill TEXT NOT NULL DEFAULT '';       -- what whoever takes it should know about
ALTER TABLE conversation ADD COLUMN waiting_since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN last_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE conversation ADD COLUMN agent_read INTEGER NOT NULL DEFAULT 0;    -- the first message that no person has read
ALTER TABLE conversation ADD COLUMN visitor_read INTEGER NOT NULL DEFAULT 0;  -- the first that the visitor has not
ALTER TABLE conversation ADD COLUMN rating INTEGER NOT NULL DEFAULT 0;        -- 1 to 5; 0: none
ALTER TABLE message ADD COLUMN author TEXT NOT NULL DEFAULT '';               -- name of the agent who says it

UPDATE conversation SET last_at =
    COALESCE((SELECT MAX(at) FROM message WHERE conversation = conversation.id), began_at);
-- Who had asked for a person before there were any to answer waits still.
UPDATE conversation SET state = 'waiting', waiting_since = last_at WHERE wants_person;

CREATE INDEX conversation_in_need ON conversation (site, state) WHERE state IN ('waiting', 'open');
CREATE INDEX conversation_by_last ON conversation (site, last_at);

CREATE TABLE note (
    conversation INTEGER NOT NULL REFERENCES conversation,
    number       INTEGER NOT NULL,          -- chosen by the console, so that a retry is found
    author       TEXT NOT NULL,
    text         TEXT NOT NULL,
    at           INTEGER NOT NULL,
    PRIMARY KEY (conversation, number)
) WITHOUT ROWID;

-- What a site's operators set for themselves: replies that are often given, hours.
CREATE TABLE desk (site INTEGER NOT NULL REFERENCES site, name TEXT NOT NULL, body TEXT NOT NULL,   -- JSON
    PRIMARY KEY (site, name)) WITHOUT ROWID;

-- Who answers visitors, and how they want to be found.
CREATE TABLE agent (name TEXT PRIMARY KEY, body TEXT NOT NULL) WITHOUT ROWID;   -- JSON
