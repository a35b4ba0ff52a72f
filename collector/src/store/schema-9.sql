-- Version 9: people with roles, their sessions, tokens for programs, and the record of who did what. Sessions of before
-- end: they belong to nobody.
DROP TABLE login;

CREATE TABLE person (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT NOT NULL,
    email        TEXT NOT NULL UNIQUE,     -- in lower case
    role         TEXT NOT NULL,            -- `viewer`, `agent`, `editor`, `owner`
    password     TEXT,                     -- as `operators::password` writes it
    invite       BLOB,                     -- SHA-256 of what they may choose a password by
    invite_until INTEGER NOT NULL DEFAULT 0,
    made_at      INTEGER NOT NULL
);

-- Who is signed in. Without a person: by the server's own token.
CREATE TABLE session (
    id       INTEGER PRIMARY KEY AUTOINCREMENT,
    hash     BLOB NOT NULL UNIQUE,         -- SHA-256 of the cookie
    person   INTEGER REFERENCES person (id) ON DELETE CASCADE,
    origin   TEXT NOT NULL,                -- of the page that signed in; writes must come from there
    browser  TEXT NOT NULL,
    began_at INTEGER NOT NULL,
    seen_at  INTEGER NOT NULL,             -- some seconds behind
    ends_at  INTEGER NOT NULL
);
CREATE INDEX session_by_person ON session (person);

CREATE TABLE token (
    id      INTEGER PRIMARY KEY AUTOINCREMENT,
    hash    BLOB NOT NULL UNIQUE,          -- SHA-256 of the token
    name    TEXT NOT NULL,
    role    TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at INTEGER NOT NULL
);

-- Who did what. Nothing is ever changed or taken away; each hash is over the one before and its own line.
CREATE TABLE audit (
    number INTEGER PRIMARY KEY,
    at     INTEGER NOT NULL,
    who    TEXT NOT NULL,
    what   TEXT NOT NULL,
    about  TEXT NOT NULL,
    hash   BLOB NOT NULL
);
-- Where the chain ends, so that a cut is found.
CREATE TABLE audit_end (one INTEGER PRIMARY KEY CHECK (one = 1), number INTEGER NOT NULL, hash BLOB NOT NULL);
INSERT INTO audit_end VALUES (1, 0, x'');
