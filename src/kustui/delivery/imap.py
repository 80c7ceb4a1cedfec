"""A mailbox read by IMAP: what came is told from a cursor of UIDVALIDITY and UID, and copies are filed.

A message is marked as read only once it is filed (SPEC B1), its size is asked before it is fetched,
and its Message-ID says nothing about whether it came before. IMAP itself is IMAPClient's.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from kustui.clock import Clock
from kustui.core.post import Inbound, Parcel
from kustui.core.text import one_line
from kustui.delivery import Accepted, Arrived, Portion, RawMessage, Setup, mail_server
from kustui.delivery.imap_cursor import Cursor
from kustui.delivery.imap_line import apart, connected, errors, hang_up, in_words
from kustui.delivery.mail_files import KEPT_BYTES, MESSAGE_BYTES, TOO_LARGE
from kustui.delivery.mail_server import Place
from kustui.delivery.mail_write import write
from kustui.errors import DeliveryFailed, SettingsTrouble

PORTS = {"tls": 993, "starttls": 143, "none": 143}
TAKES = {"unseen": ["UNSEEN"], "all": ["ALL"], "new": []}
"""What is taken of a mailbox that was never read before, as IMAP searches for it; "new" is nothing of it."""
OPTIONS = (*mail_server.OPTIONS, "folder", "sent", "take")
AT_ONCE = 50
BYTES_AT_ONCE = 8 * 1024 * 1024
ASKED_AT_ONCE = 500
SEARCHED_AT_ONCE = 50_000
AGAIN_DAYS = timedelta(days=2)
"""A mailbox that counts anew is read again from so long before the last message that was filed."""
LOOK_SECONDS = 1.0
SEEN, SENT = b"\\Seen", b"\\Sent"


class ImapMailbox:
    """Reads one folder, and files copies of what was sent in another.

    Options besides the server's: `folder` (INBOX), `take` (of what is there when it is first read:
    "unseen", "all" or "new"), `sent` (the folder for copies; else the one the server calls so).
    """

    name = "imap"
    channels = frozenset({"email"})
    rate = 0.0
    repeatable = True

    def __init__(self, place: Place, clock: Clock) -> None:
        options = place.options
        self.timeout = float(options.get("timeout", 60))
        self._place, self._clock = place, clock
        self._folder = str(options.get("folder", "INBOX"))
        self._sent = str(options.get("sent", ""))
        self._take = str(options.get("take", "unseen"))
        if self._take not in TAKES:
            raise SettingsTrouble("Settings refused", f"transport.imap.take is one of {', '.join(TAKES)}.")
        self.mailbox = one_line(f"imap:{place.user}@{place.host.lower()}/{self._folder}", 400)
        self._open: Any = None
        # What is unread again was marked so by somebody: it is not marked as read at every look.
        self._marked: tuple[int | None, int] = (None, 0)

    @classmethod
    def set_up(cls, setup: Setup) -> ImapMailbox:
        """A mailbox by the options of the settings' [transport.imap]; raises SettingsTrouble."""
        return cls(mail_server.place("imap", setup.options, PORTS, OPTIONS), setup.clock)

    # -- in ------------------------------------------------------------------------------------

    def arrivals(self, cursor: str) -> Generator[Portion, None, None]:
        """What stands in the folder behind `cursor`, in the order it came; see `delivery.Collects`.

        Raises TryLater when the server cannot be reached, or stops answering.
        """
        at = Cursor.read(cursor)
        with self._talking():
            box, state = self._selected()
            while True:
                at = self._begun(at, state)
                if at.seen < at.uid and self._marked != (at.validity, at.uid):
                    at = self._mark_seen(box, at)
                wanted = self._wanted(box, at, state)
                for batch, at in self._batches(box, at, wanted):  # noqa: B020 - the cursor goes on
                    yield Portion(tuple(batch), at.write())
                    at = self._mark_seen(box, at)
                if not wanted:
                    break
                state = box.select_folder(self._folder)
            # What comes after this look is told to whoever waits.
            following = int(state.get(b"UIDNEXT", 0))
            yield Portion((), at.done(following - 1).write() if following else at.write())

    def _batches(self, box: Any, at: Cursor, wanted: Sequence[int]) -> Iterator[tuple[list[Arrived], Cursor]]:
        """The messages of these UIDs, some at a time, with the cursor behind each batch."""
        for uids in _portions(wanted, ASKED_AT_ONCE):
            facts = box.fetch(uids, ["RFC822.SIZE", "INTERNALDATE"])
            sizes = {uid: int(facts.get(uid, {}).get(b"RFC822.SIZE", 0)) for uid in uids}
            for portion in _by_size(uids, sizes):
                batch = []
                for uid in portion:
                    raw = self._fetched(box, uid, sizes[uid])
                    at = at.moved(uid, facts.get(uid, {}).get(b"INTERNALDATE"))
                    if raw is not None:
                        batch.append(Arrived(f"{self.mailbox};{at.validity};{uid}", raw, at.write()))
                yield batch, at
                at = at._replace(seen=at.uid)

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Idle until the server tells of something, for so many seconds, or until `stop`."""
        began = time.monotonic()
        try:
            box = self._open
            if box is None or not box.has_capability("IDLE"):
                stop.wait(seconds)
                return
            box.idle()
            while not stop.is_set() and time.monotonic() - began < seconds:
                looked = time.monotonic()
                # A line that is gone answers at once, with nothing.
                if box.idle_check(timeout=LOOK_SECONDS) or time.monotonic() - looked < LOOK_SECONDS / 2:
                    break
            box.idle_done()
        # Whatever is wrong is met, and told, when the mailbox is read next.
        except Exception:  # noqa: BLE001
            self.close()
            stop.wait(min(seconds, LOOK_SECONDS))

    def close(self) -> None:
        """Let the connection go."""
        box, self._open = self._open, None
        if box is not None:
            hang_up(box)

    def _begun(self, at: Cursor, state: Mapping[bytes, Any]) -> Cursor:
        """The cursor to go on from: a folder that is new, or counts anew, begins at its beginning."""
        validity, following = int(state[b"UIDVALIDITY"]), int(state.get(b"UIDNEXT", 0))
        if at.validity == validity:
            return at
        today = self._clock.now().date()
        if at.validity is None:
            if self._take == "new" and following:
                return Cursor(validity, following - 1, following - 1, 0, (), today)
            return Cursor(validity, 0, 0, following - 1, tuple(TAKES[self._take] or ["ALL"]), today)
        since = (at.day or today) - AGAIN_DAYS
        return Cursor(validity, 0, 0, following - 1, ("SINCE", f"{since:%d-%b-%Y}"), at.day or today)

    def _wanted(self, box: Any, at: Cursor, state: Mapping[bytes, Any]) -> list[int]:
        """The UIDs behind the cursor, in order."""
        following = int(state.get(b"UIDNEXT", 0))
        if following and following - 1 <= at.uid:
            return []
        found: set[int] = set()
        if at.uid < at.first:
            # One line of an answer has a limit, so a large folder is searched in portions.
            for first in range(1, int(state.get(b"EXISTS", 0)) + 1, SEARCHED_AT_ONCE):
                portion = [f"{first}:{first + SEARCHED_AT_ONCE - 1}", *at.only]
                found.update(uid for uid in box.search(portion) if at.uid < uid <= at.first)
        behind = max(at.uid, at.first) + 1
        found.update(uid for uid in box.search(["UID", f"{behind}:*"]) if uid >= behind)
        return sorted(found)

    def _fetched(self, box: Any, uid: int, size: int) -> RawMessage | None:
        """The bytes of a message, of one that is too large its beginning; None when it is gone."""
        where = f"{self.mailbox}, UID {uid}"
        part = f"BODY.PEEK[]<0.{KEPT_BYTES}>" if size > MESSAGE_BYTES else "BODY.PEEK[]"
        found = box.fetch([uid], [part]).get(uid)
        if found is None:
            return None
        bodies = (bytes(value) for name, value in found.items() if name.startswith(b"BODY[") and value)
        content = next(bodies, b"")
        if max(size, len(content)) > MESSAGE_BYTES:
            return RawMessage(content[:KEPT_BYTES], where, max(size, len(content)), TOO_LARGE)
        return RawMessage(content, where, len(content), "" if content.strip() else "It is empty.")

    def _mark_seen(self, box: Any, at: Cursor) -> Cursor:
        # A folder that may only be read stays as it is; what was filed is known by the cursor.
        with contextlib.suppress(errors().ReadOnlyError):
            box.add_flags([f"{at.seen + 1}:{at.uid}"], [SEEN], silent=True)
        self._marked = (at.validity, at.uid)
        return at._replace(seen=at.uid)

    # -- copies --------------------------------------------------------------------------------

    def send(self, parcel: Parcel, commit: Callable[[], None]) -> Accepted:
        """File a copy of a message that was sent, once; raises DeliveryFailed for anything else."""
        if not parcel.copy:
            raise DeliveryFailed(
                "IMAP sends nothing", 'Name what does in the settings: channels.email = "smtp".'
            )
        content = write(parcel).as_bytes()
        with apart(self._place, self.timeout) as box:
            folder = self._sent_folder(box)
            if self._has(box, folder, parcel.message_id):
                return Accepted(words=f"It was in {folder} already.")
            commit()
            box.append(folder, content, flags=[SEEN], msg_time=parcel.at)
        return Accepted(words=f"Filed in {folder}.")

    def proof(self, parcel: Parcel) -> str:
        """Where the copy of `parcel` stands, when it does."""
        with apart(self._place, self.timeout) as box:
            folder = self._sent_folder(box)
            return f"It is in {folder}." if self._has(box, folder, parcel.message_id) else ""

    def collect(self) -> Iterable[Inbound]:
        """Nothing: the mailbox is read by `arrivals`."""
        return ()

    def check(self) -> str:
        """Connect, sign in, look at the folder, and say so; raises what stands in the way, in words."""
        with apart(self._place, self.timeout) as box:
            state = box.select_folder(self._folder, readonly=True)
            unseen = len(box.search(["UNSEEN"]))
            words = f"{int(state[b'EXISTS']):,} messages in {self._folder}, {unseen:,} unread"
            how = "tells of new mail at once" if box.has_capability("IDLE") else "is asked every minute"
        place = self._place
        answers = f"{place.host}:{place.port} answers ({place.security}), signed in as {place.user}"
        return f"{answers}; {words}; it {how}"

    def _sent_folder(self, box: Any) -> str:
        folder = str(self._sent or box.find_special_folder(SENT) or "Sent")
        if not box.folder_exists(folder):
            box.create_folder(folder)
        return folder

    def _has(self, box: Any, folder: str, message_id: str) -> bool:
        box.select_folder(folder, readonly=True)
        return bool(box.search(["HEADER", "Message-ID", message_id]))

    # -- the connection ------------------------------------------------------------------------

    def _selected(self) -> tuple[Any, Mapping[bytes, Any]]:
        """The line, with the folder looked at anew; one that was lost since is made again."""
        if self._open is not None:
            try:
                return self._open, self._open.select_folder(self._folder)
            except (OSError, errors().Error):
                self.close()
        self._open = connected(self._place, self.timeout)
        return self._open, self._open.select_folder(self._folder)

    @contextmanager
    def _talking(self) -> Iterator[None]:
        """Whatever goes wrong, the next talk begins anew; whoever reads may stop after any portion."""
        try:
            with in_words(self._place.host):
                yield
        except GeneratorExit:
            raise
        except BaseException:
            self.close()
            raise


def _portions(items: Sequence[int], limit: int) -> Iterator[Sequence[int]]:
    for first in range(0, len(items), limit):
        yield items[first : first + limit]


def _by_size(uids: Sequence[int], sizes: Mapping[int, int]) -> Iterator[list[int]]:
    """UIDs in portions of so many messages and bytes at most."""
    portion: list[int] = []
    held = 0
    for uid in uids:
        if portion and (len(portion) >= AT_ONCE or held + sizes[uid] > BYTES_AT_ONCE):
            yield portion
            portion, held = [], 0
        portion.append(uid)
        held += sizes[uid]
    if portion:
        yield portion
