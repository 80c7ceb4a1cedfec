"""What a frozen value is made of."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, ClassVar, dataclass_transform

NOTHING: Mapping[str, Any] = MappingProxyType({})
"""A table with nothing in it."""


class _Fields:
    """The fields of a record as `dataclasses` knows them, made when `replace` or `asdict` asks for them."""

    def __get__(self, _: object, owner: type[Record]) -> dict[str, Any]:
        from dataclasses import fields, make_dataclass

        made = make_dataclass(owner.__name__, [(name, object) for name in owner.names], frozen=True)
        found = {each.name: each for each in fields(made)}
        owner.__dataclass_fields__ = found
        return found


@dataclass_transform(frozen_default=True)
class Record:
    """What records share: a frozen dataclass in every way, but made without writing code for each class.

    `dataclasses` would do that for all of them at every start, and a start is counted in milliseconds.
    """

    names: ClassVar[tuple[str, ...]] = ()
    _needed: ClassVar[frozenset[str]] = frozenset()
    __dataclass_fields__: ClassVar[dict[str, Any]] = _Fields()  # type: ignore[assignment]  # it gives one

    def __init_subclass__(cls) -> None:
        """Take the fields from what the class says of them."""
        cls.names = tuple(cls.__annotations__)
        cls._needed = frozenset(name for name in cls.names if name not in cls.__dict__)

    def __init__(self, *values: object, **named: object) -> None:
        """Hold what is given, by place and by name; raises TypeError for what is none, twice, or missing."""
        held = dict(zip(self.names, values, strict=False))
        if len(values) > len(self.names) or held.keys() & named.keys():
            raise TypeError(f"{type(self).__name__} was given too much")
        held.update(named)
        if not self._needed <= held.keys() or any(name not in self.names for name in named):
            raise TypeError(f"{type(self).__name__} takes {', '.join(self.names)}")
        self.__dict__.update(held)

    def __setattr__(self, name: str, value: object) -> None:
        """A record does not change."""
        raise AttributeError(f"a {type(self).__name__} does not change: {name}")

    def __delattr__(self, name: str) -> None:
        """Nor does it lose anything."""
        raise AttributeError(f"a {type(self).__name__} does not change: {name}")

    def __eq__(self, other: object) -> bool:
        """Whether the other is a record of this kind that holds the same."""
        if other.__class__ is not self.__class__:
            return NotImplemented
        return self._held() == other._held()

    def __hash__(self) -> int:
        """Equal records have equal ones."""
        return hash(self._held())

    def __repr__(self) -> str:
        """The kind and what it holds."""
        return f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self.names)})"

    def _held(self) -> tuple[object, ...]:
        return tuple([getattr(self, name) for name in self.names])
