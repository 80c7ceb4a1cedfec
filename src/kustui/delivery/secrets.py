"""Passwords, tokens and the like: from the keyring, the environment, a file, or a command; never kept.

What is asked for is said by options: `password_env`, `password_file`, `password_command`; without any
of them the keyring is asked. The file may be readable by its owner only. Of what a file or a command gives
the first line counts, as password managers print it.
"""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from kustui.errors import MissingExtra, SettingsTrouble

SERVICE = "kustui"
COMMAND_SECONDS = 30


def secret(options: Mapping[str, Any], user: str, kind: str = "password") -> str:
    """The secret of `user`, as the options say where it is; `kind` begins their names, like "password",
    "token" or "app_secret". The keyring has the first two under the user's name, others under
    "user:kind", since a user may have several.

    Raises SettingsTrouble, which never holds the secret, and MissingExtra without a keyring.
    """
    found = _found(options, user, kind)
    # It would end the line that it is said in.
    if any(ch in found for ch in "\0\r\n"):
        raise SettingsTrouble(f"No {kind}", f"The {kind} of {user} holds the end of a line.")
    return found


def _found(options: Mapping[str, Any], user: str, kind: str) -> str:
    if name := options.get(f"{kind}_env"):
        return _of_environment(str(name), kind)
    if path := options.get(f"{kind}_file"):
        return _of_file(Path(str(path)).expanduser(), kind)
    if command := options.get(f"{kind}_command"):
        return _of_command(str(command), kind)
    return _of_keyring(user if kind in ("password", "token") else f"{user}:{kind}", kind)


def _of_environment(name: str, kind: str) -> str:
    found = os.environ.get(name, "")
    if not found:
        raise SettingsTrouble(f"No {kind}", f"The environment has no {name}.")
    return found


def _of_file(path: Path, kind: str) -> str:
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise SettingsTrouble(f"The {kind} is not private", f"Others may read {path}: chmod 600 it.")
        found = _first_line(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise SettingsTrouble(f"No {kind}", f"{path} cannot be read: {why}.") from error
    if not found:
        raise SettingsTrouble(f"No {kind}", f"{path} is empty.")
    return found


def _of_command(command: str, kind: str) -> str:
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise SettingsTrouble(f"No {kind}", f"{kind}_command is no command: {error}.") from None
    if not words:
        raise SettingsTrouble(f"No {kind}", f"{kind}_command is no command.")
    try:
        ran = subprocess.run(  # noqa: S603 - what the settings name
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=COMMAND_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError) as error:
        raise SettingsTrouble(f"No {kind}", f"{words[0]} did not run: {type(error).__name__}.") from error
    found = _first_line(ran.stdout)
    if ran.returncode or not found:
        raise SettingsTrouble(f"No {kind}", f"{words[0]} ended with {ran.returncode} and gave none.")
    return found


def _first_line(text: str) -> str:
    return text.strip("\r\n").partition("\n")[0].rstrip("\r")


def _of_keyring(user: str, kind: str) -> str:
    try:
        import keyring
        from keyring.errors import KeyringError
    except ModuleNotFoundError as error:
        raise MissingExtra("The keyring", "keyring") from error
    try:
        found = keyring.get_password(SERVICE, user)
    except KeyringError as error:
        raise SettingsTrouble(
            f"No {kind}", f"The keyring does not answer ({type(error).__name__}); name a {kind}_file instead."
        ) from error
    if not found:
        raise SettingsTrouble(f"No {kind}", f"The keyring has none for {user}: keyring set {SERVICE} {user}")
    return found
