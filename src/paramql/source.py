"""Text as the client wrote it: spans, percent-decoding with a way back, and carets under a span."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import NamedTuple

_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_SHOWN = 64


class Span(NamedTuple):
    """Characters `start` to `end` (end excluded) of the raw text, counted from 0."""

    start: int
    end: int


class DecodeError(ValueError):
    """A percent escape that is none, or no UTF-8; `at` is its place in the piece, `length` its size."""

    def __init__(self, at: int, length: int) -> None:
        super().__init__(at, length)
        self.at = at
        self.length = length


@dataclass(frozen=True, slots=True)
class Piece:
    """A decoded part of a query string that still knows where each of its characters stood.

    `raw` is the part as written, `start` its place in the query string, `text` what it decodes to.
    """

    raw: str
    start: int
    text: str

    def span(self, start: int, end: int) -> Span:
        """The raw characters that characters `start` to `end` of the decoded text came from."""
        if len(self.raw) == len(self.text):
            return Span(self.start + start, self.start + end)
        places = self._places()
        return Span(self.start + places[start], self.start + (places[end] if end > start else places[start]))

    @property
    def whole(self) -> Span:
        """All of the piece, as written."""
        return Span(self.start, self.start + len(self.raw))

    def _places(self) -> list[int]:
        places: list[int] = []
        at = 0
        for match in _ESCAPED.finditer(self.raw):
            places.extend(range(at, match.start()))
            at = match.start()
            for character in bytes.fromhex(match[0].replace("%", "")).decode():
                places.append(at)
                at += 3 * len(character.encode())
        return [*places, *range(at, len(self.raw) + 1)]


def plain(text: str) -> Piece:
    """A piece of text that was never encoded."""
    return Piece(text, 0, text)


def decode(raw: str, start: int) -> Piece:
    """Undo `+` and percent escapes once, as strict UTF-8 (WHATWG URL: application/x-www-form-urlencoded).

    Raises `DecodeError` with the place of the first broken escape.
    """
    text = raw.replace("+", " ") if "+" in raw else raw
    return Piece(raw, start, _unescape(text) if "%" in text else text)


def _unescape(text: str) -> str:
    broken = re.search(r"%(?![0-9A-Fa-f]{2})", text)
    parts, at = [], 0
    for match in _ESCAPED.finditer(text, 0, broken.start() if broken else len(text)):
        parts += [text[at : match.start()], _characters(match)]
        at = match.end()
    if broken:
        raise DecodeError(broken.start(), len(text[broken.start() : broken.start() + 3]))
    return "".join([*parts, text[at:]])


def _characters(match: re.Match[str]) -> str:
    encoded = bytes.fromhex(match[0].replace("%", ""))
    try:
        return encoded.decode()
    except UnicodeDecodeError as error:
        raise DecodeError(match.start() + 3 * error.start, 3 * max(1, error.end - error.start)) from None


def shown(text: str) -> str:
    """`text` fit for a message: at most 64 characters, control and direction characters escaped."""
    short = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode() for c in short)


def underline(text: str, span: Span, width: int = 100) -> str:
    """Two lines: the text (a window of it, when long) and carets under the span.

    >>> print(underline("a=1&b=x", Span(6, 7)))
    a=1&b=x
          ^
    """
    first = max(0, min(span.start - width // 3, len(text) - width))
    last = min(len(text), first + width)
    head, tail = "…" if first else "", "…" if last < len(text) else ""
    line = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text[first:last])
    carets = "^" * max(1, min(span.end, last) - span.start)
    return f"{head}{line}{tail}\n{' ' * (len(head) + span.start - first)}{carets}"
