"""A mailbox read by IMAP: what came is told from a cursor of UIDVALIDITY and UID, and copies are filed.

A message is marked as read only once it is filed (SPEC B1), its size is asked before it is fetched,
and its Message-ID says nothing about whether it came before. IMAP itself is IMAPClient's.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from kustui.clock import Clock
from kustui.core.post import Inbound, Parcel
from kustui.core.text import one_line
from kustui.delivery import Accepted, Arrived, Portion, Setup, mail_server
from kustui.delivery.imap_cursor import Cursor
from kustui.delivery.imap_fetch import batches
from kustui.delivery.imap_line import apart, connected, errors, hang_up, in_words
from kustui.delivery.imap_wait import AGAIN_SECONDS, LASTING_SECONDS, LOOK_SECONDS, idle
from kustui.delivery.mail_server import Place
from kustui.delivery.mail_write import write
from kustui.errors import DeliveryFailed, SettingsTrouble

PORTS = {"tls": 993, "starttls": 143, "none": 143}
TAKES = {"unseen": ["UNSEEN"], "all": ["ALL"], "new": []}
"""What is taken of a mailbox that was never read before, as IMAP searches for it; "new" is nothing of it."""
OPTIONS = (*mail_server.OPTIONS, "folder", "sent", "take")
SEARCHED_AT_ONCE = 50_000
AGAIN_DAYS = timedelta(days=2)
"""A mailbox that counts anew is read again from so long before the last message that was filed."""
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
        self._opened, self._there, self._idles = 0.0, 0, True
        # What is unread again was marked so by somebody: it is not marked as read at every look.
        self._marked: tuple[int | None, int] = (None, 0)
        self._left: set[int] = set()

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
                following = self._following(box, state)
                at = self._begun(at, state, following)
                if at.seen < at.uid and self._marked != (at.validity, at.uid):
                    at = self._mark_seen(box, at)
                wanted = self._wanted(box, at, state, following)
                for batch, at in self._batches(box, at, wanted):  # noqa: B020 - the cursor goes on
                    yield Portion(tuple(batch), at.write())
                    at = self._mark_seen(box, at)
                if not wanted:
                    break
                state = self._select(box)
            # What comes after this look is told to whoever waits.
            self._there = int(state[b"EXISTS"])
            yield Portion((), at.done(following - 1).write())

    def _batches(self, box: Any, at: Cursor, wanted: Sequence[int]) -> Iterator[tuple[list[Arrived], Cursor]]:
        """The messages of these UIDs, some at a time, with the cursor behind each batch."""
        for fetched in batches(box, wanted, lambda uid: f"{self.mailbox}, UID {uid}"):
            batch = []
            for uid, arrived, raw, refused in fetched:
                at = at.moved(uid, arrived)
                if refused:
                    self._left.add(uid)
                if raw is not None:
                    batch.append(Arrived(f"{self.mailbox};{at.validity};{uid}", raw, at.write()))
            yield batch, at
            at = at._replace(seen=at.uid)

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Idle until the server tells of something, for so many seconds, or until `stop`."""
        box = self._open
        try:
            if box is None or not (self._idles and box.has_capability("IDLE")):
                stop.wait(seconds)
                return
            self._idles = idle(box, self._there, seconds, stop)
            if not self._idles:
                stop.wait(seconds)
        # Whatever is wrong is met, and told, when the mailbox is read next.
        except Exception:  # noqa: BLE001
            lasted = time.monotonic() - self._opened >= LASTING_SECONDS
            self.close()
            stop.wait(min(seconds, LOOK_SECONDS if lasted else AGAIN_SECONDS))

    def close(self) -> None:
        """Let the connection go."""
        box, self._open = self._open, None
        if box is not None:
            hang_up(box)

    def _following(self, box: Any, state: Mapping[bytes, Any]) -> int:
        """The lowest UID that the next message can have; not every server says it."""
        if state.get(b"UIDNEXT"):
            return int(state[b"UIDNEXT"])
        return max(box.search(["UID", "*"]), default=0) + 1 if state[b"EXISTS"] else 1

    def _begun(self, at: Cursor, state: Mapping[bytes, Any], following: int) -> Cursor:
        """The cursor to go on from: a folder that is new, or counts anew, begins at its beginning."""
        if not state.get(b"UIDVALIDITY"):
            raise ValueError("it does not say by what its messages are told apart (UIDVALIDITY)")
        validity = int(state[b"UIDVALIDITY"])
        if at.validity == validity:
            return at
        today = self._clock.now().date()
        if at.validity is None:
            if self._take == "new":
                return Cursor(validity, following - 1, following - 1, 0, (), today)
            return Cursor(validity, 0, 0, following - 1, tuple(TAKES[self._take]), today)
        since = (at.day or today) - AGAIN_DAYS
        return Cursor(validity, 0, 0, following - 1, ("SINCE", f"{since:%d-%b-%Y}"), at.day or today)

    def _wanted(self, box: Any, at: Cursor, state: Mapping[bytes, Any], following: int) -> list[int]:
        """The UIDs behind the cursor, in order."""
        if following - 1 <= at.uid:
            return []
        found: set[int] = set()
        if at.uid < at.first:
            # One line of an answer has a limit, so a large folder is searched in portions.
            there = int(state[b"EXISTS"])
            for first in range(1, there + 1, SEARCHED_AT_ONCE):
                # Some servers refuse a number that is behind the last.
                until = first + SEARCHED_AT_ONCE - 1
                portion = [f"{first}:{until if until < there else '*'}", *at.only]
                found.update(uid for uid in box.search(portion) if at.uid < uid <= at.first)
        behind = max(at.uid, at.first) + 1
        found.update(uid for uid in box.search(["UID", f"{behind}:*"]) if uid >= behind)
        return sorted(found)

    def _mark_seen(self, box: Any, at: Cursor) -> Cursor:
        uids: Any = [f"{at.seen + 1}:{at.uid}"]
        # A folder that may only be read stays as it is; what was filed is known by the cursor.
        try:
            if at.only or self._left:
                # What was not wanted at the beginning, or was not given, stays unread.
                uids = set(box.search(["UID", *uids, "UNSEEN", *at.only])) - self._left
            if uids:
                box.add_flags(list(uids), [SEEN], silent=True)
        except errors().ReadOnlyError:
            pass
        except errors().AbortError:
            raise
        except errors().Error:
            pass
        self._left.clear()
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
        with in_words(self._place.host), apart(self._place, self.timeout) as box:
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
                return self._open, self._select(self._open)
            except (OSError, errors().Error):
                self.close()
        self._open = connected(self._place, self.timeout)
        self._opened, self._idles = time.monotonic(), True
        return self._open, self._select(self._open)

    def _select(self, box: Any) -> Mapping[bytes, Any]:
        try:
            state: Mapping[bytes, Any] = box.select_folder(self._folder)
        except errors().ReadOnlyError:
            state = box.select_folder(self._folder, readonly=True)
        return state

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
