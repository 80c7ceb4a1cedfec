"""Words in messages as PostgreSQL finds them: a tsvector, made as FTS5 makes its own index.

Words are what letters and digits stand side by side, in any letter case, without accents; so the two
databases find the same. `A` weighs a subject, `B` who wrote, `D` the body.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kustui.store.migrations import Executes

INDEXED = 200_000
"""Characters of a body that are indexed: a tsvector holds no more than a megabyte."""
LONGEST = 400
"""Characters of a word that are looked for."""

_ACCENTS = r"\u0300-\u036f"
_BETWEEN = (
    r"\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7"
    r"\u2000-\u206f\u20a0-\u20cf\u2190-\u2bff\u3000-\u3004\u3008-\u3020\u30fb\ufe10-\ufe6f\uff01-\uff0f\uff1a-\uff20"
)
"""What parts two words, as a regular expression of both Python and PostgreSQL knows it."""
_BETWEEN_WORDS = re.compile(f"[{_BETWEEN}\\s\0]+")
_MARKS = re.compile(f"[{_ACCENTS}]+")

WEIGHTS = {"subject": "A", "from": "B"}
"""The part of a message that an operator of the search is about."""
SAID = "SELECT m.conversation_id FROM message m WHERE m.search @@ to_tsquery('simple', {match})"


def schema(connection: Executes) -> list[str]:
    """The statements that give messages their index, on the server of that connection."""
    names = {row[0] for row in connection.execute("SELECT collname FROM pg_collation").fetchall()}
    # A database of the C locale knows the letter cases of A to Z alone.
    known = [name for name in ("pg_c_utf8", "und-x-icu") if name in names]
    collation = f' COLLATE "{known[0]}"' if known else ""
    return [
        f"""CREATE FUNCTION kustui_words(words text) RETURNS tsvector IMMUTABLE PARALLEL SAFE LANGUAGE sql
        RETURN to_tsvector('simple'::regconfig, lower(regexp_replace(regexp_replace(
            left(normalize(left(words, {INDEXED}), NFD), {INDEXED}),
            '[{_ACCENTS}]+', '', 'g'), '[{_BETWEEN}]+', ' ', 'g'){collation}))""",
        """ALTER TABLE message ADD COLUMN search tsvector GENERATED ALWAYS AS (
            setweight(kustui_words(subject), 'A') || setweight(kustui_words(body), 'D')
            || setweight(kustui_words(author || ' ' || sender), 'B')) STORED""",
        "CREATE INDEX message_search ON message USING gin (search)",
    ]


def match_of(words: str, weight: str = "") -> str:
    """What the index is asked for: every word, the last as a prefix unless it is one letter; what spaces
    part is a phrase.
    """
    plain = _MARKS.sub("", unicodedata.normalize("NFD", words)).lower()
    found = [word[:LONGEST].replace("\\", "\\\\") for word in _BETWEEN_WORDS.split(plain) if word]
    if not found:
        return ""
    begins = "" if len(found) == 1 and len(found[0]) == 1 and found[0].isascii() else "*"
    ends = [weight] * (len(found) - 1) + [begins + weight]
    return " <-> ".join(
        f"'{word}':{end}" if end else f"'{word}'" for word, end in zip(found, ends, strict=True)
    )
