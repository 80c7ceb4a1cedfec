"""A transport that writes what is sent into a Maildir: for tests, for training, for another program.

Every channel is written as one RFC 5322 file, so nothing is lost: what is no email carries the
header X-Kustui-Channel, and its addresses stand in X-Kustui-From and X-Kustui-To.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable
from datetime import UTC
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path

from kustui.core.plain import plain
from kustui.core.post import Inbound, Parcel, Person
from kustui.core.text import file_name, one_line
from kustui.delivery import Accepted, Setup
from kustui.delivery.mail_write import write
from kustui.errors import TryLater


class MaildirTransport:
    """Writes messages into `folder`, a Maildir that is made when it is missing.

    The same message handed over twice is written once, as long as its file is there: it is named by
    its Message-ID. Whoever reads the folder may take files away, so a repeat cannot be trusted to be
    recognised; a file that is there proves that it was written.
    """

    name = "maildir"
    channels = frozenset(("email", "sms", "chat", "facebook"))
    timeout = 10.0
    rate = 0.0
    repeatable = False

    def __init__(self, folder: Path) -> None:
        self._folder = Path(folder)

    @classmethod
    def set_up(cls, setup: Setup) -> MaildirTransport:
        """A transport into the option `folder`, else into the workspace's own folder."""
        folder = setup.options.get("folder")
        return cls(Path(folder).expanduser() if isinstance(folder, str | Path) and folder else setup.folder)

    def send(self, parcel: Parcel, commit: Callable[[], None]) -> Accepted:
        """Write `parcel` into the folder's `new`, whole or not at all.

        Raises TryLater when the folder cannot be written to, and DeliveryFailed for an address
        that cannot stand in a message.
        """
        content = (write(parcel) if parcel.channel == "email" else _other(parcel)).as_bytes()
        name = _name(parcel)
        try:
            for part in ("tmp", "new", "cur"):
                (self._folder / part).mkdir(parents=True, exist_ok=True)
            if self._delivered(name):
                return Accepted(name, "It was there already.")
            written = self._written(content)
        except OSError as error:
            raise self._later(error) from error
        try:
            commit()
            target = self._folder / "new" / name
            try:
                _publish(written, target)
            except FileExistsError:
                return Accepted(name, "It was there already.")
            except OSError as error:
                if self._delivered(name):
                    raise
                raise self._later(error) from error
        finally:
            written.unlink(missing_ok=True)
        return Accepted(name, f"Written to {target}.")

    def collect(self) -> Iterable[Inbound]:
        """Nothing: this transport only sends."""
        return ()

    def proof(self, parcel: Parcel) -> str:
        """The file of `parcel`, when it is in the folder."""
        try:
            return "Its file is in the mail folder." if self._delivered(_name(parcel)) else ""
        except OSError:
            return ""

    def _delivered(self, name: str) -> bool:
        if (self._folder / "new" / name).exists():
            return True
        # A mail program moves what it has seen to cur and adds its flags to the name.
        with os.scandir(self._folder / "cur") as entries:
            return any(entry.name == name or entry.name.startswith(name + ":") for entry in entries)

    def _written(self, content: bytes) -> Path:
        descriptor, path = tempfile.mkstemp(dir=self._folder / "tmp")
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            Path(path).unlink(missing_ok=True)
            raise
        return Path(path)

    def _later(self, error: OSError) -> TryLater:
        why = error.strerror or type(error).__name__
        return TryLater("The mail folder cannot be written to", f"{self._folder}: {why}.")


def _name(parcel: Parcel) -> str:
    again = f"#{parcel.round}" if parcel.round else ""
    named = f"{parcel.message_id}{again}".encode("utf-8", "replace")
    return hashlib.sha256(named).hexdigest()[:40] + ".kustui"


def _publish(written: Path, target: Path) -> None:
    try:
        os.link(written, target)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems have no hard links; the name is free, so a rename overwrites nothing.
        written.rename(target)
    # Where a folder cannot be synchronised, the file system does it in its own time.
    with contextlib.suppress(OSError):
        descriptor = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _other(parcel: Parcel) -> EmailMessage:
    """A message of another channel than email, as text with its addresses beside it."""
    message = EmailMessage(policy=SMTP.clone(cte_type="7bit"))
    message["From"] = "kustui <kustui@localhost>"
    message["To"] = "undisclosed-recipients:;"
    message["Date"] = format_datetime(parcel.at.astimezone(UTC))
    message["Message-ID"] = f"<{hashlib.sha256(parcel.message_id.encode()).hexdigest()[:40]}@kustui>"
    message["X-Kustui-Channel"] = one_line(parcel.channel, 40)
    message["X-Kustui-From"] = _shown(parcel.sender)
    for person in parcel.to:
        message["X-Kustui-To"] = _shown(person)
    message["Subject"] = one_line(parcel.subject, 200)
    message.set_content(plain(parcel.text) + "\n", charset="utf-8")
    for file in parcel.files:
        message.add_attachment(file.content, "application", "octet-stream", filename=file_name(file.name))
    return message


def _shown(person: Person) -> str:
    return one_line(f"{person.name} <{person.address}>" if person.name else person.address, 200)
