-- Version 3: what another version of the program decided is told from what differs.

-- Layout of the bytes in which pages have the pack (`engine::pack::FORMAT`).
ALTER TABLE pack ADD COLUMN format INTEGER NOT NULL DEFAULT 1;

-- Not compared: agent, pack or snapshot are of another version.
ALTER TABLE parity ADD COLUMN is_foreign INTEGER NOT NULL DEFAULT 0;
