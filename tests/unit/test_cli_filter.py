"""`paramql filter`: the documents as they were read, the unfit reported by number, one line for what cannot be done."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from paramql.cli import bar, progress
from paramql.cli.commands import run
from paramql.instances import generate

Capture = pytest.CaptureFixture[str]
INSTANCES = ["--schema", "paramql.instances:SCHEMA"]
LINES = b'{"id": 1, "name": "\xc3\xa5", "n": 1.50}\r\n\n{"id": 2,"name": null}\n{"id": 3, "name": "b", "tags": ["x"]}'


@pytest.fixture
def put(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], str]:
    """Puts bytes on standard input."""

    def to_stdin(text: bytes) -> str:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
        return "-"

    return to_stdin


@pytest.fixture
def file(tmp_path: Path) -> Callable[[bytes], str]:
    """Makes a file of bytes."""

    def with_bytes(text: bytes) -> str:
        path = tmp_path / "documents"
        path.write_bytes(text)
        return str(path)

    return with_bytes


def test_lines_are_printed_as_they_were_read(
    file: Callable[[bytes], str], capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run(["filter", file(LINES), "id=in:1,3"]) == 0
    assert capfdbinary.readouterr().out == LINES.split(b"\n")[0] + b"\n" + LINES.split(b"\n")[3] + b"\n"


def test_standard_input_is_read_from_its_first_line_though_the_schema_is_inferred(
    put: Callable[[bytes], str], capsys: Capture
) -> None:
    text = "".join(f'{{"a":{number}}}\n' for number in range(2500))
    assert run(["filter", put(text.encode()), "a=in:0,999,1000,2499"]) == 0
    out, err = capsys.readouterr()
    assert [json.loads(line)["a"] for line in out.splitlines()] == [0, 999, 1000, 2499]
    assert err == "pq.Schema(\n    pq.Field('a', pq.Integer()),\n)\n"


def test_notes_on_what_was_inferred_are_printed(put: Callable[[bytes], str], capsys: Capture) -> None:
    assert run(["filter", put(b'{"a":1,"b c":2}'), "a=1"]) == 0
    assert "left out: 'b c'" in capsys.readouterr().err


def test_an_array_is_filtered_element_by_element(put: Callable[[bytes], str], capsys: Capture) -> None:
    assert run(["filter", put(b'[{"a":\n  1}, 5, {"a": 2}]'), "a=exists:true"]) == 3
    out, err = capsys.readouterr()
    assert out == '{"a":1}\n{"a": 2}\n'
    assert err.endswith("element 2: not an object\n2 of 3 elements selected, 1 unfit and skipped\n")


def test_instances_are_read_by_their_own_loader(put: Callable[[bytes], str], capsys: Capture) -> None:
    documents = list(generate(300, seed=2))
    bad = [{**documents[0], "org": None}, {"id": 5}]
    text = "\n".join(json.dumps(document) for document in [*documents, *bad]).encode()
    assert run(["filter", put(text), "process.currentTask=Task_2&excludeConfirmedBy=digdir", *INSTANCES]) == 3
    out, err = capsys.readouterr()
    found = {json.loads(line)["id"] for line in out.splitlines()}
    assert found == {
        one["id"] for one in documents if (one["process"].get("currentTask") or {}).get("elementId") == "Task_2"
    }
    assert "line 301: org is missing\nline 302: id is not a party's number" in err


def test_unfit_lines_are_told_by_number_the_first_twenty_of_them(put: Callable[[bytes], str], capsys: Capture) -> None:
    text = b'{"a":1}\n' + b"nope\n" * 25
    assert run(["filter", put(text), "a=1"]) == 3
    out, err = capsys.readouterr()
    assert out == '{"a":1}\n'
    assert err.count("not JSON") == 20
    assert err.endswith("… and 5 more\n1 of 26 lines selected, 25 unfit and skipped\n")


def test_size_ends_the_output_early(put: Callable[[bytes], str], capsys: Capture) -> None:
    assert run(["filter", put(b'{"a":1}\n{"a":1}\n{"a":1}\nnope\n'), "a=1&size=2"]) == 0
    assert capsys.readouterr().out == '{"a":1}\n{"a":1}\n'
    assert run(["filter", put(b'{"a":1}\n' * 300), "a=1"]) == 0
    assert capsys.readouterr().out.count("\n") == 300


def test_an_order_is_refused_and_said_so(put: Callable[[bytes], str], capsys: Capture) -> None:
    assert run(["filter", put(b"{}"), "ORDER=asc:lastChanged", *INSTANCES]) == 2
    assert capsys.readouterr().err.startswith("Error: filter keeps the order of its input")
    assert run(["filter", put(b'{"a":1}'), "order=asc:a"]) == 2
    assert "not-sortable" in capsys.readouterr().err


def test_options_that_do_nothing_and_notices_are_told(put: Callable[[bytes], str], capsys: Capture) -> None:
    assert run(["filter", put(b""), "includeDataElements=false&process.endEvent=x", *INSTANCES]) == 0
    assert capsys.readouterr().err == (
        "process.endEvent is deprecated and filters nothing\n"
        "includeDataElements has no effect here\n"
        "process.endEvent has no effect here\n"
    )


def test_a_field_with_the_name_of_a_control_is_a_field(put: Callable[[bytes], str], capsys: Capture) -> None:
    assert run(["filter", put(b'{"size":5,"order":"x"}\n{"size":1}'), "size=gt:2&order=x"]) == 0
    assert capsys.readouterr().out == '{"size":5,"order":"x"}\n'


def test_what_does_not_fit_a_guess_is_told_and_skipped(put: Callable[[bytes], str], capsys: Capture) -> None:
    text = b'{"a":1,"b":{"c":1}}\n' * 1000 + b'{"a":2.5}\n{"a":7,"b":"x"}\n'
    assert run(["filter", put(text), "a=gt:1"]) == 3
    out, err = capsys.readouterr()
    assert out == '{"a":7,"b":"x"}\n'
    assert err.endswith("line 1001: a: is not a 64-bit integer\n1 of 1,002 lines selected, 1 unfit and skipped\n")
    assert run(["filter", put(text), "b.c=2"]) == 3
    assert "line 1002: b: is not an object\n" in capsys.readouterr().err
    assert run(["filter", put(text), ""]) == 0


def test_what_does_not_fit_a_named_schema_is_no_value(
    tmp_path: Path, put: Callable[[bytes], str], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lax_schema.py").write_text("import paramql as pq\nS = pq.Schema(pq.Field('a', pq.Integer()))")
    monkeypatch.syspath_prepend(tmp_path)
    assert run(["filter", put(b'{"a":2.5}\n{"a":7}\n'), "a=gt:1", "--schema", "lax_schema:S"]) == 0
    assert capsys.readouterr() == ('{"a":7}\n', "")


@pytest.mark.parametrize(("count", "is_noted"), [(1000, False), (1001, True)])
def test_an_unknown_name_may_stand_further_on(
    count: int, is_noted: bool, put: Callable[[bytes], str], capsys: Capture
) -> None:
    for query, is_unknown in (("b=1", True), ("a=x", False)):
        assert run(["filter", put(b'{"a":1}\n' * count), query]) == 2
        is_told = "only the first 1,000 documents were looked at" in capsys.readouterr().err
        assert is_told is (is_noted and is_unknown)


def test_one_object_over_several_lines_is_a_document(put: Callable[[bytes], str], capsys: Capture) -> None:
    assert run(["filter", put(b'{\n  "a": 1\n}\n'), "a=1"]) == 0
    assert capsys.readouterr().out == '{"a": 1}\n'


def test_a_wrong_query_selects_nothing(put: Callable[[bytes], str], capsys: Capture) -> None:
    assert run(["filter", put(b'{"a":1}'), "b=1"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert "^ unknown-parameter" in err


def test_an_empty_query_selects_all_that_is_fit(put: Callable[[bytes], str], capsys: Capture) -> None:
    assert run(["filter", put(b'{"a":1}\nx\n{"b":1}'), ""]) == 3
    assert capsys.readouterr().out == '{"a":1}\n{"b":1}\n'


@pytest.mark.parametrize(
    ("text", "status", "words"),
    [
        (b"", 0, "the input is empty\n"),
        (b"\n \n", 0, "the input is empty\n"),
        (b"{}\n{}", 2, "Error: the first documents have no members to infer a schema from; name one with --schema\n"),
        (b"x\n", 2, "Error: there is no document to infer a schema from\n"),
        (b"\0\1\2", 2, "Error: '-' is binary, or not UTF-8; JSON was expected\n"),
        (b"\xff\xfe\n", 2, "line 1: not UTF-8: byte 1\n"),
        (b'{"a":' * 50_000, 2, "line 1: nested too deep\n"),
    ],
)
def test_what_tells_no_schema(
    text: bytes, status: int, words: str, put: Callable[[bytes], str], capsys: Capture
) -> None:
    assert run(["filter", put(text), "a=1"]) == status
    out, err = capsys.readouterr()
    assert out == ""
    assert words in err


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        (b'{"a":null}', "left out: 'a': no value tells its type"),
        (
            b'{"a":{"b":{}}}\n{"a":{"b":1}}',
            (
                "'a.b' is mostly object; where it is integer, it does not fit; "
                "left out: 'a.b': its objects have no member that can be a field"
            ),
        ),
        (
            b'{"a":' * 500 + b"1" + b"}" * 500,
            f"left out: {'.'.join('a' * 17)!r}: what is inside 16 others is not looked at",
        ),
        (
            json.dumps(dict.fromkeys("abcde")).encode(),
            "; ".join(f"left out: {name!r}: no value tells its type" for name in "abc") + "; and 2 more",
        ),
    ],
    ids=["null", "empty object", "deep", "many"],
)
def test_members_that_tell_no_schema_are_told(
    text: bytes, reasons: str, put: Callable[[bytes], str], capsys: Capture
) -> None:
    assert run(["filter", put(text), "a=1"]) == 2
    assert capsys.readouterr() == (
        "",
        f"Error: no member of the first documents can be a field ({reasons}); name a schema with --schema\n",
    )


@pytest.mark.parametrize("text", [b"", b"[]"])
@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("filter=or(a:1", ["syntax"]),
        ("size=0&%zz", ["out-of-range", "invalid-encoding"]),
        ("a=1&size=2&size=3", ["duplicate-parameter"]),
        ("order=up:a", ["unknown-operator"]),
        ("order=asc:a", ["not-sortable"]),
        ("a=%00", ["unsupported-character"]),
        ("filter=" + "not(" * 20, ["too-deep"]),
        ("a=" + "1" * 9000, ["too-long"]),
        ("&".join(["a=1"] * 65), ["too-many"]),
        ("&".join(["a=1"] * 30 + ["size=x"] * 1), ["invalid-value"]),
        ("&".join(["%zz"] * 30), ["invalid-encoding"] * 20),
        ("zzz=gtt:(", []),
        ("unknown=eq:x", []),
        ("filter=any(unknown,or(a:gtt:1,b:))", []),
        ("size=20&a=1", []),
        ("", []),
    ],
)
def test_a_query_is_judged_though_there_is_no_document(
    query: str, codes: list[str], text: bytes, put: Callable[[bytes], str], capsys: Capture
) -> None:
    """But for its names."""
    assert run(["filter", put(text), query, "--json"]) == (2 if codes else 0)
    out, err = capsys.readouterr()
    assert out == ""
    events = [json.loads(line) for line in err.splitlines()]
    assert [problem["code"] for problem in events[0].get("problems", [])] == codes
    assert codes or events == [{"read": 0, "selected": 0, "unfit": 0}, {"note": "the input is empty"}]


def test_a_wrong_query_of_an_empty_input_is_underlined(capsys: Capture) -> None:
    assert run(["filter", "/dev/null", "zzz=1&size=0"]) == 2
    assert "           ^ out-of-range: a page has from 1 to 1,000" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("path", "words"),
    [("no such file", "No such file or directory"), (".", "Is a directory"), ("a\0b", "embedded null byte")],
)
def test_what_cannot_be_read(path: str, words: str, capsys: Capture) -> None:
    assert run(["filter", path, "a=1"]) == 2
    assert capsys.readouterr().err == f"Error: cannot read {path!r}: {words}\n"


# --- for programs


def test_programs_read_json_on_standard_error(put: Callable[[bytes], str], capsys: Capture) -> None:
    text = b'{"a":1,"b c":1}\n' + b"x\n" * 30
    assert run(["filter", put(text), "a=1", "--json"]) == 3
    out, err = capsys.readouterr()
    assert out == '{"a":1,"b c":1}\n'
    events = [json.loads(line) for line in err.splitlines()]
    assert [*events[0]] == ["schema"]
    assert [*events[1]] == ["note"]
    assert events[2] == {"bad": {"number": 2, "fault": "not JSON: Expecting value at character 1"}}
    assert len(events) == 33
    assert events[-1] == {"read": 31, "selected": 1, "unfit": 30}


def test_programs_read_problems_on_standard_error(put: Callable[[bytes], str], capsys: Capture) -> None:
    assert run(["filter", put(b'{"a":1}'), "b=1", "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert json.loads(err.splitlines()[-1])["problems"][0]["code"] == "unknown-parameter"


@pytest.mark.parametrize("text", [b"{}", b"x"])
def test_programs_read_refusals_on_standard_error(text: bytes, put: Callable[[bytes], str], capsys: Capture) -> None:
    assert run(["filter", put(text), "a=1", "--json"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    events = [json.loads(line) for line in err.splitlines()]
    assert [*events[-1]] == ["error"]


# --- on a terminal


def test_a_long_input_shows_a_bar_while_it_is_read_and_the_tally(
    put: Callable[[bytes], str], file: Callable[[bytes], str], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(bar, "_STEP", 1000)
    monkeypatch.setattr(bar, "_LONG", 3000)
    text = b'{"a":1}\n' * 2000
    for source in (file(text), put(text)):
        assert run(["filter", source, "a=2"]) == 0
        err = capsys.readouterr().err
        assert "━" in err
        assert err.endswith("0 of 2,000 lines selected\n")


def test_a_short_input_shows_none(
    put: Callable[[bytes], str], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run(["filter", put(b'{"a":1}\n' * 2000), "a=1&size=1"]) == 0
    err = capsys.readouterr().err
    assert "━" not in err
    assert err.endswith("1 of 1 lines selected\n")


def test_the_bar_goes_whatever_happens(
    put: Callable[[bytes], str], capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr(bar, "_STEP", 1)
    monkeypatch.setattr(bar, "_LONG", 1)

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(progress.ToPerson, "bad", interrupt)
    assert run(["filter", put(b'{"a":1}\nx\n'), "a=1"]) == 130
    assert capsys.readouterr().err.endswith("\x1b[?25h\r\x1b[1A\x1b[2K")
