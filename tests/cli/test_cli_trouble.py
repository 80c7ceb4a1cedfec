"""What the command says when the store cannot be used: one sentence, exit code 1, nothing changed."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.conftest import SETTINGS, Kustui, Result, refused
from kustui.store import sqlite
from kustui.store import store as stores

LOOKING = (("inbox",), ("show", "1"), ("search", "x"), ("customers",), ("export",), ("tick",), ("doctor",))
ACTING = (("done", "1"), ("reply", "1", "--body", "x"), ("note", "1", "--body", "x"), ("snooze", "1", "2h"))


def close(db: Path) -> None:
    """Bring all that was written into the one file."""
    connection = sqlite.connect(db)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


@pytest.mark.parametrize("words", [*LOOKING, *ACTING], ids=lambda words: words[0])
def test_a_missing_store_is_named_and_not_made(kustui: Kustui, db: Path, words: tuple[str, ...]) -> None:
    """G1: where there is no store the sentence says how to make one, and none is made."""
    words_said = refused(kustui(*words))
    assert "kustui init" in words_said
    assert not db.parent.exists()


@pytest.mark.parametrize("words", [*LOOKING, *ACTING, ("import", ".")], ids=lambda words: words[0])
def test_a_file_that_is_no_store_is_left_alone(kustui: Kustui, db: Path, words: tuple[str, ...]) -> None:
    """G1: bytes that are no database are refused by every command and stay as they are."""
    db.parent.mkdir()
    db.write_bytes(b"This was a letter. " * 500)
    assert "damaged" in refused(kustui(*words))
    assert db.read_bytes() == b"This was a letter. " * 500


def test_a_torn_store_is_told_in_a_sentence(shop: Kustui, db: Path) -> None:
    """G1: a store with pages overwritten says that it is damaged and where its backups are."""
    close(db)
    content = bytearray(db.read_bytes())
    content[4096:] = b"\xff" * (len(content) - 4096)
    db.write_bytes(content)
    for words in (*LOOKING[:-1], *ACTING):
        assert "damaged" in refused(shop(*words)), words
    result = shop("doctor")
    assert result.code == 1
    assert "Traceback" not in result.err


def test_another_database_is_not_taken_over(kustui: Kustui, db: Path) -> None:
    """G1: a SQLite file of another program is refused and not given our tables."""
    db.parent.mkdir()
    connection = sqlite.connect(db)
    connection.execute("CREATE TABLE bookmarks (id INTEGER)")
    connection.close()
    for words in (*LOOKING, *ACTING, ("import", "."), ("init",)):
        refused(kustui(*words))
    connection = sqlite.connect(db)
    assert [row[0] for row in connection.execute("SELECT name FROM sqlite_master")] == ["bookmarks"]
    connection.close()


def test_a_newer_store_asks_for_a_newer_program(shop: Kustui, db: Path) -> None:
    """G1: a store that a later kustui changed is not touched; the sentence says to update."""
    connection = sqlite.connect(db)
    connection.execute("INSERT INTO migration (name, at, program) VALUES ('9999-later', 0, '99.0')")
    connection.close()
    close(db)
    before = db.read_bytes()
    for words in (*LOOKING, *ACTING):
        assert "Update kustui" in refused(shop(*words))
    close(db)
    assert db.read_bytes() == before


def test_a_locked_store_can_be_read_and_says_that_it_is_busy(
    shop: Kustui, db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1: while another program writes, looking works; acting waits, then says so and changed nothing."""
    monkeypatch.setattr(stores, "PATIENCE_SECONDS", 0.2)
    monkeypatch.setattr(sqlite.connect, "__kwdefaults__", {"busy_ms": 50})
    other = sqlite.connect(db)
    other.execute("BEGIN IMMEDIATE")
    try:
        assert len(shop("inbox", "--json").json) == 3
        for words in ACTING:
            assert "Try again" in refused(shop(*words))
    finally:
        other.execute("ROLLBACK")
        other.close()
    shown = shop("show", 1, "--json").json[0]
    assert (shown["status"], len(shown["entries"])) == ("open", 1)


@contextlib.contextmanager
def _nobody() -> Iterator[None]:
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody can reach."""
    folder = Path(tempfile.mkdtemp(prefix="kustui-test-"))
    folder.chmod(0o755)
    yield folder
    folder.chmod(0o755)
    shutil.rmtree(folder)


def test_a_read_only_store_is_refused_in_words(
    kustui: Kustui, open_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G1: a store nobody may write says so in a sentence, and its bytes stay the same."""
    db = open_folder / "workspace.db"
    settings = open_folder / "settings.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    monkeypatch.setenv("KUSTUI_DB", str(db))
    monkeypatch.setenv("KUSTUI_SETTINGS", str(settings))
    (open_folder / "a.eml").write_bytes(b"From: a@example.com\nSubject: x\n\nHi\n")
    assert kustui("import", open_folder / "a.eml").code == 0
    for words in (*LOOKING, *ACTING):
        kustui(*words)
    kustui("reopen", 1)
    close(db)
    db.chmod(0o444)
    open_folder.chmod(0o555)
    before = db.read_bytes()
    with _nobody():
        results: list[Result] = [kustui(*words) for words in ACTING]
        looks = [kustui(*words) for words in LOOKING[:4]]
    for result in results:
        assert "permissions" in refused(result)
    for look in looks:
        assert look.code == 0 or "permissions" in refused(look)
    assert db.read_bytes() == before


def test_a_full_disk_is_told_and_loses_nothing(shop: Kustui, db: Path, tmp_path: Path) -> None:
    """G1: when the disk takes no more, the command says so, ends with 1, and the store is as before."""
    before = shop("export").out
    close(db)
    limit = db.stat().st_size + 4096
    (tmp_path / "large.eml").write_bytes(
        b"From: l@example.com\nSubject: large\nMessage-ID: <l@example.com>\n\n"
        + os.urandom(2_000_000).hex().encode()
    )
    ran = subprocess.run(
        [sys.executable, "-m", "kustui", "import", str(tmp_path / "large.eml")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)),
    )
    assert "disk" in refused(Result(ran.returncode, ran.stdout, ran.stderr))
    assert shop("export").out == before
    assert shop("doctor").code == 0


def test_settings_that_cannot_be_used_are_refused(kustui: Kustui) -> None:
    """G4: a wrong key in the settings is named with the one that was meant; so is a file that is not TOML."""
    settings = Path(os.environ["KUSTUI_SETTINGS"])
    settings.write_text("agnet = 'ana'\n", encoding="utf-8")
    assert "Did you mean agent?" in refused(kustui("inbox"))
    settings.write_text("agent = \n", encoding="utf-8")
    assert "not TOML" in refused(kustui("inbox"))


def test_init_makes_a_private_store_once(kustui: Kustui, db: Path) -> None:
    """G1: init says where the store is; only its owner may read it; init again changes nothing."""
    made = kustui("init", "--json").json
    assert (made["path"], made["workspace"], made["agent"]) == (str(db), "Acme support", "ana")
    assert db.stat().st_mode & 0o777 == 0o600
    assert db.parent.stat().st_mode & 0o777 == 0o700
    assert kustui("init").code == 0
    assert "ready at" in kustui("init").out


def test_doctor_checks_everything_and_says_what_to_do(shop: Kustui, db: Path) -> None:
    """G1: doctor is content with a healthy store, and points at one that others can read."""
    items = shop("doctor", "--json").json
    assert {"workspace", "sqlite", "integrity", "privacy", "email"} <= {item["check"] for item in items}
    assert shop("doctor").code == 0
    db.chmod(0o604)
    result = shop("doctor")
    assert result.code == 1
    assert "LOOK" in result.out
    assert "chmod o=" in result.out


def test_the_slower_journal_is_no_trouble(kustui: Kustui, db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """G1: with an SQLite whose WAL is not safe the older journal is used, and nothing wants attention."""
    monkeypatch.setattr(sqlite, "wal_is_safe", lambda: False)
    assert kustui("init").code == 0
    result = kustui("doctor")
    assert (result.code, "rollback journal" in result.out) == (0, True)
    assert not db.with_name(f"{db.name}-wal").exists()
