"""The first schema: every noun as a table, with the indexes the questions of `queries` need.

What stands here is never changed: a later schema is another step in `migrations`.
`{key}` and `{bytes}` are the database's own words for a counted key and for bytes; a `{key once}`
is never given again after its row has gone, because people and the history name things by it.
"""

TABLES = """
CREATE TABLE agent (
    id {key}, login TEXT NOT NULL UNIQUE, name TEXT NOT NULL, email TEXT NOT NULL, zone TEXT NOT NULL,
    language TEXT NOT NULL, signature TEXT NOT NULL, availability TEXT NOT NULL,
    inbox_cleared_at BIGINT, preferences TEXT NOT NULL, created_at BIGINT NOT NULL
);

CREATE TABLE blob (
    sha256 TEXT NOT NULL PRIMARY KEY, content {bytes} NOT NULL
);

CREATE TABLE customer (
    id {key}, name TEXT NOT NULL, company TEXT NOT NULL, zone TEXT NOT NULL, language TEXT NOT NULL,
    about TEXT NOT NULL, vip BOOLEAN NOT NULL, attributes TEXT NOT NULL, created_at BIGINT NOT NULL
);

CREATE TABLE quarantine (
    id {key}, sha256 TEXT NOT NULL UNIQUE, source TEXT NOT NULL, reason TEXT NOT NULL,
    content {bytes} NOT NULL, at BIGINT NOT NULL
);

CREATE TABLE shortcut (
    id {key}, name TEXT NOT NULL UNIQUE, body TEXT NOT NULL, actions TEXT NOT NULL
);

CREATE TABLE snippet (
    id {key}, name TEXT NOT NULL UNIQUE, source TEXT NOT NULL
);

CREATE TABLE snooze_choice (
    id {key}, key TEXT NOT NULL, label TEXT NOT NULL, kind TEXT NOT NULL, value TEXT NOT NULL,
    position INTEGER NOT NULL, enabled BOOLEAN NOT NULL
);

CREATE TABLE sub_status (
    id {key}, status TEXT NOT NULL, label TEXT NOT NULL, position INTEGER NOT NULL,
    enabled BOOLEAN NOT NULL
);

CREATE TABLE tag (
    id {key}, label TEXT NOT NULL UNIQUE
);

CREATE TABLE team (
    id {key}, name TEXT NOT NULL UNIQUE
);

CREATE TABLE template (
    id {key}, name TEXT NOT NULL UNIQUE, body TEXT NOT NULL, html TEXT NOT NULL
);

CREATE TABLE workspace (
    id INTEGER NOT NULL PRIMARY KEY, uuid TEXT NOT NULL, name TEXT NOT NULL, host TEXT NOT NULL,
    path TEXT NOT NULL, created_at BIGINT NOT NULL, settings TEXT NOT NULL
);

CREATE TABLE address (
    id {key}, customer_id INTEGER NOT NULL REFERENCES customer (id), kind TEXT NOT NULL,
    value TEXT NOT NULL, shown TEXT NOT NULL
);

CREATE TABLE conversation (
    id {key once}, customer_id INTEGER NOT NULL REFERENCES customer (id), channel TEXT NOT NULL,
    subject TEXT NOT NULL, status TEXT NOT NULL, sub_status_id INTEGER REFERENCES sub_status (id),
    priority INTEGER NOT NULL, assignee_id INTEGER REFERENCES agent (id),
    team_id INTEGER REFERENCES team (id), direction TEXT NOT NULL, unread INTEGER NOT NULL,
    messages INTEGER NOT NULL, excerpt TEXT NOT NULL, waiting_since BIGINT, snooze_id INTEGER,
    snoozed_until BIGINT, created_at BIGINT NOT NULL, last_at BIGINT NOT NULL,
    last_inbound_at BIGINT, last_outbound_at BIGINT, stirred_at BIGINT NOT NULL
);

CREATE TABLE hidden (
    agent_id INTEGER NOT NULL REFERENCES agent (id),
    customer_id INTEGER NOT NULL REFERENCES customer (id), at BIGINT NOT NULL,
    PRIMARY KEY (agent_id, customer_id)
);

CREATE TABLE history (
    id {key}, at BIGINT NOT NULL, agent_id INTEGER REFERENCES agent (id), actor TEXT NOT NULL,
    deed TEXT NOT NULL, act TEXT NOT NULL, customer_id INTEGER, conversation_id INTEGER, message_id INTEGER,
    on_timeline BOOLEAN NOT NULL, words TEXT NOT NULL, before TEXT NOT NULL, after TEXT NOT NULL
);

CREATE TABLE inbox (
    customer_id INTEGER NOT NULL PRIMARY KEY REFERENCES customer (id),
    conversation_id INTEGER NOT NULL, rank INTEGER NOT NULL, since BIGINT NOT NULL,
    owner INTEGER NOT NULL, stirred_at BIGINT NOT NULL, unread INTEGER NOT NULL
);

CREATE TABLE snippet_text (
    snippet_id INTEGER NOT NULL REFERENCES snippet (id), language TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (snippet_id, language)
);

CREATE TABLE team_member (
    team_id INTEGER NOT NULL REFERENCES team (id), agent_id INTEGER NOT NULL REFERENCES agent (id),
    PRIMARY KEY (team_id, agent_id)
);

CREATE TABLE viewing (
    agent_id INTEGER NOT NULL REFERENCES agent (id),
    customer_id INTEGER NOT NULL REFERENCES customer (id), opened_at BIGINT NOT NULL,
    PRIMARY KEY (agent_id, customer_id)
);

CREATE TABLE conversation_tag (
    conversation_id INTEGER NOT NULL REFERENCES conversation (id),
    tag_id INTEGER NOT NULL REFERENCES tag (id), PRIMARY KEY (conversation_id, tag_id)
);

CREATE TABLE draft (
    id {key}, agent_id INTEGER NOT NULL REFERENCES agent (id),
    customer_id INTEGER NOT NULL REFERENCES customer (id),
    conversation_id INTEGER REFERENCES conversation (id), kind TEXT NOT NULL, state TEXT NOT NULL,
    round INTEGER NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL, recipients TEXT NOT NULL,
    action TEXT NOT NULL, saved_at BIGINT NOT NULL
);

CREATE TABLE message (
    id {key once}, conversation_id INTEGER NOT NULL REFERENCES conversation (id),
    customer_id INTEGER NOT NULL REFERENCES customer (id), direction TEXT NOT NULL,
    channel TEXT NOT NULL, agent_id INTEGER REFERENCES agent (id), author TEXT NOT NULL,
    sender TEXT NOT NULL, recipients TEXT NOT NULL, subject TEXT NOT NULL, body TEXT NOT NULL,
    quoted TEXT NOT NULL, length INTEGER NOT NULL, lines INTEGER NOT NULL, at BIGINT NOT NULL,
    external_id TEXT UNIQUE, message_id TEXT NOT NULL, refs TEXT NOT NULL, token TEXT UNIQUE,
    automatic BOOLEAN NOT NULL, bounce BOOLEAN NOT NULL
);

CREATE TABLE notification (
    id {key}, agent_id INTEGER NOT NULL REFERENCES agent (id), kind TEXT NOT NULL, text TEXT NOT NULL,
    conversation_id INTEGER REFERENCES conversation (id), token TEXT NOT NULL UNIQUE,
    at BIGINT NOT NULL, read_at BIGINT
);

CREATE TABLE reference (
    message_id TEXT NOT NULL PRIMARY KEY, conversation_id INTEGER NOT NULL REFERENCES conversation (id)
);

CREATE TABLE snooze (
    id {key}, conversation_id INTEGER NOT NULL REFERENCES conversation (id),
    agent_id INTEGER REFERENCES agent (id), kind TEXT NOT NULL, label TEXT NOT NULL, until BIGINT,
    keep_on_reply BOOLEAN NOT NULL, created_at BIGINT NOT NULL, ended_at BIGINT, ended_by TEXT NOT NULL
);

CREATE TABLE attachment (
    id {key}, message_id INTEGER REFERENCES message (id), draft_id INTEGER REFERENCES draft (id),
    sha256 TEXT NOT NULL REFERENCES blob (sha256), name TEXT NOT NULL, media_type TEXT NOT NULL,
    size INTEGER NOT NULL, inline BOOLEAN NOT NULL, content_id TEXT NOT NULL
);

CREATE TABLE original (
    message_id INTEGER NOT NULL PRIMARY KEY REFERENCES message (id), content {bytes} NOT NULL,
    packed BOOLEAN NOT NULL
);

CREATE TABLE outbox (
    id {key}, kind TEXT NOT NULL, message_id INTEGER UNIQUE REFERENCES message (id),
    agent_id INTEGER REFERENCES agent (id), channel TEXT NOT NULL, payload TEXT NOT NULL,
    state TEXT NOT NULL, due_at BIGINT NOT NULL, scheduled BOOLEAN NOT NULL, fence INTEGER NOT NULL,
    owner TEXT NOT NULL, lease_until BIGINT, attempts INTEGER NOT NULL, round INTEGER NOT NULL, provider_id TEXT NOT NULL,
    reason TEXT NOT NULL, created_at BIGINT NOT NULL, sent_at BIGINT, undo TEXT NOT NULL
);
"""

INDEXES = """
CREATE UNIQUE INDEX address_value ON address (kind, value);

CREATE INDEX address_customer ON address (customer_id);

CREATE INDEX conversation_customer ON conversation (customer_id, created_at);

CREATE INDEX conversation_status ON conversation (status, last_at, id);

CREATE INDEX conversation_snoozed ON conversation (snoozed_until, id) WHERE status = 'snoozed';

CREATE INDEX conversation_taken ON conversation (customer_id, assignee_id) WHERE status = 'open';

CREATE INDEX snooze_due ON snooze (until, id) WHERE ended_at IS NULL AND until IS NOT NULL;

CREATE INDEX snooze_conversation ON snooze (conversation_id);

CREATE INDEX message_timeline ON message (conversation_id, at, id, direction, length, lines);

CREATE INDEX message_customer ON message (customer_id, at);

CREATE INDEX message_rfc ON message (message_id) WHERE message_id <> '';

CREATE INDEX reference_conversation ON reference (conversation_id);

CREATE INDEX attachment_message ON attachment (message_id);

CREATE INDEX outbox_due ON outbox (due_at, id) WHERE state = 'queued';

CREATE INDEX outbox_lease ON outbox (lease_until) WHERE state IN ('claimed', 'sending');

CREATE INDEX outbox_state ON outbox (state, due_at) WHERE state <> 'sent';

CREATE UNIQUE INDEX draft_open ON draft (agent_id, customer_id, COALESCE(conversation_id, 0), kind)
    WHERE state = 'open';

CREATE INDEX viewing_order ON viewing (agent_id, opened_at);

CREATE INDEX inbox_order ON inbox (rank, since, customer_id, owner, stirred_at);

CREATE INDEX notification_agent ON notification (agent_id, read_at);

CREATE INDEX history_conversation ON history (conversation_id, at, id) WHERE on_timeline;

CREATE INDEX history_customer ON history (customer_id, at);
"""

SEARCH_SQLITE = """
CREATE VIRTUAL TABLE message_search USING fts5 (
    subject, body, author, sender, content='message', content_rowid='id', tokenize="unicode61 remove_diacritics 2"
);

CREATE TRIGGER message_search_in AFTER INSERT ON message BEGIN
    INSERT INTO message_search (rowid, subject, body, author, sender)
    VALUES (new.id, new.subject, new.body, new.author, new.sender);
END;

CREATE TRIGGER message_search_out AFTER DELETE ON message BEGIN
    INSERT INTO message_search (message_search, rowid, subject, body, author, sender)
    VALUES ('delete', old.id, old.subject, old.body, old.author, old.sender);
END;
"""
