"""Writing from a line: replies, notes, new conversations."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace

from kustui.core.records import Draft
from kustui.errors import Refused
from kustui.plain import acts, asking
from kustui.plain.editor import Editor
from kustui.plain.looking import Looking


class Writing(Looking):
    """Opens the editor, unless a line says all the words itself."""

    def _reply(self, words: list[str]) -> None:
        """Open the editor, unless the line says the words itself."""
        args = self._left_to_write(words)
        if args is None:
            return
        item = self._desk.reads.conversation(args.id)
        kind = "note" if words[0] == "note" or item.channel == "note" else "reply"
        draft = self._desk.reads.draft(item.customer_id, kind, item.id)
        people = {name: tuple(found) for name in ("to", "cc", "bcc") if (found := getattr(args, name, None))}
        then = getattr(args, "then", "now")
        self._write(replace(draft, **people), "note" if kind == "note" else item.channel, then)  # type: ignore[arg-type]  # each by its name

    def _compose(self, words: list[str]) -> None:
        if len(words) == 1 and self._talk.customer is not None:
            kind = asking.kind_of_new(self._voice, self._desk.reads.customer(self._talk.customer))
            if not kind:
                self._voice.say("Nothing was begun.")
                return
            words = ["compose", "--kind", kind]
        args = self._left_to_write(words)
        if args is None:
            return
        asking.may_compose(self._desk.reads.customer(args.customer), args.kind)
        draft = self._desk.reads.draft(args.customer, args.kind)
        if args.subject:
            draft = replace(draft, subject=args.subject)
        self._write(draft, args.kind, "now")

    def _left_to_write(self, words: list[str]) -> Namespace | None:
        """What a line asks for whose words are still to be written; None when it said all, which is done."""
        args = acts.parsed(acts.filled_in(words, self._talk.conversation, self._talk.customer))
        if asking.says_it_all(args):
            self._act(words)
            return None
        if asking.wants_body(args):
            raise Refused("Say the words too", "Those options go with --body; in the editor there is :file.")
        return args

    def _write(self, draft: Draft, channel: str, then: str) -> None:
        editor = Editor(self._desk, self._voice)
        try:
            changed = editor.write(draft, channel, None if then == "now" else then)  # type: ignore[arg-type]  # one of ACTIONS
        finally:
            if self._talk.customer is not None and self._desk.presence.is_writing:
                self._desk.presence.looking(self._talk.customer)
        if changed is None:
            return
        self.news.watch(changed.message_id)
        self._talk.follow()
        if draft.conversation_id is None and changed.conversation_id and changed.customer_id:
            self._go_to(changed.customer_id, changed.conversation_id)

    def _discard(self, words: list[str]) -> None:
        """`discard` alone is for the reply that is begun here."""
        self._act(words if len(words) > 1 else ["draft", f"#{self._talk.item().id}", "--discard"])
