"""`kustui connect` against real servers: what is told is tried before it is saved, and then it works."""

from __future__ import annotations

import os
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.conftest import Kustui, refused
from kustui.core import providers
from support.imap import ImapServer, imap_server, letter
from support.smtp import Server, Trouble, serving
from support.terminal import Terminal

USER = "demouser"


@pytest.fixture
def trouble() -> Trouble:
    """What the SMTP server took."""
    return Trouble()


@pytest.fixture
def smtp(trouble: Trouble) -> Iterator[Server]:
    """A server that sends, for who has the password."""
    with serving(trouble, user=USER) as running:
        yield running


@pytest.fixture
def imap() -> Iterator[ImapServer]:
    """A server that is read, with the same user and password."""
    with imap_server() as running:
        yield running


def words(smtp: Server, imap: ImapServer, password: Path) -> list[str]:
    """What is said on the command line when nobody is there to be asked."""
    return [
        "connect", "email", "support@acme.example", "--smtp", f"127.0.0.1:{smtp.port}", "--imap",
        f"127.0.0.1:{imap.port}", "--security", "none", "--user", USER, "--password-file", str(password),
    ]  # fmt: skip


@pytest.fixture
def password(tmp_path: Path) -> Path:
    """A file that only its owner can read."""
    path = tmp_path / "password"
    path.write_text("secret\n")
    path.chmod(0o600)
    return path


def test_a_mailbox_is_connected_and_worked_from(
    kustui: Kustui, smtp: Server, imap: ImapServer, password: Path, trouble: Trouble, db: Path
) -> None:
    """One command; then mail comes in, a reply goes out, and its copy is filed."""
    imap.put(letter())
    done = kustui(*words(smtp, imap, password))
    assert (done.code, done.err) == (0, "")
    assert "signed in as demouser; 1 messages in INBOX, 1 unread" in done.out
    assert "secret" not in done.out
    assert "1 received" in kustui("tick").out
    assert kustui("reply", 1, "--body", "It left this morning.", "--then", "done").code == 0
    kustui("tick")
    kustui("tick")
    (envelope,) = trouble.accepted
    assert envelope.rcpt_tos == ["ruiz@example.com"]
    (copy,) = imap.sent()
    assert b"It left this morning." in copy
    assert kustui("doctor").code == 0


def test_the_rest_of_the_settings_stays(
    kustui: Kustui, smtp: Server, imap: ImapServer, password: Path
) -> None:
    """Comments and everything else in the file are as they were; the secret is not in it."""
    path = Path(os.environ["KUSTUI_SETTINGS"])
    path.write_text(path.read_text() + "# mine\n")
    assert kustui(*words(smtp, imap, password)).code == 0
    text = path.read_text()
    assert "# mine" in text
    assert "secret" not in text
    said = tomllib.loads(text)
    assert said["name"] == "Ana Soler"
    assert said["channels"] == {"email": "smtp", "sms": "maildir"}
    assert (said["collect"], said["copies"]) == ({"email": "imap"}, {"email": "imap"})
    assert said["transport"]["imap"]["password_file"] == str(password)


def test_what_does_not_work_is_not_saved(
    kustui: Kustui, smtp: Server, imap: ImapServer, password: Path
) -> None:
    """The check says what is wrong, and the settings are as they were."""
    before = Path(os.environ["KUSTUI_SETTINGS"]).read_text()
    password.write_text("wrong")
    done = kustui(*words(smtp, imap, password))
    assert "Nothing was saved" in refused(done)
    assert done.out.count("LOOK") == 2
    assert "wrong" not in done.out + done.err
    assert Path(os.environ["KUSTUI_SETTINGS"]).read_text() == before


def test_what_is_missing_is_named_by_its_flag(kustui: Kustui) -> None:
    """Where nobody can be asked, the refusal says what to say."""
    assert "ADDRESS" in refused(kustui("connect", "email"))
    assert "--password-file" in refused(kustui("connect", "email", "a@acme.example"))
    assert "mail.example.com:993" in refused(
        kustui("connect", "email", "a@acme.example", "--imap", "host:port", "--password-env", "X")
    )


def test_on_a_terminal_it_asks_and_keeps_the_password_apart(
    smtp: Server, imap: ImapServer, tmp_path: Path
) -> None:
    """What is typed as a password is not shown, and ends in a file that only its owner can read."""
    home = str(tmp_path)
    shell = Terminal(
        "-m", "kustui", "--db", str(tmp_path / "work.db"), "connect", "email", "--security", "none",
        size=(100, 30),
        environment={
            "HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "XDG_STATE_HOME": home,
            "KUSTUI_SETTINGS": str(tmp_path / "settings.toml"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        },
    )  # fmt: skip
    with shell:
        for question, answer in (
            ("customers write to", "support@acme.example"),
            ("SMTP server", f"127.0.0.1:{smtp.port}"),
            ("IMAP server", f"127.0.0.1:{imap.port}"),
            ("User name", USER),
            ("not shown", "secret"),
            ("Take in what is there", ""),
        ):
            shell.until(question)
            shell.press(answer + "\r")
        shell.until("Saved in")
        assert "secret" not in shell.text().replace("secrets/", "")
    (kept,) = (tmp_path / "secrets").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert kept.read_text() == "secret\n"
    said = tomllib.loads((tmp_path / "settings.toml").read_text())
    assert said["transport"]["smtp"]["password_file"] == str(kept)
    assert said["channels"] == {"email": "smtp"}


def test_well_known_providers_need_no_servers() -> None:
    """Addresses of the large providers bring their servers; of others the usual names are proposed."""
    assert providers.provider("ana@gmail.com").imap == "imap.gmail.com:993"
    assert providers.provider("ana@gmail.com").files_copies
    assert providers.provider("help@acme.example").smtp == "smtp.acme.example:465"
    assert providers.place("mail.acme.example:587", port=465)["security"] == "starttls"


def test_a_first_channel_keeps_what_was_so_without_a_table(
    kustui: Kustui, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With SMS named, email still goes where it went before."""
    path = Path(os.environ["KUSTUI_SETTINGS"])
    path.write_text("")
    monkeypatch.setattr("kustui.delivery.twilio.TwilioTransport.check", lambda _: "it answers")
    monkeypatch.setenv("THE_TOKEN", "very-secret")
    account = "AC" + "0" * 32
    done = kustui(
        "connect", "sms", "--account", account, "--from", "+34 600 123 456", "--token-env", "THE_TOKEN"
    )
    assert done.code == 0
    assert tomllib.loads(path.read_text())["channels"] == {"email": "maildir", "sms": "twilio"}


def test_connecting_again_leaves_nothing_of_the_other_way_to_sign_in(
    kustui: Kustui, smtp: Server, imap: ImapServer, password: Path
) -> None:
    """What was tried is what is used: no secret's old place, and no copies that are not wanted any more."""
    path = Path(os.environ["KUSTUI_SETTINGS"])
    path.write_text(
        '[copies]\nemail = "imap"\n[transport.imap]\ntoken_command = "old"\npassword_env = "OLD"\n'
        'folder = "INBOX"\n# mine\n[transport.smtp]\npassword_env = "OLD"\nrate = 2\n'
    )
    done = kustui(*words(smtp, imap, password), "--no-copies")
    assert (done.code, done.err) == (0, "")
    text = path.read_text()
    said = tomllib.loads(text)
    for name in ("imap", "smtp"):
        kept = said["transport"][name]
        assert [key for key in kept if key.startswith(("password", "token"))] == ["password_file"]
    assert (said["transport"]["imap"]["folder"], said["transport"]["smtp"]["rate"]) == ("INBOX", 2)
    assert not said["copies"]
    assert "# mine" in text
    assert kustui("doctor").code == 0


def test_what_stays_in_the_settings_is_tried_too(
    kustui: Kustui, smtp: Server, imap: ImapServer, password: Path
) -> None:
    """A folder that is named there and gone on the server is found out before anything is saved."""
    path = Path(os.environ["KUSTUI_SETTINGS"])
    path.write_text('[transport.imap]\nfolder = "Gone"\n')
    assert "Nothing was saved" in refused(kustui(*words(smtp, imap, password)))
    assert path.read_text() == '[transport.imap]\nfolder = "Gone"\n'


def test_a_file_of_certificates_is_named_from_anywhere(
    kustui: Kustui, smtp: Server, imap: ImapServer, password: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its path is kept whole; one that cannot be used is said in words."""
    monkeypatch.chdir(password.parent)
    done = kustui(*words(smtp, imap, password), "--ca-file", "gone.pem")
    assert f"{password.parent / 'gone.pem'} cannot be used" in done.out
    assert "Nothing was saved" in refused(done)


@pytest.mark.parametrize("key", ["\x03", "\x04"])
@pytest.mark.parametrize("questions", range(6))
def test_it_is_left_at_any_question(tmp_path: Path, questions: int, key: str) -> None:
    """Ctrl+C and Ctrl+D end it without a traceback, and nothing is kept."""
    home = str(tmp_path)
    asked = ("customers write to", "SMTP server", "IMAP server", "User name", "not shown", "Take in what")
    shell = Terminal(
        "-m", "kustui", "--db", str(tmp_path / "work.db"), "connect", "email",
        environment={
            "HOME": home, "XDG_CONFIG_HOME": home, "XDG_DATA_HOME": home, "XDG_STATE_HOME": home,
            "KUSTUI_SETTINGS": str(tmp_path / "settings.toml"),
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        },
    )  # fmt: skip
    with shell:
        for number, question in enumerate(asked[: questions + 1]):
            shell.until(question)
            if number < questions:
                shell.press("support@acme.example\r" if number == 0 else "secret\r")
        shell.send(key)
        assert shell.end() in (1, 130)
        assert "Traceback" not in shell.text()
        assert not (tmp_path / "settings.toml").exists()
        assert not (tmp_path / "secrets").exists()
