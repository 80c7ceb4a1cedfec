"""The third step of the schema: drafts with a template, and with what their shortcuts do when they are sent.

A blank line follows each statement.
"""

CHANGES = """
ALTER TABLE draft ADD COLUMN template_id INTEGER;

ALTER TABLE draft ADD COLUMN actions TEXT NOT NULL DEFAULT '{}';

CREATE INDEX attachment_draft ON attachment (draft_id) WHERE draft_id IS NOT NULL;
"""
