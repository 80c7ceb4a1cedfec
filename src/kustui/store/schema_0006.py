"""The sixth step of the schema: a team on one store.

A blank line follows each statement.
"""

CHANGES = """
ALTER TABLE agent ADD COLUMN capacity INTEGER NOT NULL DEFAULT 0;

ALTER TABLE agent ADD COLUMN given_at BIGINT;

CREATE TABLE presence (
    agent_id INTEGER NOT NULL REFERENCES agent (id),
    program TEXT NOT NULL,
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    conversation_id INTEGER REFERENCES conversation (id),
    doing TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (agent_id, program)
);

CREATE INDEX presence_until ON presence (until);

CREATE TABLE follower (
    conversation_id INTEGER NOT NULL REFERENCES conversation (id),
    agent_id INTEGER NOT NULL REFERENCES agent (id),
    PRIMARY KEY (conversation_id, agent_id)
);

CREATE INDEX follower_agent ON follower (agent_id, conversation_id);

CREATE TABLE saved_view (
    id {key},
    agent_id INTEGER REFERENCES agent (id),
    name TEXT NOT NULL,
    query TEXT NOT NULL,
    position INTEGER NOT NULL DEFAULT 0
);

CREATE UNIQUE INDEX saved_view_name ON saved_view (COALESCE(agent_id, 0), name);

ALTER TABLE customer ADD COLUMN merged_into INTEGER REFERENCES customer (id);

ALTER TABLE conversation ADD COLUMN merged_into INTEGER REFERENCES conversation (id);

CREATE INDEX customer_merged ON customer (merged_into) WHERE merged_into IS NOT NULL;

DROP INDEX conversation_status;

CREATE INDEX conversation_status ON conversation (status, last_at, id, merged_into);

CREATE INDEX conversation_merged ON conversation (merged_into) WHERE merged_into IS NOT NULL;

ALTER TABLE conversation ADD COLUMN first_reply_at BIGINT;

ALTER TABLE conversation ADD COLUMN target TEXT NOT NULL DEFAULT '';

ALTER TABLE conversation ADD COLUMN target_at BIGINT;

ALTER TABLE conversation ADD COLUMN target_left BIGINT;

ALTER TABLE inbox ADD COLUMN team_id INTEGER NOT NULL DEFAULT 0;

ALTER TABLE inbox ADD COLUMN target_at BIGINT NOT NULL DEFAULT 9000000000000000;

DROP INDEX inbox_order;

CREATE INDEX inbox_order ON inbox (rank, since, customer_id, owner, stirred_at, team_id);

CREATE INDEX inbox_target ON inbox (target_at, rank, since, customer_id, owner, stirred_at, team_id);

CREATE INDEX conversation_queue ON conversation
    (COALESCE(team_id, 0), priority DESC, COALESCE(waiting_since, 9000000000000000), id)
    WHERE status = 'open' AND assignee_id IS NULL AND (waiting_since IS NOT NULL OR direction = 'inbound');

CREATE INDEX message_notes ON message (conversation_id) WHERE direction = 'note';

CREATE INDEX conversation_load ON conversation (assignee_id) WHERE status = 'open';
"""
