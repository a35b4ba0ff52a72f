-- Version 15. Whose a conversation is, as the shop's server signed it: its own id of the customer; else empty. And the
-- session in which something was said last, which is another one on another day or device than the first.
ALTER TABLE conversation ADD COLUMN customer TEXT NOT NULL DEFAULT '';
ALTER TABLE conversation ADD COLUMN last_session TEXT;
UPDATE conversation SET last_session = session;
CREATE INDEX conversation_by_customer ON conversation (site, customer, last_at) WHERE customer <> '';
