"""The second step of the schema: what the clockwork needs to be trusted with schedules.

A blank line follows each statement.
"""

CHANGES = """
ALTER TABLE outbox ADD COLUMN hold_on_reply BOOLEAN NOT NULL DEFAULT FALSE;

ALTER TABLE outbox ADD COLUMN replied_at BIGINT;

ALTER TABLE outbox ADD COLUMN carrier TEXT NOT NULL DEFAULT '';

ALTER TABLE outbox ADD COLUMN conversation_id INTEGER REFERENCES conversation (id);

UPDATE outbox SET conversation_id = (SELECT m.conversation_id FROM message m WHERE m.id = outbox.message_id);

ALTER TABLE workspace ADD COLUMN file TEXT NOT NULL DEFAULT '';

CREATE TABLE pace (transport TEXT NOT NULL PRIMARY KEY, next_at BIGINT NOT NULL);

DROP INDEX outbox_state;

CREATE INDEX outbox_open ON outbox (state, due_at, id)
    WHERE state IN ('queued', 'claimed', 'sending', 'failed', 'uncertain', 'held');

CREATE INDEX outbox_conversation ON outbox (conversation_id, state);

CREATE INDEX snooze_agent ON snooze (agent_id, id);
"""
