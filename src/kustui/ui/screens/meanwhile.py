"""What is asked before sending, once: what the customer wrote meanwhile, and images that anyone could see."""

from __future__ import annotations

from collections.abc import Callable

from kustui.core.records import Draft
from kustui.core.sending import window_words
from kustui.core.text import one_line
from kustui.ui.screens.saving import Place, Saving, place_of


class Meanwhile(Saving):
    """Knows which message each draft answers."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        # The last message of the customer's that each draft answers, and the last reply of a colleague.
        self._answers: dict[Place, tuple[int, int]] = {}
        # The colleague's reply that was told of last.
        self._replied = 0
        # The addresses of images that the agent knows anyone can open.
        self._public: dict[Place, set[str]] = {}

    def begun(self, draft: Draft) -> None:
        """Remember what the draft answers, so that what comes while it is written is not missed."""
        self.editor.expects = ""
        self.editor.window = self._window if draft.conversation_id is not None else str
        if draft.conversation_id is not None and draft.kind != "note":
            number = draft.conversation_id
            last, sender = self.safely(lambda: self.desk.reads.last_inbound(number), (0, ""))
            reply, _ = self.safely(lambda: self.desk.presence.newest_reply(number), (0, ""))
            if not draft.body.strip():
                # Nothing is written yet, so it will answer what is on the timeline by now.
                self._answers.pop(place_of(draft), None)
            self._answers.setdefault(place_of(draft), (last, reply))
            self.editor.expects = one_line(sender)

    def asked_first(self, draft: Draft, then: Callable[[], None]) -> bool:
        """Ask what must be known before `draft` is sent; whether anything was asked.

        `then` is done when the agent sends all the same.
        """

        def go_on() -> None:
            if not self.goes_public(draft, then):
                then()

        return self.came_meanwhile(draft, go_on) or self.goes_public(draft, then)

    def goes_public(self, draft: Draft, then: Callable[[], None]) -> bool:
        """Ask, once for each, about addresses in the text at which anyone could see an image (SPEC C8)."""
        if draft.kind == "note" or not self.desk.post.gateway.get("url"):
            return False
        from kustui.desk import public_files
        from kustui.ui.screens.dialogs import confirm

        place = place_of(draft)
        known = self._public.setdefault(place, set())
        asked = [each for each in public_files.in_text(self.desk, draft.body) if each not in known]
        if not asked:
            return False

        def answered(answer: str | None) -> None:
            shown = self.editor.draft
            if shown is None or place_of(shown) != place:
                return
            if answer == "yes":
                known.update(asked)
                then()
            else:
                self.editor.write()

        about = f"Anyone who has this address can see the image: {', '.join(asked)}"
        self.app.push_screen(confirm("An image for everybody", "Send it", "Not yet", about), answered)
        return True

    def _window(self) -> str:
        """Until when the open conversation can be answered, where that ends."""
        item = self.conversation
        if item is None:
            return ""
        return window_words(item.channel, item.last_inbound_at, self.now(), self.desk.zone)

    def came_meanwhile(self, draft: Draft, then: Callable[[], None]) -> bool:
        """Ask, once, when somebody wrote or replied since the draft was begun; whether it was asked.

        `then` is done when the agent sends all the same.
        """
        from kustui.ui.screens.dialogs import confirm

        number, place = draft.conversation_id, place_of(draft)
        if number is None or place not in self._answers:
            return False
        last, _ = self.safely(lambda: self.desk.reads.last_inbound(number), (0, ""))
        reply, who = self.safely(lambda: self.desk.presence.newest_reply(number), (0, ""))
        held, answered_by = self._answers[place]
        wrote, replied = last != held, reply > answered_by
        if not wrote and not replied:
            return False
        self._answers[place] = last, max(reply, answered_by)
        happened = "They wrote" if wrote else ""
        if replied:
            happened += f"{', and ' if wrote else ''}{one_line(who)} replied"

        def answered(answer: str | None) -> None:
            shown = self.editor.draft
            if shown is None or place_of(shown) != place:
                return
            if answer == "yes":
                then()
            else:
                self.timeline.to_end()
                self.editor.write()

        about = "It is on the timeline, above what you write."
        self.app.push_screen(
            confirm(f"{happened} while you were writing", "Send it", "Read first", about), answered
        )
        return True

    def tell_replies(self) -> None:
        """Say, once, that a colleague replied where something is being written."""
        draft = self.editor.draft if self.furnished else None
        if draft is None or draft.conversation_id is None or not draft.body.strip():
            return
        number, place = draft.conversation_id, place_of(draft)
        reply, who = self.safely(lambda: self.desk.presence.newest_reply(number), (0, ""))
        if place in self._answers and reply > max(self._answers[place][1], self._replied):
            self._replied = reply
            self.say(f"{who} replied in #{number} while you are writing")
