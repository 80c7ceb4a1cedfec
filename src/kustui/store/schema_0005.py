"""The fifth step of the schema: real channels.

A blank line follows each statement.
"""

CHANGES = """
CREATE TABLE collector (
    name TEXT NOT NULL PRIMARY KEY,
    owner TEXT NOT NULL DEFAULT '',
    lease_until BIGINT NOT NULL DEFAULT 0,
    cursor TEXT NOT NULL DEFAULT ''
);

CREATE TABLE arrival (
    place TEXT NOT NULL PRIMARY KEY,
    external_id TEXT NOT NULL,
    at BIGINT NOT NULL
);

CREATE TABLE public_file (
    name TEXT NOT NULL PRIMARY KEY,
    sha256 TEXT NOT NULL REFERENCES blob (sha256),
    file_name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    at BIGINT NOT NULL
);

ALTER TABLE message ADD COLUMN signature INTEGER NOT NULL DEFAULT 0;

ALTER TABLE outbox ADD COLUMN delivered_at BIGINT;

CREATE INDEX conversation_last ON conversation (last_at, id);

CREATE INDEX outbox_provider ON outbox (provider_id) WHERE provider_id <> '';
"""
