"""The only room that speaks SQL."""

from __future__ import annotations

from typing import Any


class _Later:
    """The module of the tables, loaded with the ORM when the first of them is asked for."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        from importlib import import_module

        found = getattr(import_module("kustui.store.tables"), name)
        setattr(self, name, found)
        return found


_TABLES = _Later()


def __getattr__(name: str) -> Any:
    """`from kustui.store import tables` costs nothing until a table is used (SPEC G3)."""
    if name == "tables":
        return _TABLES
    raise AttributeError(name)
