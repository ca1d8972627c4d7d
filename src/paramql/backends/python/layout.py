"""Conditions as text: joined by words, in parentheses where needed, over several lines where long."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Word: TypeAlias = Literal["and", "or", "not"]

WIDTH = 100
_STEP = 4


@dataclass(frozen=True, slots=True)
class Joined:
    """Conditions between which a word stands; before the only one for `not`."""

    word: Word
    parts: tuple[Text, ...]


Text: TypeAlias = str | Joined


def inline(text: Text) -> str:
    """The condition in one line.

    >>> inline(Joined("and", ("a", Joined("or", ("b", "c")), Joined("not", ("d",)))))
    'a and (b or c) and not (d)'
    """
    if isinstance(text, str):
        return text
    if text.word == "not":
        return f"not ({inline(text.parts[0])})"
    return f" {text.word} ".join(map(_grouped, text.parts))


def lines(text: Text, indent: int) -> list[str]:
    """The condition in as many lines as it needs, to stand within parentheses."""
    pad = " " * indent
    if isinstance(text, str) or len(pad) + len(inline(text)) <= WIDTH:
        return [pad + inline(text)]
    if text.word == "not":
        return _part("", text, indent)
    first, *others = text.parts
    return [*_part("", first, indent), *(line for part in others for line in _part(f"{text.word} ", part, indent))]


def _part(lead: str, part: Text, indent: int) -> list[str]:
    pad = " " * indent
    if isinstance(part, str) or len(pad) + len(lead) + len(_grouped(part)) <= WIDTH:
        return [pad + lead + _grouped(part)]
    opened, inner = ("not (", part.parts[0]) if part.word == "not" else ("(", part)
    return [f"{pad}{lead}{opened}", *lines(inner, indent + _STEP), f"{pad})"]


def _grouped(text: Text) -> str:
    return inline(text) if isinstance(text, str) or text.word == "not" else f"({inline(text)})"


def statement(keyword: str, text: Text, indent: int) -> list[str]:
    """`if condition:`."""
    pad = " " * indent
    flat = f"{pad}{keyword} {inline(text)}:"
    return [flat] if len(flat) <= WIDTH else [f"{pad}{keyword} (", *lines(text, indent + _STEP), f"{pad}):"]
