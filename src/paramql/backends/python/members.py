"""The ways into a record: keys of mappings, attributes of objects, and any mixture of the two."""

from __future__ import annotations

import datetime as dt
import decimal
import keyword
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

Path: TypeAlias = tuple[str, ...]
Word: TypeAlias = Literal["mapping", "attribute"]
Member: TypeAlias = Callable[[object, str], object]

_SCALARS = (str, bytes, bytearray, int, float, complex, decimal.Decimal, dt.date, dt.time, dt.timedelta, uuid.UUID)
_LISTS = (list, tuple, set, frozenset)


def is_list(value: object) -> bool:
    """A list; a tuple or a set is one too, text is none."""
    return isinstance(value, _LISTS)


def is_record(value: object) -> bool:
    """A mapping or an object with attributes (a named tuple too), neither a scalar nor a list."""
    if isinstance(value, tuple):
        return hasattr(value, "_fields")
    return value is not None and not isinstance(value, (*_SCALARS, *_LISTS))


def by_key(node: object, key: str) -> object:
    """The value under a key; of an object that has no keys, the attribute. A scalar has no members."""
    if isinstance(node, Mapping):
        return node.get(key)
    if node is None or isinstance(node, _SCALARS):
        return None
    try:
        return node[key]  # type: ignore[index]
    except Exception:  # noqa: BLE001 - a record may be any object at all
        return getattr(node, key, None)


def by_attribute(node: object, key: str) -> object:
    """The attribute; of a mapping, the value under the key."""
    return node.get(key) if isinstance(node, Mapping) else getattr(node, key, None)


@dataclass(frozen=True, slots=True)
class Access:
    """How generated source reaches a member: at once where the record is as promised, else through `member`."""

    word: Word
    member: Member

    def sure(self, node: str, key: str) -> str:
        """Source that raises where the member is missing."""
        if self.word == "mapping":
            return f"{node}[{key!r}]"
        return f"{node}.{key}" if _is_plain(key) else f"member({node}, {key!r})"

    def open(self, node: str, key: str) -> str:
        """Source that gives None where a mapping lacks the key."""
        return f"{node}.get({key!r})" if self.word == "mapping" else self.sure(node, key)


ACCESS: dict[Word, Access] = {"mapping": Access("mapping", by_key), "attribute": Access("attribute", by_attribute)}


def _is_plain(key: str) -> bool:
    """Whether `node.key` can be written, and raises where `node` is a dict (which has `items` of its own)."""
    return key.isascii() and key.isidentifier() and not keyword.iskeyword(key) and not hasattr(dict, key)
