"""What each command of the one table is here: the line that does it, or why there is none."""

from __future__ import annotations

from collections.abc import Mapping

from kustui.core.commands import KEYS, Command

LINES: Mapping[str, str] = {
    "list.next": "next", "list.previous": "previous", "list.open": "open", "back": "back",
    "conversation.next": "newer", "conversation.previous": "older",
    "page.down": "more", "page.up": "more", "first": "first", "last": "last",
    "quotes": "whole", "pager": "whole", "files.save": "files", "search": "search",
    "view.inbox": "inbox", "view.viewing": "viewing", "view.snoozed": "snoozed",
    "view.scheduled": "scheduled", "view.done": "list done", "view.outbox": "outbox",
    **{f"saved.{n}": f"saved {n}" for n in range(1, KEYS + 1)},
    "views": "view list", "inbox.order": "order", "notifications": "notifications",
    "reply": "reply", "note": "note", "compose": "compose", "message": "outbox list", "retry": "retry",
    "profile": "profile", "done": "done", "reopen": "reopen", "snooze": "snooze",
    "snooze.again": "snooze again", "snooze.remove": "unsnooze", "sub_status": "sub-status",
    "assign": "assign", "follow": "follow", "availability": "availability", "tags": "tag",
    "priority": "priority", "read": "read", "merge": "merge", "customer.merge": "merge-customers",
    "undo": "undo", "customer.close": "close", "sidebar.clear": "clear",
    **{f"customer.{n}": str(n) for n in range(1, 10)},
    "settings": "preferences", "help": "help", "palette": "help", "redraw": "again", "quit": "quit",
}  # fmt: skip
"""The line that does what a command does."""
IN_A_REPLY: Mapping[str, str] = {
    "editor.send": ".", "editor.menu": ".", "editor.files": ":file", "editor.recipients": ":to",
    "editor.preview": ":show", "editor.discard": ":discard", "editor.leave": ":cancel",
}  # fmt: skip
"""The line that does it while a reply or a note is written."""
NOT_HERE: Mapping[str, str] = {
    "image": "Images are drawn on the screen alone; `files` lists them, `files --save` saves one.",
    "time": "Time is moved on the screen alone.",
    "select": "Name several instead, as in `done #3 #4`.",
    "select.all": "Name several instead, as in `done #3 #4`.",
    "select.none": "Nothing is ever selected here; acts are for what is open.",
    "tour": "The tour needs the screen: `kustui tour`.",
    "pane.next": "There are no panes here.",
    "editor.words": "`reply --shortcut NAME` takes a shortcut; `library list` lists them.",
    "editor.format": "Formatting is typed as Markdown, as in **bold**.",
    "editor.popout": "The editor has no panes here.",
    "editor.external": "An editor of your own needs the screen; `reply --body-file FILE` sends a file.",
    "editor.switch": "`:cancel` keeps the draft; `note` and `reply` each go on with their own.",
}
"""Why a command has no line."""
OWN: Mapping[str, str] = {
    "next": "opens the next row of the list",
    "previous": "opens the row before",
    "open": "says the open conversation again; `open 3` opens a row",
    "back": "goes back to the list; at the list, asks to quit",
    "newer": "opens the customer's next conversation",
    "older": "opens the customer's conversation before",
    "more": "says more: of a list further rows, of a conversation earlier messages",
    "first": "begins the list, or the conversation, at its beginning",
    "last": "goes to the end of the list, or to the newest messages",
    "again": "says the list or the conversation again",
    "whole": "says a message whole, with what it quotes: `whole 3`",
    "viewing": "lists what you have open",
    "snoozed": "lists what is put away, and until when",
    "scheduled": "lists everything that will happen by itself",
    "list": "lists inbox, viewing, snoozed, scheduled, done or outbox: `list done`",
    "saved": "lists the n-th saved view",
    "order": "orders the inbox by targets; once more: by priority",
    "retry": "tries the failed message of the conversation again",
    "help": "says every act; `help snooze` more about one",
    "quit": "leaves; drafts are kept",
}
"""The words that are of this front end alone; all others are those of the command line."""
ELSEWHERE = frozenset(
    ("demo", "tour", "train", "watch", "serve", "gateway", "worker", "init", "connect", "import",
     "export", "move")
)  # fmt: skip
"""Commands for a shell of their own: they open a desk, run until they are stopped, or move the store."""


def of_key(table: tuple[Command, ...], typed: str) -> Command | None:
    """The command with a key that is typed as people write it: r, g i, ?; None for no key."""
    for command in table:
        if command.scope != "editor" and typed in command.all_shown.split(", "):
            return command
    return None


def line_of(command: Command) -> str:
    """The line that does what a command does, or the sentence that says why there is none."""
    if command.id in NOT_HERE:
        return NOT_HERE[command.id]
    return LINES.get(command.id) or IN_A_REPLY[command.id]
