"""Reading NDJSON and JSON arrays: in pieces, in constant memory, every fault told and none raised."""

from __future__ import annotations

import io
import json

import pytest

from paramql.cli import reading
from paramql.cli.reading import Entry, NotTextError, read


def entries(text: bytes) -> list[Entry]:
    return list(read(io.BytesIO(text)).entries)


def faults(text: bytes) -> list[tuple[int, str]]:
    return [(entry.number, entry.fault) for entry in entries(text) if entry.fault]


def test_lines_come_as_they_were_read_with_their_numbers() -> None:
    """Blank lines are counted, not read; the last line may lack its end."""
    assert entries(b'{"a": 1.50}\r\n\n \t\n{"a":2}') == [
        Entry(1, b'{"a": 1.50}\r\n', {"a": 1.5}),
        Entry(4, b'{"a":2}', {"a": 2}),
    ]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"x", "not JSON: Expecting value at character 1"),
        (b'{"a":1} {', "not JSON: Extra data at character 9"),
        (b'{"a":NaN}', "not JSON: NaN is no number"),
        (b'{"a":"\xff"}', "not UTF-8: byte 7"),
        (b"5", "not an object"),
        (b'{"a":' * 100_000, "nested too deep"),
    ],
)
def test_a_bad_line_is_told_by_number_and_the_rest_is_read(line: bytes, fault: str) -> None:
    text = b'{"a":0}\n' + line + b'\n{"a":2}\n'
    assert faults(text) == [(2, fault)]
    assert [entry.document for entry in entries(text)] == [{"a": 0}, None, {"a": 2}]


@pytest.mark.parametrize("sign", ["\f", "\v", "\x1c", "\x85", "\xa0", "\u2028"])
def test_other_blanks_than_those_of_json_are_none(sign: str) -> None:
    """They end no line, and none of them may stand round a document."""
    blank = sign.encode()
    text = b'{"a":1}%s\n%s\n{"a":1}\n' % (blank, blank)
    assert faults(text) == [(1, "not JSON: Extra data at character 8"), (2, "not JSON: Expecting value at character 1")]
    assert entries(text)[2].document == {"a": 1}
    assert [entry.document for entry in entries(b'{"a":\n1}' + blank)] == [None, None]
    assert faults(blank + b"[]") == [(1, "not JSON: Expecting value at character 1")]


def test_an_integer_beyond_what_python_reads_is_a_fault() -> None:
    assert faults(b'{"a":' + b"9" * 5000 + b"}") == [(1, "an integer has more than 4,300 digits")]


def test_one_object_over_several_lines_is_one_document() -> None:
    text = b'\n{\n  "a": {\n    "b": "x  y"\n  }\n}\n\n'
    assert entries(text) == [Entry(2, b'{"a": {"b": "x  y"}}\n', {"a": {"b": "x  y"}})]


@pytest.mark.parametrize(
    ("text", "fault", "rest"),
    [
        (b'{\n"a": 1}\n{\n"a": 2}\n', "an object over several lines; only one may be, where there are no others", 3),
        (b'{"a":\n{"a":1}\n{"a":2}', "not JSON: Expecting value at character 7", 2),
        (b'{"a":\n' + b"9" * 5000 + b"}", "an integer has more than 4,300 digits", 1),
        (b'{"a":\n"\xff"}', "not UTF-8", 1),
    ],
)
def test_more_than_one_object_over_several_lines_is_told(text: bytes, fault: str, rest: int) -> None:
    first, *others = entries(text)
    assert (first.number, first.document, first.fault) == (1, None, fault)
    assert [entry.number for entry in others] == [*range(2, rest + 2)]


def test_what_was_read_ahead_is_read_again_line_by_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_LENGTH", 20)
    text = b'{"a":\n{"a":1}\n{"b":123}\n{"c":1}\n{"d":1}'
    assert [entry.document for entry in entries(text)] == [None, {"a": 1}, {"b": 123}, {"c": 1}, {"d": 1}]


def test_a_line_that_is_too_long_is_skipped_to_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_LENGTH", 100)
    monkeypatch.setattr(reading, "_CHUNK", 10)
    text = b'{"a":"' + b"x" * 200 + b'"}\n{"a":2}\n{"a":"' + b"x" * 200
    assert faults(text) == [(1, "longer than 0 MiB"), (3, "longer than 0 MiB")]
    assert entries(text)[1].document == {"a": 2}


def test_an_array_is_read_in_pieces_however_it_is_laid_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Elements that are cut by the end of a piece are read on, numbers too."""
    documents = [{"a": number, "text": "å🚀\\ \n" * number, "list": [number, {}]} for number in range(30)]
    for chunk in (1, 7, 64, 4096):
        monkeypatch.setattr(reading, "_CHUNK", chunk)
        for indent in (None, 2):
            text = json.dumps(documents, indent=indent, ensure_ascii=False).encode()
            assert [entry.document for entry in entries(text)] == documents
            assert [json.loads(entry.raw) for entry in entries(text)] == documents
            assert all(entry.raw.count(b"\n") == 1 for entry in entries(text))


@pytest.mark.parametrize("text", [b"", b" \n ", b"[]", b" [ ] \n"])
def test_there_may_be_nothing(text: bytes) -> None:
    assert entries(text) == []


def test_an_input_says_what_it_is_made_of() -> None:
    assert [read(io.BytesIO(text)).unit for text in (b'{"a":1}', b" [1]", b"")] == ["line", "element", "line"]


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert [entry.document for entry in entries(b'\xef\xbb\xbf{"a":1}')] == [{"a": 1}]
    assert [entry.document for entry in entries(b'\xef\xbb\xbf[{"a":1}]')] == [{"a": 1}]


@pytest.mark.parametrize(
    ("rest", "fault"),
    [
        (b"", "not JSON: ',' or ']' must follow an element, and nothing the array"),
        (b'{"b":1}]', "not JSON: ',' or ']' must follow an element, and nothing the array"),
        (b"] 5", "not JSON: ',' or ']' must follow an element, and nothing the array"),
        (b",]", "not JSON: Expecting value at character 1"),
        (b", tru", "not JSON: Expecting value at character 1"),
        (b', {"b": ', "not JSON: Expecting value at character 7"),
        (b', {"b": nope}, {"c": 1}]', "not JSON: Expecting value at character 7"),
        (b"," + b"[" * 100_000, "nested too deep"),
        (b", 5]", "not an object"),
        (b', {"b": "\xff"}]', "not UTF-8"),
    ],
)
def test_a_mistake_in_an_array_is_told_and_ends_it(rest: bytes, fault: str) -> None:
    text = b'[{"a":1}' + rest
    assert faults(text) == [(2, fault)]
    assert entries(text)[0].document == {"a": 1}


def test_an_array_goes_on_after_an_element_that_is_whole_but_unfit() -> None:
    assert [entry.document for entry in entries(b'[5, {"b": "\xff"}, {"c": 1}]')] == [None, None, {"c": 1}]


def test_a_search_for_the_end_of_an_element_has_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_LENGTH", 100)
    monkeypatch.setattr(reading, "_CHUNK", 10)
    stream = io.BytesIO(b'[{"a" 1}' + b" " * 10_000)
    assert [entry.number for entry in read(stream).entries] == [1]
    assert stream.closed or stream.tell() < 9_000


@pytest.mark.parametrize("text", [b"\x7fELF\x02\x01\x01\0\0", '{"a":1}'.encode("utf-16")])
def test_binary_input_is_refused_at_once(text: bytes) -> None:
    with pytest.raises(NotTextError):
        read(io.BytesIO(text))


def test_a_stream_that_is_buffered_already_is_not_buffered_again() -> None:
    buffered = io.BufferedReader(io.BytesIO(b'{"a":1}'))
    assert [entry.number for entry in read(buffered).entries] == [1]
