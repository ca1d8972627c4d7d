"""The command line: answers for people and for programs, one line for whatever goes wrong, never a traceback."""

from __future__ import annotations

import io
import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import paramql as pq
from paramql import cli
from paramql.cli import commands
from paramql.cli.commands import run

Capture = pytest.CaptureFixture[str]
OWN = '''"""A schema with a module of its own."""
import paramql as pq

SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True), pq.Field("a.b", pq.Text()), pq.Field("l", pq.ListOf(pq.Text()))
)


def load(path):
    raise AssertionError("another load than the one that is used")


class Inner:
    SCHEMA = SCHEMA
'''


@pytest.fixture
def own_schema(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A module in the working directory."""
    (tmp_path / "own_schema.py").write_text(OWN)
    (tmp_path / "broken_schema.py").write_text("1 / 0")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.delitem(sys.modules, "own_schema", raising=False)
    return "own_schema:SCHEMA"


# --- check


def test_check_says_what_was_asked(capsys: Capture) -> None:
    assert run(["check", "includeDataElements=false&appid=digdir/x&order=asc:lastChanged&size=5"]) == 0
    assert capsys.readouterr().out == (
        "canonical: appId=eq:digdir/x&includeDataElements=eq:false&order=asc:lastChanged&size=5\n"
        "names: includeDataElements, appId\n"
        "options: includeDataElements=False\n"
        "order: asc:lastChanged, asc:id\n"
        "size: 5\n"
    )


def test_check_leaves_out_what_is_empty(capsys: Capture) -> None:
    assert run(["check", ""]) == 0
    assert capsys.readouterr().out == "order: desc:lastChanged, desc:id\nsize: 100\n"


def test_check_answers_programs(capsys: Capture) -> None:
    assert run(["check", "--json", "process.endEvent=x&created=gt:now", "--now", "2024-05-01T10:00:00Z"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["ok"] is True
    assert answer["canonical"] == "created=gt:2024-05-01T10:00:00Z&process.endEvent=eq:x"
    assert answer["options"] == {"process.endEvent": "x"}
    assert [notice["code"] for notice in answer["notices"]] == ["parameter"]


def test_check_reads_times_in_a_zone(capsys: Capture) -> None:
    assert run(["check", "created=2024-07-01", "--zone", "Europe/Oslo"]) == 0
    assert "created=eq:2024-06-30T22:00:00Z" in capsys.readouterr().out


def test_check_underlines_every_mistake(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    assert run(["check", "lastChange=2019&confirmed=yes"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    first, below_first, second, below_second = err.splitlines()
    assert first == second == "lastChange=2019&confirmed=yes"
    assert below_first.startswith("^^^^^^^^^^ unknown-parameter: ")
    assert below_first.endswith(" (did you mean lastChanged?)")
    assert below_second.startswith("                          ^^^ invalid-value: 'yes' ")


@pytest.mark.parametrize(("columns", "width"), [("50", 50), ("5", 40), ("500", 100)])
def test_carets_keep_to_the_terminal(
    columns: str, width: int, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert run(["check", f"appId={'x' * 180}&confirmed=yes"]) == 2
    line, carets, message = capsys.readouterr().err.splitlines()
    assert len(line) == width - 1
    assert line[carets.index("^") : len(carets)] == "yes"
    assert message.startswith("invalid-value: 'yes' ")


def test_check_tells_programs_the_problems(capsys: Capture) -> None:
    assert run(["check", "--json", "lastChange=x"]) == 2
    out, err = capsys.readouterr()
    assert json.loads(out)["problems"][0]["span"] == {"start": 0, "end": 10}
    assert err == ""


def test_check_shows_notices(capsys: Capture) -> None:
    assert run(["check", "process.endEvent=x"]) == 0
    assert capsys.readouterr().out.endswith(
        "process.endEvent=x\n^^^^^^^^^^^^^^^^ parameter: process.endEvent is deprecated and filters nothing\n"
    )


def test_colours_and_tables_on_a_terminal_and_no_colour_where_none_is_wanted(
    capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run(["check", "org=ttd"]) == 0
    assert "\x1b[1mcanonical\x1b[0m" in capsys.readouterr().out
    assert run(["explain", "org=ttd"]) == 0
    assert capsys.readouterr().out.count("\x1b[") > 50
    assert run(["check", "or=ttd"]) == 2
    assert "\x1b[1;31m^^" in capsys.readouterr().err
    monkeypatch.setenv("NO_COLOR", "1")
    assert run(["explain", "org=ttd"]) == 0
    assert "\x1b[3" not in capsys.readouterr().out


def test_an_output_that_cannot_write_a_character_escapes_it(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.TextIOWrapper(io.BytesIO(), "ascii")
    monkeypatch.setattr(sys, "stdout", out)
    assert run(["explain", "org=å&appId=x"]) == 0
    assert b"\\u251c\\u2500 org eq" in out.buffer.getvalue() or b"|-- org eq" in out.buffer.getvalue()


def test_an_output_of_another_kind_will_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert run(["check", "org=å"]) == 0


# --- explain


def test_explain_shows_the_road_of_a_query(capsys: Capture) -> None:
    assert run(["explain", "org=ttd&lastChanged=gt:2024"]) == 0
    out = capsys.readouterr().out
    for title in (
        "Query\n",
        "Meaning\n  and\n  ├─ ",
        "Python\n  def ",
        "SQLite\n  SELECT * ",
        "Parameters\n  'ttd'\n",
        "Plan\n",
    ):
        assert title in out
    assert out.endswith("an index serves it: instances_org_lastChanged_id\n")


def test_explain_says_where_no_index_serves(capsys: Capture) -> None:
    assert run(["explain", "org=contains:a"]) == 0
    assert capsys.readouterr().out.endswith("  SCAN instances\n\nno index serves it\n")
    assert run(["explain", ""]) == 0
    assert "Parameters\n  none\n" in capsys.readouterr().out


def test_explain_does_not_contradict_a_plan_that_searches_an_index_inside_a_scan(capsys: Capture) -> None:
    verdict = "no index finds the records: all are scanned, and for each of them elements_instance_dataType is searched"
    assert run(["explain", "data.dataType=model"]) == 0
    assert capsys.readouterr().out.endswith(f"\n\n{verdict}\n")
    assert run(["explain", "data.dataType=model", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert (answer["served"], answer["indexes"]) == (False, [])
    assert (answer["inner"], answer["verdict"]) == (["elements_instance_dataType"], verdict)


def test_explain_answers_programs(capsys: Capture) -> None:
    assert run(["explain", "--json", "excludeConfirmedBy=ttd&org=ttd"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["tree"]["label"] == "and"
    assert answer["sql"]["params"] == ["ttd", "ttd"]
    assert answer["indexes"] == ["instances_org_lastChanged_id"]
    assert answer["served"] is True
    assert answer["verdict"] == "an index serves it: instances_org_lastChanged_id"
    assert "def keep" in answer["python"]
    assert answer["plan"]


def test_explain_knows_a_schema_without_tables_by_its_key(own_schema: str, capsys: Capture) -> None:
    assert run(["explain", "id=5&l=x", "--schema", own_schema]) == 0
    assert capsys.readouterr().out.endswith("an index serves it: INTEGER PRIMARY KEY\n")
    assert run(["explain", "a.b=x", "--schema", "own_schema:Inner.SCHEMA"]) == 0
    assert capsys.readouterr().out.endswith("no index serves it\n")


# --- schemas


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("own_schema", "is not of the form module:NAME"),
        (":SCHEMA", "is not of the form module:NAME"),
        ("own_schema:", "is not of the form module:NAME"),
        ("no_such_module:SCHEMA", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("broken_schema:SCHEMA", "ZeroDivisionError: division by zero"),
        ("own_schema:OTHER", "has no attribute 'OTHER'"),
        ("own_schema:pq", "own_schema:pq is a module, no paramql.Schema"),
    ],
)
def test_a_schema_that_is_not_there_is_told(own_schema: str, path: str, words: str, capsys: Capture) -> None:
    assert run(["check", "a=1", "--schema", path]) == 2
    assert words in capsys.readouterr().err


def test_a_function_of_the_module_with_other_parameters_is_left_alone(own_schema: str, capsys: Capture) -> None:
    Path("documents").write_text('{"id":1,"a":{"b":"x"}}\n{"a":{"b":"x"}}\n')
    assert run(["filter", "documents", "a.b=x", "--schema", own_schema]) == 3
    out, err = capsys.readouterr()
    assert out == '{"id":1,"a":{"b":"x"}}\n'
    assert err.startswith("line 2: id: must have a value\n")


FAILING = """
import paramql as pq

def fail(value):
    raise KeyError("two\\nlines")

SCHEMA = pq.Schema(pq.Field("a", pq.Integer()), pq.Parameter("p", pq.Integer(), where=fail))

def load(document, schema):
    raise TypeError(document)

def create(connection):
    return 1 / 0
"""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["check", "p=1"], "KeyError: 'two\\nlines'"),
        (["filter", "failing_schema.py", "a=1"], "TypeError: {'a': 1}"),
        (["explain", "a=1"], "ZeroDivisionError: division by zero"),
    ],
)
def test_functions_of_a_schema_that_fail_are_told_in_a_line(
    own_schema: str, arguments: list[str], words: str, capsys: Capture
) -> None:
    Path("failing_schema.py").write_text(FAILING)
    Path("documents").write_text('{"a":1}')
    arguments = [argument.replace("failing_schema.py", "documents") for argument in arguments]
    assert run([*arguments, "--schema", "failing_schema:SCHEMA"]) == 2
    assert capsys.readouterr().err == f"Error: the schema's own code failed: {words}\n"
    assert run([*arguments, "--schema", "failing_schema:SCHEMA", "--json"]) == 2
    assert json.loads(capsys.readouterr().err) == {"error": f"the schema's own code failed: {words}"}


def test_a_module_that_ends_the_process_is_told(own_schema: str, capsys: Capture) -> None:
    Path("ending_schema.py").write_text("raise SystemExit('enough')")
    assert run(["check", "a=1", "--schema", "ending_schema:SCHEMA"]) == 2
    assert "ending_schema: SystemExit: enough\n" in capsys.readouterr().err


def test_bytes_that_are_no_text_are_a_mistake_of_the_query(capsys: Capture) -> None:
    assert run(["check", os.fsdecode(b"org=\xff")]) == 2
    assert "invalid-encoding" in capsys.readouterr().err


# --- wrong use, ends


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "Usage: paramql"),
        (["check"], "Missing argument 'QUERY'"),
        (["chek", "a=1"], "No such command 'chek'"),
        (["check", "a=1", "--now", "soon"], "'soon' is not an RFC 3339 date-time"),
        (["check", "a=1", "--zone", "Norway/Oslo"], "there is no time zone 'Norway/Oslo'"),
        (["check", "a=1", "--zone", "../../etc/passwd"], "there is no time zone"),
        (["instances", "generate", "many"], "Invalid value for 'COUNT'"),
        (["instances", "generate", "-5"], "Invalid value for 'COUNT': -5 is not in the range x>=0"),
        (["check", "--json"], '{"error": "Missing argument \'QUERY\'."}\n'),
    ],
)
def test_wrong_use_is_told(arguments: list[str], words: str, capsys: Capture) -> None:
    assert run(arguments) == 2
    out, err = capsys.readouterr()
    assert words in out + err


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"], ["filter", "-h"], ["instances", "--help"]])
def test_help_is_given(arguments: list[str], capsys: Capture) -> None:
    assert run(arguments) == 0
    assert "paramql" in capsys.readouterr().out


def test_the_group_lists_every_command() -> None:
    import click

    context = click.Context(commands.paramql)
    assert commands.paramql.list_commands(context) == ["check", "explain", "filter", "instances", "names", "reference"]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (KeyboardInterrupt(), 130),
        (PermissionError(13, "Permission denied"), 2),
        (sqlite3.OperationalError("duplicate column name: a"), 2),
        (pq.CapabilityError("sqlite cannot"), 2),
    ],
)
def test_whatever_happens_is_told_in_one_line(
    error: BaseException, status: int, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("paramql.cli.commands.schemas.named", fail)
    assert run(["check", "a=1"]) == status
    assert capsys.readouterr().err.count("\n") <= 1


def to_closed_pipe(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> int:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w", encoding="utf-8") as closed:
        monkeypatch.setattr(sys, "stdout", closed)
        status = run(arguments)
        closed.write("what is left goes nowhere")
    return status


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "org=a"],
        ["check", "org=a", "--json"],
        ["instances", "generate", "200"],
        ["filter", "some unfit", "a=1"],
    ],
)
def test_a_reader_that_has_gone_ends_the_command_silently(
    arguments: list[str], tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "some unfit").write_text('{"a":1}\nx\n')
    monkeypatch.chdir(tmp_path)
    assert to_closed_pipe(monkeypatch, arguments) == 141
    assert "roken" not in capsys.readouterr().err


def test_instances_are_printed_one_on_each_line(capsys: Capture) -> None:
    from paramql.instances import generate

    assert run(["instances", "generate", "3", "--seed", "9"]) == 0
    assert [json.loads(line) for line in capsys.readouterr().out.splitlines()] == list(generate(3, seed=9))


# --- the program


def test_main_ends_with_the_status_of_the_command(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr(sys, "argv", ["paramql", "check", "nobody=1"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 2
    assert "unknown-parameter" in capsys.readouterr().err


def hidden(name: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.delitem(sys.modules, "paramql.cli.commands")
    monkeypatch.setattr(sys, "argv", ["paramql", "check", "org=ttd"])
    return cli.main


def test_without_its_extra_the_command_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(SystemExit) as ended:
        hidden("click", monkeypatch)()
    assert ended.value.code == "paramql: the command line needs more: pip install 'paramql[cli]'"


def test_another_module_that_is_missing_is_another_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModuleNotFoundError):
        hidden("sqlite3", monkeypatch)()


def test_the_installed_command_runs() -> None:
    command = [str(Path(sys.executable).with_name("paramql")), "check", "org=ttd"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("canonical: org=eq:ttd\n")


# --- reference


def test_a_reference_has_the_examples_that_stand_beside_the_schema(own_schema: str, capsys: Capture) -> None:
    assert run(["reference", "--schema", own_schema]) == 0
    assert "a.b=startswith:blue" in capsys.readouterr().out
    assert run(["reference"]) == 0
    assert "A3Ref=966c26f8ad91" in capsys.readouterr().out


def test_a_reference_that_cannot_be_written_is_said_in_a_line(tmp_path: Path, own_schema: str, capsys: Capture) -> None:
    (tmp_path / "wrong_schema.py").write_text(f"{OWN}\nEXAMPLES = {{'id': ['x']}}\n")
    assert run(["reference", "--schema", "wrong_schema:SCHEMA"]) == 2
    assert capsys.readouterr().err.startswith(
        "Error: the reference cannot be written: ValueError: the example 'x' of 'id' is refused"
    )


def test_names_are_written_as_a_module(own_schema: str, capsys: Capture) -> None:
    assert run(["names", "--schema", own_schema, "--class", "Own"]) == 0
    assert capsys.readouterr().out.endswith("class Own(Fields):\n    id: Integer\n    a: OwnA\n    l: Text\n")
    assert run(["names", "--class", "1"]) == 2
    assert "'1' is no name of a class" in capsys.readouterr().err
