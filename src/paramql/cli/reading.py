"""Documents one after another, from NDJSON or from one JSON array, in constant memory.

Whatever is wrong with a line becomes an entry's `fault`; nothing is raised but OSError.
"""

from __future__ import annotations

import codecs
import io
import json
import re
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO, NamedTuple, Never, Protocol, TextIO, cast

MAX_LENGTH = 16 * 1024 * 1024
_CHUNK = 64 * 1024
_BLANKS = " \t\r\n"  # RFC 8259, section 2; Python's own strip() takes more
_BLANK = re.compile(f"[{_BLANKS}]*")
_LINE_BREAK = re.compile(r"[\r\n]+[ \t\r\n]*")


class Entry(NamedTuple):
    """A line (or an element of the array), counted from 1, as it was read; its object, or what is wrong with it."""

    number: int
    raw: bytes
    document: dict[str, Any] | None
    fault: str | None = None


class Input(NamedTuple):
    """The entries of an input, and what one of them is called."""

    unit: str
    entries: Iterator[Entry]


class _OwnError(ValueError):
    """What is wrong, in words of this module."""


class NotTextError(ValueError):
    """The input is binary."""


def read(stream: BinaryIO) -> Input:
    """The documents of the stream; blank lines are skipped, and so is a byte order mark.

    The lines may hold one object, too, at most 16 MiB of it; it comes without them, as one document.
    An array's elements come without the line breaks between their tokens. A mistake in an array ends it: there is no
    telling where the next element begins. Raises `NotTextError` for binary input.
    """
    buffered = stream if isinstance(stream, io.BufferedReader) else io.BufferedReader(cast("io.RawIOBase", stream))
    head = buffered.peek(_CHUNK)
    if b"\0" in head:
        raise NotTextError
    if head.startswith(codecs.BOM_UTF8):
        buffered.read(len(codecs.BOM_UTF8))
    is_array = head.removeprefix(codecs.BOM_UTF8).lstrip(_BLANKS.encode())[:1] == b"["
    if is_array:
        return Input("element", _elements(io.TextIOWrapper(buffered, "utf-8", "surrogateescape", newline="")))
    return Input("line", _lines_or_object(buffered))


class _Lines(Protocol):
    def readline(self, size: int, /) -> bytes: ...


class _Reread(NamedTuple):
    """Lines of what was read ahead, then of the stream."""

    ahead: io.BytesIO
    stream: BinaryIO

    def readline(self, size: int, /) -> bytes:
        line = self.ahead.readline(size)
        return line if line.endswith(b"\n") else line + self.stream.readline(size - len(line))


def _lines_or_object(stream: BinaryIO) -> Iterator[Entry]:
    lines: _Lines = stream
    if (first := next(_lines(stream), None)) is None:
        return
    if _goes_on(first.raw):
        ahead = stream.read(MAX_LENGTH - len(first.raw))
        first = _joined(first, ahead)
        if first.document is None:
            lines = _Reread(io.BytesIO(ahead), stream)
    yield first
    yield from _lines(lines, first.number)


def _goes_on(line: bytes) -> bool:
    """Whether a line is the beginning of an object that goes on after it."""
    try:
        _DECODER.decode(line.decode())
    except json.JSONDecodeError as error:
        is_object = line.lstrip(_BLANKS.encode()).startswith(b"{") and line.endswith(b"\n")
        return is_object and not error.doc[error.pos :].strip(_BLANKS)
    except (ValueError, RecursionError):
        pass
    return False


def _joined(first: Entry, ahead: bytes) -> Entry:
    """The object that begins with a line, if nothing follows it; else the line, with what is wrong with it."""
    text = (first.raw + ahead).decode("utf-8", "surrogateescape").strip(_BLANKS)
    try:
        return _element(first.number, text, _DECODER.decode(text))
    except json.JSONDecodeError as error:
        is_object = error.msg == "Extra data"
        fault = "an object over several lines; only one may be, where there are no others" if is_object else first.fault
    except (ValueError, RecursionError) as error:
        fault = _fault(error)
    return first._replace(fault=fault)


def _lines(stream: _Lines, number: int = 0) -> Iterator[Entry]:
    while raw := stream.readline(MAX_LENGTH + 1):
        number += 1
        if len(raw) > MAX_LENGTH:
            _skip_line(stream, raw)
            yield Entry(number, b"", None, f"longer than {MAX_LENGTH >> 20} MiB")
        elif raw.strip(_BLANKS.encode()):
            yield _entry(number, raw)


def _skip_line(stream: _Lines, raw: bytes) -> None:
    while raw and not raw.endswith(b"\n"):
        raw = stream.readline(_CHUNK)


def _entry(number: int, raw: bytes) -> Entry:
    try:
        document = _DECODER.decode(raw.decode())
    except (ValueError, RecursionError) as error:
        return Entry(number, raw, None, _fault(error))
    return _checked(number, raw, document)


def _checked(number: int, raw: bytes, document: object) -> Entry:
    return Entry(number, raw, document) if isinstance(document, dict) else Entry(number, raw, None, "not an object")


def _fault(error: ValueError | RecursionError) -> str:
    match error:
        case UnicodeDecodeError():
            return f"not UTF-8: byte {error.start + 1}"
        case json.JSONDecodeError():
            return f"not JSON: {error.msg} at character {error.pos + 1}"
        case RecursionError():
            return "nested too deep"
        case _OwnError():
            return f"not JSON: {error}"
        case _:
            return f"an integer has more than {sys.get_int_max_str_digits():,} digits"


def _refuse(word: str) -> Never:
    raise _OwnError(f"{word} is no number")


_DECODER = json.JSONDecoder(parse_constant=_refuse)


class _Window:
    """The part of a text that is being decoded; what lies before `at` is done."""

    def __init__(self, source: TextIO) -> None:
        self.source = source
        self.text = ""
        self.at = 0
        self.is_whole = False

    def grow(self) -> bool:
        """Read on, as much again as there is, so that the work stays linear; False at the end."""
        rest = self.text[self.at :]
        more = self.source.read(max(_CHUNK, len(rest)))
        self.text, self.at, self.is_whole = rest + more, 0, not more
        return bool(more)

    def next(self) -> str:
        """The next character that is no blank, "" at the end; it stays to be read."""
        while True:
            self.at = _BLANK.match(self.text, self.at).end()  # type: ignore[union-attr]  # it matches nothing, too
            if self.at < len(self.text) or not self.grow():
                return self.text[self.at : self.at + 1]

    def take(self) -> str:
        """The next character that is no blank, read."""
        character = self.next()
        self.at += 1
        return character

    def decode(self) -> tuple[str, object]:
        """The next value, and its text. Raises ValueError or RecursionError."""
        while True:
            try:
                value, end = _DECODER.raw_decode(self.text, self.at)
            except json.JSONDecodeError as error:
                place = error.pos - self.at
                if len(self.text) - self.at > MAX_LENGTH or not self.grow():
                    raise json.JSONDecodeError(error.msg, "", place) from None
                continue
            if end < len(self.text) or not self.grow():
                raw = self.text[self.at : end]
                self.at = end
                return raw, value


def _elements(source: TextIO) -> Iterator[Entry]:
    number = 0
    try:
        for number, (raw, value) in enumerate(_decoded(_Window(source)), 1):
            yield _element(number, raw, value)
    except (ValueError, RecursionError) as error:
        yield Entry(number + 1, b"", None, _fault(error))


def _element(number: int, raw: str, value: object) -> Entry:
    try:
        return _checked(number, _LINE_BREAK.sub("", raw).encode() + b"\n", value)
    except UnicodeEncodeError:
        return Entry(number, b"", None, "not UTF-8")


def _decoded(window: _Window) -> Iterator[tuple[str, object]]:
    """The elements, as text and value. Raises ValueError where the array does not go on as one."""
    window.take()
    mark = "," if window.next() != "]" else window.take()
    while mark == ",":
        window.next()
        yield window.decode()
        mark = window.take()
    if mark != "]" or window.next():
        raise _OwnError("',' or ']' must follow an element, and nothing the array")
