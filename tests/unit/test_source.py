"""Text as it was written: decoding that knows the way back, messages that are safe to show, carets that stand right."""

from __future__ import annotations

import time
import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paramql.source import DecodeError, Piece, Span, decode, plain, printable, shown, underline

_CHARACTERS = st.characters(exclude_categories=["Cs"])


def carets(text: str, span: Span, width: int = 100) -> tuple[str, str]:
    line, marks = underline(text, span, width).split("\n")
    return line, marks


# --- decoding


def test_escapes_are_undone_once_and_a_plus_is_a_blank() -> None:
    assert decode("a+b%2Bc%2525", 0).text == "a b+c%25"


@pytest.mark.parametrize(
    ("raw", "at", "length"),
    [
        ("%zz", 0, 3),
        ("a%", 1, 1),
        ("a%4", 1, 2),
        ("ab%ff", 2, 3),
        ("%C3", 0, 3),
        ("%C3%A6%C3x", 6, 3),
        ("%ED%A0%80", 0, 3),
        ("%E2%82x", 0, 6),
        ("%41%zz%ff", 3, 3),
        ("%ff%zz", 0, 3),
        ("%é1", 0, 3),
    ],
)
def test_the_first_broken_escape_is_told_with_its_place(raw: str, at: int, length: int) -> None:
    with pytest.raises(DecodeError) as caught:
        decode(raw, 0)
    assert (caught.value.at, caught.value.length) == (at, length)


def test_spans_point_into_the_raw_text() -> None:
    piece = decode("a%C3%A6+%F0%9F%98%80z", 10)
    assert piece.text == "aæ 😀z"
    spans = [piece.span(at, at + 1) for at in range(len(piece.text))]
    assert spans == [Span(10, 11), Span(11, 17), Span(17, 18), Span(18, 30), Span(30, 31)]
    assert piece.span(5, 5) == Span(31, 31)
    assert piece.whole == Span(10, 31)


def test_without_escapes_places_are_those_of_the_text() -> None:
    assert decode("a+é", 3).span(1, 3) == Span(4, 6)
    assert plain("a%20b").span(1, 4) == Span(1, 4)


@given(st.lists(st.tuples(_CHARACTERS, st.booleans()), max_size=12), st.data())
def test_whatever_is_escaped_the_span_of_a_character_is_what_it_was_written_as(
    characters: list[tuple[str, bool]], data: st.DataObject
) -> None:
    written = [quote(char, safe="") if escaped or char in "+%" else char for char, escaped in characters]
    piece = decode("".join(written), 7)
    assert piece.text == "".join(char for char, _ in characters)
    at = data.draw(st.integers(0, len(characters)))
    to = data.draw(st.integers(at, len(characters)))
    span = piece.span(at, to)
    assert piece.raw[span.start - 7 : span.end - 7] == "".join(written[at:to])


def test_many_spans_of_one_long_piece_take_linear_time() -> None:
    """Counting the places anew for each span took five seconds for one query of 8,192 characters."""
    piece = Piece("%41" * 2700, 0, "A" * 2700)
    started = time.process_time()
    for at in range(2700):
        assert piece.span(at, at + 1) == Span(3 * at, 3 * at + 3)
    assert time.process_time() - started < 0.5


# --- messages


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("æ é 你", "æ é 你"),
        ("a\r\nSet-Cookie: x", r"a\r\nSet-Cookie: x"),
        ("\x1b[31m", r"\x1b[31m"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("a\u2066b\u200b", r"a\u2066b\u200b"),
        ("\ud800", r"\ud800"),
        ("a\u00a0b", r"a\xa0b"),
    ],
)
def test_what_does_not_print_is_escaped(text: str, expected: str) -> None:
    assert printable(text) == shown(text) == expected


@pytest.mark.no_cover
@given(st.text(min_size=0, max_size=200))
def test_what_is_shown_prints_and_has_at_most_64_characters(text: str) -> None:
    assert shown(text).isprintable()
    assert len(shown(text)) <= 64


def test_a_long_text_is_cut_with_an_ellipsis() -> None:
    assert shown("x" * 64) == "x" * 64
    assert shown("x" * 65) == "x" * 63 + "…"
    assert shown("\u202e" * 64).endswith("…")


# --- carets


def test_carets_stand_under_the_span() -> None:
    assert carets("a=1&b=x", Span(6, 7)) == ("a=1&b=x", "      ^")
    assert carets("abc", Span(0, 3)) == ("abc", "^^^")


def test_an_empty_span_has_one_caret() -> None:
    assert carets("a=", Span(2, 2)) == ("a=", "  ^")
    assert carets("", Span(0, 0)) == ("", "^")


def test_wide_characters_have_two_carets_and_combining_marks_none() -> None:
    assert carets("a=你好&b=x", Span(7, 8)) == ("a=你好&b=x", "         ^")
    assert carets("a=你好", Span(2, 4)) == ("a=你好", "  ^^^^")
    assert carets("a=e\u0301x&b", Span(6, 7)) == ("a=e\u0301x&b", "     ^")
    assert carets("e\u0301", Span(1, 2))[1] == " ^"
    assert carets("か\u3099x", Span(2, 3))[1] == "  ^"


def test_controls_are_drawn_and_take_one_column() -> None:
    assert carets("a\tb\n\x7f\x9b\u202ec", Span(7, 8)) == ("a␉b␊␡��c", "       ^")
    assert carets("\ud800x", Span(1, 2)) == ("�x", " ^")


def test_a_long_text_is_shown_from_its_beginning_where_the_span_allows() -> None:
    line, marks = carets("0123456789" * 30, Span(50, 52), width=100)
    assert line == "0123456789" * 10 + "…"
    assert marks == " " * 50 + "^^"


def test_a_window_moves_with_the_span() -> None:
    text = "".join(f"{number:04}" for number in range(200))
    line, marks = carets(text, Span(400, 404), width=60)
    assert line.startswith("…")
    assert line.endswith("…")
    assert len(line) == 62
    assert line[len(marks) - 4 : len(marks)] == text[400:404]


def test_at_the_end_of_a_long_text_nothing_follows() -> None:
    line, marks = carets("x" * 300, Span(300, 300), width=60)
    assert line == "…" + "x" * 60
    assert marks == " " * 61 + "^"


def test_carets_end_with_the_window() -> None:
    line, marks = carets("x" * 300, Span(0, 300), width=60)
    assert (line, marks) == ("x" * 60 + "…", "^" * 60)


def test_a_window_is_cut_by_columns() -> None:
    line, marks = carets("你" * 100 + "x=y" + "好" * 100, Span(100, 101), width=40)
    assert line == "…" + "你" * 6 + "x=y" + "好" * 12 + "…"
    assert marks == " " * 13 + "^"
    assert carets("好" * 300, Span(299, 300), width=40) == ("…" + "好" * 20, " " * 39 + "^^")
    assert carets("你" * 30, Span(0, 30), width=40) == ("你" * 20 + "…", "^" * 40)


def test_a_window_does_not_begin_with_a_mark() -> None:
    line, marks = carets("e\u0301" * 90 + "x", Span(180, 181), width=60)
    assert line == "…" + "e\u0301" * 59 + "x"
    assert marks == " " * 60 + "^"


@pytest.mark.parametrize(
    ("text", "taken"),
    [("❤\ufe0f", 2), ("❤", 1), ("1\ufe0f\u20e3", 2), ("a\ufe0f", 1), ("\u1112\u1161\u11ab", 2), ("🚀\ufe0f", 2)],
)
def test_signs_that_join_take_the_columns_of_one(text: str, taken: int) -> None:
    assert carets(f"{text}=x", Span(0, len(text)))[1] == "^" * taken


@given(st.text(_CHARACTERS.filter(lambda char: char != "\ufe0f"), max_size=150), st.data())
def test_carets_stand_in_the_columns_that_a_terminal_gives_the_span(text: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    to = data.draw(st.integers(at, len(text)))
    line, marks = carets(text, Span(at, to), width=400)
    assert len(line) == len(text)
    assert len(marks) - len(marks.lstrip()) == columns(line[:at])
    assert marks.count("^") == max(1, columns(line[at:to]))


def columns(text: str) -> int:
    """Said once more, character by character."""
    total = 0
    for char in text:
        if unicodedata.category(char) in ("Mn", "Me") or 0x1160 <= ord(char) <= 0x11FF or 0xD7B0 <= ord(char) <= 0xD7FF:
            continue
        total += 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1
    return total
