-- Version 14. When a visitor wants to be called back, milliseconds since 1970; 0: never said.
ALTER TABLE conversation ADD COLUMN callback_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX conversation_by_callback ON conversation (site, callback_at) WHERE callback_at > 0;
