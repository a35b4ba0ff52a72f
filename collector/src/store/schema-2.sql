-- Version 2: verdicts that pages reported are made again and compared.

-- When the newest beacon came that was not compared yet; null: nothing waits.
ALTER TABLE run ADD COLUMN waits_since INTEGER;
CREATE INDEX run_waiting ON run (site, waits_since) WHERE waits_since IS NOT NULL;

-- What came of it, one row a run.
CREATE TABLE parity (
    run         INTEGER PRIMARY KEY REFERENCES run,
    at          INTEGER NOT NULL,
    is_complete INTEGER NOT NULL,          -- no beacon was missing
    verdicts    INTEGER NOT NULL,          -- made by either side
    equal       INTEGER NOT NULL,          -- made by both
    first       TEXT NOT NULL              -- the first difference, in words
);
