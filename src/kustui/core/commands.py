"""THE table of commands: keys, palette, help, the README's list and remapping all come from here.

A command is named by its id in the settings (`[keys]`), by its label in the palette. `keys` are as
Textual names them; several are separated by commas, a first key that opens a menu is followed by a
space. Letters act only where no text field has the focus.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, NamedTuple

from kustui.errors import SettingsTrouble

KEYS = 5
"""Saved views that have a key of their own."""

Scope = Literal["desk", "editor", "everywhere"]


class Command(NamedTuple):
    """One thing an agent can do with a key. `action` is the name of the screen's `action_...`."""

    id: str
    keys: str
    action: str
    label: str
    help: str
    scope: Scope = "desk"
    group: str = "Work"
    footer: bool = False

    @property
    def shown(self) -> str:
        """The first key as people write it: `Ctrl+O`, `g i`, `?`."""
        return show_key(self.keys.split(",")[0])

    @property
    def all_shown(self) -> str:
        """Every key as people write it."""
        return ", ".join(show_key(key) for key in self.keys.split(","))


def _command(
    id: str,  # noqa: A002 - the word of the settings file
    keys: str,
    action: str,
    label: str,
    help: str,  # noqa: A002 - likewise
    group: str,
    scope: Scope = "desk",
    *,
    footer: bool = False,
) -> Command:
    return Command(id, keys, action, label, help, scope, group, footer)


COMMANDS: tuple[Command, ...] = (
    _command("list.next", "j,down", "next", "Next", "the next row, or a line further down the timeline", "Move"),
    _command("list.previous", "k,up", "previous", "Previous", "the row before, or a line up", "Move"),
    _command("list.open", "enter,o", "open", "Open", "opens the customer; on the timeline, folds or unfolds", "Move"),
    _command("back", "q,escape", "back", "Back", "goes back to the list; at the list, asks to quit", "Move"),
    _command(
        "conversation.next", "J,right_square_bracket", "next_conversation", "Next conversation",
        "the customer's next conversation", "Move",
    ),
    _command(
        "conversation.previous", "K,left_square_bracket", "previous_conversation", "Previous conversation",
        "the customer's conversation before", "Move",
    ),
    _command("page.down", "pagedown,space", "page_down", "Page down", "a page further", "Move"),
    _command("page.up", "pageup", "page_up", "Page up", "a page back", "Move"),
    _command("first", "home", "first", "First", "the first row, or the beginning of the timeline", "Move"),
    _command("last", "end,G", "last", "Last", "the last row, or the newest message", "Move"),
    _command("quotes", "u", "quotes", "Quoted text", "shows or folds what messages quote", "Move"),
    _command("pager", "v", "pager", "Whole message", "shows the message at the top, uncut, in a pager", "Move"),
    _command("image", "i", "image", "Look at the image", "shows the image in view, as large as there is room", "Move"),
    _command("files.save", "f", "save_file", "Save a file", "saves a file of the messages in view; nothing is opened", "Move"),
    _command("search", "slash", "search", "Search", "finds conversations by words", "Move", footer=True),
    _command("view.inbox", "g i", "view('inbox')", "Go to Inbox", "the customers that wait for you", "Go to"),
    _command("view.viewing", "g v", "view('viewing')", "Go to Currently Viewing", "what you have open", "Go to"),
    _command("view.snoozed", "g s", "view('snoozed')", "Go to Snoozed", "what is put away, and until when", "Go to"),
    _command("view.scheduled", "g l", "view('scheduled')", "Go to Scheduled", "everything that will happen by itself", "Go to"),
    _command("view.done", "g d", "view('done')", "Go to Done", "what is resolved", "Go to"),
    _command("view.outbox", "g o", "view('outbox')", "Go to Outbox", "what is on its way out, failed, uncertain or held", "Go to"),
    *(
        _command(f"saved.{n}", f"g {n}", f"saved_view({n})", f"Saved view {n}", "opens that search of those you keep", "Go to")
        for n in range(1, KEYS + 1)
    ),
    _command("views", "V", "views", "Saved views", "searches that stand in the sidebar: keeps what is shown, arranges them",
             "Go to"),
    _command("time", "T", "time", "Time", "in the demo and in training: time may pass by keys, faster, or jump", "Go to"),
    _command("inbox.order", "g t", "inbox_order", "Order the inbox by targets",
             "what is due first at the top; once more: priority, then the longest wait", "Go to"),
    _command("notifications", "N", "notifications", "Notifications", "what happened while you were elsewhere", "Go to"),
    _command("reply", "r", "reply", "Reply", "writes to the customer", "Write", footer=True),
    _command("note", "n", "note", "Note", "writes a note that only the team sees", "Write", footer=True),
    _command(
        "compose", "c", "compose_new", "Compose", "starts a conversation: e email, s SMS, n note", "Write", footer=True
    ),
    _command("message", "m", "message", "Message", "what can be done about a message that has not gone: change, undo, "
             "retry, settle", "Write"),
    _command("retry", "R", "retry", "Retry", "tries the failed message again", "Write"),
    _command("profile", "p", "profile", "Customer Profile", "shows and edits the contact information", "Work"),
    _command("done", "e", "done", "Mark as Done", "resolves the conversation", "Work", footer=True),
    _command("reopen", "E", "reopen", "Re-open", "opens a done conversation again", "Work"),
    _command("snooze", "s", "snooze", "Snooze", "puts the conversation away until a time or a reply", "Work", footer=True),
    _command("snooze.again", "full_stop", "snooze_again", "Snooze again", "as you snoozed last, counted from now", "Work"),
    _command("snooze.remove", "S", "remove_snooze", "Remove Snooze", "opens a snoozed conversation now", "Work"),
    _command("sub_status", "b", "sub_status", "Sub-status", "says more about the status", "Work"),
    _command("assign", "a", "assign", "Assign", "gives the conversation to someone, or to a team: a to you", "Work"),
    _command("follow", "F", "follow", "Follow", "tells you what happens in the conversation; again, no more", "Work"),
    _command("availability", "A", "availability", "Availability", "available, busy, away or offline: whether you are "
             "given work", "Work"),
    _command("tags", "t", "tags", "Tags", "says what the conversation is about; search finds it by tag:", "Work"),
    _command("priority", "exclamation_mark", "priority", "Priority", "1 to 5; the inbox has the highest first", "Work"),
    _command("select", "x", "select", "Select", "selects the row, or no more; acts are then for all that are selected",
             "Work"),
    _command("select.all", "asterisk", "select_all", "Select all shown", "every row of the list", "Work"),
    _command("select.none", "X", "select_none", "Select nothing", "acts are for the row under the cursor again", "Work"),
    _command("read", "U", "mark_read", "Mark as read", "what the customer wrote counts as read", "Work"),
    _command("merge", "M", "merge", "Merge conversations", "makes one of two of a customer's; takes them apart again", "Work"),
    _command("customer.merge", "P", "merge_customer", "Merge customers", "makes one of two; takes them apart again", "Work"),
    _command("undo", "z", "undo", "Undo", "takes back the last act, or a send that has not gone", "Work", footer=True),
    _command("customer.close", "w", "close_customer", "Close customer", "takes the customer off the sidebar", "Work"),
    _command("sidebar.clear", "W", "clear_all", "Clear all", "empties the panel; nothing else changes", "Work"),
    *(
        _command(f"customer.{n}", str(n), f"nth({n})", f"Customer {n}", f"opens row {n} of the list", "Go to")
        for n in range(1, 10)
    ),
    _command("editor.send", "f9,ctrl+enter", "send", "Send", "sends by the default", "Reply editor", "editor"),
    _command("editor.menu", "ctrl+o", "send_menu", "Send menu", "Enter the default, s now, d done, w until reply, l later, 4 for 24 h",
             "Reply editor", "editor", footer=True),
    _command("editor.words", "ctrl+t", "words", "Shortcuts and snippets", "puts the workspace's words in; /name and "
             "Tab as well", "Reply editor", "editor", footer=True),
    _command("editor.files", "ctrl+f", "files", "Files and images", "adds them, or takes them off; a path that is "
             "dropped too", "Reply editor", "editor", footer=True),
    _command("editor.recipients", "ctrl+r", "recipients", "Recipients", "To, CC, BCC and the template",
             "Reply editor", "editor", footer=True),
    _command("editor.format", "f5", "format", "Format", "b bold, i italic, c code, q quote, l list, k link, e emoji",
             "Reply editor", "editor"),
    _command("editor.preview", "f2", "preview", "Preview", "what will leave, as it will be sent", "Reply editor",
             "editor"),
    _command("editor.popout", "f3", "popout", "Popout Reply", "the whole screen for the same draft, and back",
             "Reply editor", "editor"),
    _command("editor.external", "f4", "external", "$EDITOR", "writes the same draft in your own editor",
             "Reply editor", "editor"),
    _command("editor.switch", "ctrl+n", "switch_note", "Reply or note", "changes between reply and note",
             "Reply editor", "editor", footer=True),
    _command("editor.discard", "f8", "discard", "Discard", "throws the draft away; undo brings it back",
             "Reply editor", "editor", footer=True),
    _command("editor.leave", "ctrl+g,escape", "leave_editor", "Leave", "back to the timeline; the draft is kept",
             "Reply editor", "editor", footer=True),
    _command("settings", "comma", "settings", "Settings", "your preferences, snooze choices, sub-statuses, shortcuts, "
             "snippets, templates", "Work"),
    _command("palette", "ctrl+p", "command_palette", "Palette", "everything, by name", "Anywhere", "everywhere"),
    _command("help", "question_mark,f1", "help", "Help", "every key, as it is set now", "Anywhere", "everywhere",
             footer=True),
    _command("tour", "f12", "tour", "Tour", "in the tour: skips a step, or leaves it", "Anywhere", "everywhere"),
    _command("redraw", "ctrl+l", "redraw", "Redraw", "paints the screen anew", "Anywhere", "everywhere"),
    _command("pane.next", "tab", "next_pane", "Next pane", "the focus moves on", "Anywhere", "everywhere"),
    _command("quit", "ctrl+q", "ask_quit", "Quit", "asks, then leaves; drafts are kept", "Anywhere", "everywhere"),
)  # fmt: skip

_FOLDED: dict[str, Callable[[Command], Command]] = {
    "customer.1": lambda each: each._replace(
        keys="1-9", label="n-th customer", help="opens that row of the list"
    ),
    "saved.1": lambda each: each._replace(keys=f"g 1-{KEYS}", label="n-th saved view"),
}

PRESETS: dict[str, Mapping[str, str]] = {
    "kustui": {},
    "gmail": {"snooze": "b", "sub_status": "B", "snooze.remove": "S", "back": "u,escape", "quotes": "h",
              "done": "e,y"},
    "vim": {"back": "h,q,escape", "list.open": "l,enter,o", "first": "home,g g"},
}  # fmt: skip
"""What each preset changes, by command id."""

GO_KEY = "g"
"""The key that opens the menu of places; `g i` in the table is a line of that menu."""

_UNTRUSTED = re.compile(r"alt\+|ctrl\+shift\+|ctrl\+[mihb]$")
_NAMES = {
    "question_mark": "?", "slash": "/", "comma": ",", "left_square_bracket": "[", "right_square_bracket": "]", "full_stop": ".", "asterisk": "*", "exclamation_mark": "!",
    "pagedown": "PgDn", "pageup": "PgUp", "escape": "Esc", "enter": "Enter", "space": "Space", "down": "↓", "up": "↑",
    "home": "Home", "end": "End", "tab": "Tab", "delete": "Del", "backspace": "Backspace",
}  # fmt: skip
_BACK = {shown: name for name, shown in _NAMES.items()}


def show_key(key: str) -> str:
    """A key as people write it: `ctrl+o` is Ctrl+O, `question_mark` is ?."""
    key = key.strip()
    if " " in key:
        return " ".join(show_key(part) for part in key.split(" "))
    *modifiers, last = key.split("+")
    last = _NAMES.get(last, last.upper() if modifiers or re.fullmatch(r"f\d+", last) else last)
    return "+".join([*(word.capitalize() for word in modifiers), last])


def apply(keys: Mapping[str, str], commands: tuple[Command, ...] = COMMANDS) -> tuple[Command, ...]:
    """The table with a preset and the settings' own keys applied (`keys` as in the settings).

    Raises SettingsTrouble that names every clash, unknown command and key a terminal cannot be
    trusted with.
    """
    wanted = dict(keys)
    preset = wanted.pop("preset", "kustui")
    if preset not in PRESETS:
        raise SettingsTrouble("No such preset", f"keys.preset is {preset!r}; there are {', '.join(PRESETS)}.")
    ids = {command.id for command in commands}
    for name in wanted:
        if name not in ids:
            near = difflib.get_close_matches(name, ids, 1)
            hint = f" Did you mean {near[0]}?" if near else " `kustui keys` lists them."
            raise SettingsTrouble("No such command", f"keys.{name}: there is none of that name.{hint}")
    changed = {**PRESETS[preset], **wanted}
    table = tuple(
        command._replace(keys=_canonical(changed[command.id])) if command.id in changed else command
        for command in commands
    )
    troubles = list(_troubles(table))
    if troubles:
        raise SettingsTrouble("Keys refused", " ".join(troubles))
    return table


def for_agent(table: tuple[Command, ...], keys: Mapping[str, str], preset: str) -> tuple[Command, ...]:
    """The table with the preset that an agent has chosen, unless the settings file (`keys`) names one, or
    has keys that clash with it.
    """
    if not preset or "preset" in keys:
        return table
    try:
        return apply({**keys, "preset": preset})
    except SettingsTrouble:
        return table


def _canonical(keys: str) -> str:
    return ",".join(
        " ".join(_canonical_one(part) for part in key.strip().split(" ")) for key in keys.split(",")
    )


def _canonical_one(key: str) -> str:
    if key in _BACK:
        return _BACK[key]
    if "+" in key or len(key) > 1:
        return key.lower()
    return key


def _troubles(table: Iterable[Command]) -> Iterable[str]:
    taken: dict[tuple[str, str], Command] = {}
    for command in table:
        for key in command.keys.split(","):
            if not key:
                yield f"{command.id} has no key."
                continue
            if _UNTRUSTED.search(key):
                yield f"{command.id}: terminals do not deliver {show_key(key)} reliably."
            if key == GO_KEY:
                yield f"{command.id}: {GO_KEY} opens the menu of places."
            if command.scope != "desk" and len(key) == 1:
                yield f"{command.id}: {key!r} is typed as text where that command acts."
            scopes = (
                ("desk", "editor", "everywhere")
                if command.scope == "everywhere"
                else (command.scope, "everywhere")
            )
            for scope in scopes:
                other = taken.get((scope, key))
                if other is not None and other.id != command.id:
                    yield f"{show_key(key)} is on both {other.id} and {command.id}."
                    break
            taken[(command.scope, key)] = command


def by_group(table: Iterable[Command]) -> dict[str, list[Command]]:
    """The commands by their group, in the table's order."""
    groups: dict[str, list[Command]] = {}
    for command in table:
        groups.setdefault(command.group, []).append(command)
    return groups


def markdown(table: Iterable[Command] = COMMANDS) -> str:
    """The table as the README shows it."""
    lines = []
    for group, commands in by_group(table).items():
        lines += [f"| {group} | |", "| --- | --- |"]
        for command in folded(commands):
            keys = " ".join(f"`{show_key(key)}`" for key in command.keys.split(","))
            lines.append(f"| {keys} | **{command.label}**: {command.help} |")
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def folded(commands: Iterable[Command]) -> list[Command]:
    """The commands, with those that stand there once for each digit as one line."""
    return [
        _FOLDED[command.id](command) if command.id in _FOLDED else command
        for command in commands
        if not re.fullmatch(r"(customer|saved)\.[2-9]", command.id)
    ]
