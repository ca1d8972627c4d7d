"""Pieces of SQL: what joins them, what they are quoted by, how parameters are written."""

from __future__ import annotations

import pytest

from paramql.backends.sql.emit import successor
from paramql.backends.sql.pattern import glob, regex
from paramql.backends.sql.relation import both, relation
from paramql.backends.sql.text import FALSE, HOLE, STYLES, TRUE, Piece, Sql, finish, identifier, join, literal

A, B = Piece(f"a = {HOLE}", (1,)), Piece(f"b = {HOLE}", (2,))


def test_constants_vanish_or_decide() -> None:
    assert join("AND", [A, TRUE]) == A
    assert join("OR", [FALSE, B]) == B
    assert join("AND", [A, FALSE]) is FALSE
    assert join("OR", [A, TRUE]) is TRUE
    assert join("AND", []) is TRUE
    assert join("OR", [FALSE]) is FALSE


def test_brackets_stand_where_the_joints_differ() -> None:
    either = join("OR", [A, B])
    assert join("AND", [A, either]).text == f"a = {HOLE} AND (a = {HOLE} OR b = {HOLE})"
    assert join("OR", [A, either]).text == f"a = {HOLE} OR a = {HOLE} OR b = {HOLE}"


def test_a_condition_that_is_an_or_stands_in_brackets_as_hosts_join_it_with_and() -> None:
    assert finish(join("OR", [A, B]), "qmark").text == "(a = ? OR b = ?)"
    assert finish(join("AND", [A, B]), "qmark").text == "a = ? AND b = ?"


def test_long_chains_are_balanced_and_lose_nothing() -> None:
    chain = join("OR", [Piece(f"a = {HOLE}", (number,)) for number in range(3000)])
    assert chain.params == tuple(range(3000))
    depth = deepest = 0
    for char in chain.text:
        depth += {"(": 1, ")": -1}.get(char, 0)
        deepest = max(deepest, depth)
    assert deepest < 10
    assert max(part.count(" OR ") for part in chain.text.split("(")) < 40


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        ("qmark", Sql("`a%` = ? AND b = ?", (1, 2))),
        ("format", Sql("`a%%` = %s AND b = %s", (1, 2))),
        ("pyformat", Sql("`a%%` = %(p1)s AND b = %(p2)s", {"p1": 1, "p2": 2})),
        ("named", Sql("`a%` = :p1 AND b = :p2", {"p1": 1, "p2": 2})),
        ("numeric_dollar", Sql("`a%` = $1 AND b = $2", (1, 2))),
    ],
)
def test_a_style_of_parameters(style: str, expected: Sql) -> None:
    assert finish(Piece(f"`a%` = {HOLE} AND b = {HOLE}", (1, 2), "AND"), style) == expected


def test_text_may_be_given_as_its_bytes_and_nothing_else_is() -> None:
    params = ("å", ["å", 1], 2)
    found = finish(Piece(f"a = {HOLE} AND b IN {HOLE} AND c = {HOLE}", params, "AND"), "named_bytes")
    text = "å".encode()
    assert found == Sql("a = :p1 AND b IN :p2 AND c = :p3", {"p1": text, "p2": [text, 1], "p3": 2})


@pytest.mark.parametrize("style", STYLES)
def test_a_constant_has_no_parameters(style: str) -> None:
    sql = finish(TRUE, style)
    assert (sql.text, len(sql.params)) == ("1=1", 0)


def test_names_are_quoted_with_their_quotes_doubled() -> None:
    assert identifier("a`b", "`") == "`a``b`"
    assert identifier('a"b`', '"') == '"a""b`"'
    assert literal("it's") == "'it''s'"
    for name in ("", "a\0b"):
        with pytest.raises(ValueError, match="cannot be the name"):
            identifier(name, "`")


def test_a_template_takes_operands_in_the_order_that_they_stand_in_it() -> None:
    twice = both("{v} >= {1} AND {v} = {0} AND {v} <> {1}", "{v} < CAST({0} AS {t})")
    assert twice.holds.fill("x", ("a", "b"), "") == (
        f"x >= {HOLE} AND x = {HOLE} AND x <> {HOLE}",
        ("b", "a", "b"),
        "AND",
    )
    assert twice.fails.fill("{t}{0}", ("a",), "int") == (f"{{t}}{{0}} < CAST({HOLE} AS int)", ("a",), "OR")
    assert relation("{v} = {0}", "1").holds.joint == ""


def test_the_successor_is_the_first_text_after_all_with_the_prefix() -> None:
    assert successor("ab") == "ac"
    assert successor("a\U0010ffff\U0010ffff") == "b"
    assert successor("a\ud7ff") == "a\ue000"
    assert successor("\U0010ffff") is None


def test_patterns_hold_a_class_for_each_character() -> None:
    assert glob(["Aa", "*", "[", "]", "-"], before=True, after=False) == "*[Aa][*][[]]-"
    assert glob(["Kk\u212a"], before=False, after=True) == "[Kk\u212a]*"
    assert regex(r"\z")(["Aa", ".", "_", "\n", "1"], before=False, after=False) == "\\A[Aa]\\._\\\n1\\z"
    assert regex(r"\z")(["Aa"], before=True, after=True) == "[Aa]"
