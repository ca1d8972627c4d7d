"""Text as the client wrote it: spans, percent-decoding with a way back, and carets under a span."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

_ESCAPED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
# U+0000 and lone surrogates: what some databases cannot hold.
UNSUPPORTED = re.compile("[\0\ud800-\udfff]")
_SHOWN = 64
# Beside letters and digits, what stands in a query string as it is (RFC 3986, 3.4).
_IN_URL = "!$%&'()*+,-./:;=?@_~"
_WIDEST = 12  # what stands in a URL for a character of four bytes
# Besides the symbols, what U+FE0F makes an emoji.
_EMOJI = "#*0123456789‼⁉ℹ"
# C0 controls and DEL have pictures of their own.
_PICTURES = {chr(code): chr(0x2400 + code) for code in range(32)} | {"\x7f": "\u2421"}


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


@dataclass(frozen=True)
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
        return Span(self.start + self._places[start], self.start + self._places[end])

    @property
    def whole(self) -> Span:
        """All of the piece, as written."""
        return Span(self.start, self.start + len(self.raw))

    @cached_property
    def _places(self) -> list[int]:
        """Where each decoded character began, and where the last one ended."""
        places: list[int] = []
        at = 0
        for match in _ESCAPED.finditer(self.raw):
            places.extend(range(at, match.start()))
            at = match.start()
            for character in bytes.fromhex(match[0].replace("%", "")).decode():
                places.append(at)
                at += 3 * len(character.encode())
        return [*places, *range(at, len(self.raw) + 1)]


def in_url(text: str) -> str:
    """A query string as it stands in a URL: what cannot stand there is percent-encoded, what was encoded stays."""
    from urllib.parse import quote

    return quote(text, safe=_IN_URL, errors="replace")


def fits_in_url(text: str, limit: int) -> bool:
    """Whether it has at most so many characters as it stands in a URL."""
    return len(text) * _WIDEST <= limit or len(in_url(text)) <= limit


def is_supported(text: str) -> bool:
    """Whether a text holds nothing that cannot stand in a query."""
    return (text.isascii() and "\0" not in text) or not UNSUPPORTED.search(text)


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
    r"""`text` fit for a message: at most 64 characters, those that do not print (controls, directions) escaped.

    >>> print(shown("a\tb"))
    a\tb
    """
    escaped = printable(text[: _SHOWN + 1])
    return escaped if len(escaped) <= _SHOWN else escaped[: _SHOWN - 1] + "…"


def printable(text: str) -> str:
    """`text` with the characters that do not print (controls, directions, lone surrogates) escaped."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def underline(text: str, span: Span, width: int = 100) -> str:
    """Two lines: the text (a window of it, when long) and carets under the span, one for each column of a terminal.

    >>> print(underline("a=1&b=x", Span(6, 7)))
    a=1&b=x
          ^
    """
    first, last = _window(text, span, width)
    head, tail = "…" if first else "", "…" if last < len(text) else ""
    before = head + _drawn(text[first : span.start])
    under = _drawn(text[span.start : min(span.end, last)])
    line = before + under + _drawn(text[max(span.end, span.start) : last]) + tail
    return f"{line}\n{' ' * _columns(before)}{'^' * max(1, _columns(under))}"


def _window(text: str, span: Span, width: int) -> tuple[int, int]:
    """Which characters are shown: `width` columns of them, from the beginning where the span allows."""
    behind = max(0, span.start - 4 * width)  # what is further away costs nothing
    near = text[behind : span.start + 4 * width]
    columns = list(accumulate(_widths(near), initial=0))
    start, end = (columns[min(place - behind, len(near))] for place in span)
    first = 0
    if end >= width and (column := min(start - width // 3, columns[-1] - width)) > 0:
        first = bisect_left(columns, column)
        while columns[first + 1] == columns[first]:  # a mark belongs to what is left out
            first += 1
    return behind + first, behind + bisect_right(columns, columns[first] + width) - 1


def _drawn(text: str) -> str:
    return "".join(c if c.isprintable() else _PICTURES.get(c, "\N{REPLACEMENT CHARACTER}") for c in text)


def _columns(text: str) -> int:
    return sum(_widths(text))


def _widths(text: str) -> list[int]:
    """How many columns of a terminal each character takes: East Asian ones two (UAX 11), combining ones none.

    A sign that U+FE0F makes an emoji takes two. Jamo that join the one before take none.
    """
    if text.isascii():
        return [1] * len(text)
    return [_width(char, after) for char, after in zip(text, text[1:] + " ", strict=True)]


def _width(char: str, after: str) -> int:
    from unicodedata import category, east_asian_width

    kind = category(char)
    if kind in ("Mn", "Me") or "\u1160" <= char <= "\u11ff" or "\ud7b0" <= char <= "\ud7ff":
        return 0
    is_emoji = after == "\ufe0f" and (kind in ("So", "Sm") or char in _EMOJI)
    return 2 if is_emoji or east_asian_width(char) in ("W", "F") else 1
