"""The fourth step of the schema: images that stand in shortcuts.

A blank line follows each statement.
"""

CHANGES = """
ALTER TABLE attachment ADD COLUMN shortcut_id INTEGER REFERENCES shortcut (id);

CREATE INDEX attachment_shortcut ON attachment (shortcut_id) WHERE shortcut_id IS NOT NULL;
"""
