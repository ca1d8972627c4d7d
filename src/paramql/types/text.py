"""Text, choices of words, and UUIDs."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from typing import ClassVar

from paramql.ast import Op
from paramql.source import shown
from paramql.types.base import EQUALITY, LISTED, ORDER, TEXTUAL, Clock, Misfit, Type

_SURROGATE = re.compile("[\ud800-\udfff]")
_UUID = re.compile(r"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_LONGEST = 1024  # characters of an operand, by default


@dataclass(frozen=True)
class Text(Type):
    """Any text without U+0000, compared by code point, never trimmed or normalised; `ordered` adds `gt gte lt lte`.

    >>> sorted(Text(ordered=True).ops - Text().ops)
    [<Op.GT: 'gt'>, <Op.GTE: 'gte'>, <Op.LT: 'lt'>, <Op.LTE: 'lte'>]
    """

    ordered: bool = False
    word: ClassVar[str] = "text"
    accepts: ClassVar[str] = "any text"

    def __post_init__(self) -> None:
        if not isinstance(self.ordered, bool):
            raise TypeError(f"Text takes ordered=True or False, not {self.ordered!r}")

    @property
    def ops(self) -> frozenset[Op]:
        """All text operators, and the order's when asked for."""
        return LISTED | TEXTUAL | (ORDER if self.ordered else frozenset())

    def parse(self, text: str, clock: Clock) -> str:
        """The text itself."""
        return text

    def load(self, value: object) -> str:
        """A string, as it is; one with U+0000 or a lone surrogate is no text, for most stores refuse it."""
        if isinstance(value, str) and not _is_refused(value):
            return str.__str__(value)
        raise Misfit("not text")


@dataclass(frozen=True, init=False)
class Choice(Type):
    """One of the declared words, spelled exactly.

    Raises ValueError for no words, empty ones and duplicates, and for those that no query can hold; TypeError for what
    is no word.

    >>> Choice("open", "closed").accepts
    'one of open, closed'
    """

    words: tuple[str, ...]
    word: ClassVar[str] = "choice"
    sortable: ClassVar[bool] = False

    def __init__(self, *words: str) -> None:
        if not all(isinstance(word, str) for word in words):
            raise TypeError("Choice takes words, given one by one: Choice('open', 'closed')")
        if not words or not all(words) or len(set(words)) < len(words):
            raise ValueError("Choice takes at least one word, none empty, none twice: Choice('open', 'closed')")
        if odd := [word for word in words if len(word) > _LONGEST or _is_refused(word)]:
            raise ValueError(
                f"the word '{shown(odd[0])}' cannot be asked for: U+0000, a lone surrogate, or longer than {_LONGEST}"
            )
        object.__setattr__(self, "words", words)

    @property
    def accepts(self) -> str:  # type: ignore[override]
        """The words, as a hint shows them."""
        more = ", …" if len(self.words) > 12 else ""
        return "one of " + ", ".join(self.words[:12]) + more

    def parse(self, text: str, clock: Clock) -> str:
        """The word itself. Raises `LiteralError` for any other."""
        if text in self.words:
            return text
        raise self.refuse(f"'{shown(text)}' is not one of the words that may stand here")

    def load(self, value: object) -> str:
        """A declared word."""
        if isinstance(value, str) and value in self.words:
            return str.__str__(value)
        raise Misfit(f"not {self.accepts}")


@dataclass(frozen=True)
class Uuid(Type):
    """The 36-character form of RFC 9562 in any case; the value is its lower-case text, ordered as that text.

    >>> Uuid().load("123E4567-E89B-12D3-A456-426614174000")
    '123e4567-e89b-12d3-a456-426614174000'
    """

    word: ClassVar[str] = "uuid"
    accepts: ClassVar[str] = "such as 123e4567-e89b-12d3-a456-426614174000"

    def parse(self, text: str, clock: Clock) -> str:
        """The lower-case form. Raises `LiteralError` for braces, `urn:` and other spellings."""
        if _UUID.fullmatch(text):
            return text.lower()
        raise self.refuse(f"'{shown(text)}' is not a UUID")

    def load(self, value: object) -> str:
        """A UUID, or its 36-character text."""
        if isinstance(value, uuid.UUID):
            return str(value)
        if isinstance(value, str) and _UUID.fullmatch(value):
            return value.lower()
        raise Misfit("not a UUID")


@dataclass(frozen=True)
class Boolean(Type):
    """`true` or `false`, in any case; never 1, 0, yes or no.

    >>> Boolean().load(True)
    True
    """

    relations: ClassVar[frozenset[Op]] = EQUALITY
    word: ClassVar[str] = "boolean"
    accepts: ClassVar[str] = "true or false"
    sortable: ClassVar[bool] = False

    def parse(self, text: str, clock: Clock) -> bool:
        """True or False. Raises `LiteralError` for anything but the two words."""
        word = text.lower() if text.isascii() else text
        if word not in ("true", "false"):
            raise self.refuse(f"'{shown(text)}' is neither true nor false")
        return word == "true"

    def load(self, value: object) -> bool:
        """A bool; 1 and 0 are numbers."""
        if isinstance(value, bool):
            return value
        raise Misfit("not a boolean")


def _is_refused(text: str) -> bool:
    """Whether it has U+0000 or a lone surrogate, which most stores refuse."""
    return "\0" in text or (not text.isascii() and _SURROGATE.search(text) is not None)
