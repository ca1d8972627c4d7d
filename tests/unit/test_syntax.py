"""Text to pairs, clauses and branches, each part knowing where it stood; and what was expected where it did not."""

from __future__ import annotations

import pytest

from paramql.source import Span, decode, plain
from paramql.syntax import (
    Branch,
    Clause,
    Misspelt,
    Pair,
    Parsed,
    Part,
    pairs,
    parse_filter,
    parse_list,
    parse_value,
)
from paramql.syntax.lark_trees import list_by_lark, value_by_lark


def said(parsed: Parsed) -> object:
    """A tree as plain data."""
    if isinstance(parsed, Branch):
        path = [parsed.path.text] if parsed.path else []
        return (parsed.word, *path, *map(said, parsed.operands))
    operand = [item.part.text for item in parsed.items] if parsed.items is not None else parsed.operand.part.text
    return f"{parsed.name.text}:{parsed.prefixes.text}", operand


def parsed(text: str, depth: int = 8, quantifiers: int = 3) -> Parsed:
    return parse_filter(plain(text), depth, quantifiers)


def misspelt(text: str, depth: int = 8, quantifiers: int = 3) -> Misspelt:
    with pytest.raises(Misspelt) as caught:
        parsed(text, depth, quantifiers)
    return caught.value


def operand(text: str) -> Part:
    """A list that stands after `in:` in its piece."""
    piece = plain(f"in:{text}")
    return Part(text, piece, 3, len(piece.text))


# --- pairs


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("&&", []),
        ("a=1", [Pair("a", 0, "1", 2)]),
        ("a=1&&b=2", [Pair("a", 0, "1", 2), Pair("b", 5, "2", 7)]),
        ("a=b=c", [Pair("a", 0, "b=c", 2)]),
        ("a", [Pair("a", 0, "", 1)]),
        ("=", [Pair("", 0, "", 1)]),
        ("a=1;b=2", [Pair("a", 0, "1;b=2", 2)]),
        ("%3D=%26", [Pair("%3D", 0, "%26", 4)]),
    ],
)
def test_a_query_string_is_cut_before_it_is_decoded(text: str, expected: list[Pair]) -> None:
    assert list(pairs(text)) == expected


# --- plain values


@pytest.mark.parametrize(
    ("text", "prefixes", "rest"),
    [
        ("", "", ""),
        ("5", "", "5"),
        ("gt:5", "gt:", "5"),
        ("not:gt:5", "not:gt:", "5"),
        ("not:gt:in:5", "not:gt:", "in:5"),
        ("a:b:c:d", "a:b:", "c:d"),
        (":5", "", ":5"),
        ("1a:5", "", "1a:5"),
        ("é:5", "", "é:5"),
        (" gt:5", "", " gt:5"),
        ('gt:"5"', "gt:", '"5"'),
        ("a\nb", "", "a\nb"),
    ],
)
def test_words_before_colons_are_prefixes_two_at_most(text: str, prefixes: str, rest: str) -> None:
    name, piece = Part("n", plain("n"), 0, 1), plain(text)
    clause = parse_value(name, piece)
    assert clause == value_by_lark(name, piece)
    assert (clause.prefixes.text, clause.operand.part.text) == (prefixes, rest)
    assert (clause.prefixes.written, clause.operand.part.written) == (prefixes, rest)
    assert not clause.operand.quoted


# --- lists


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("a", [("a", False)]),
        ("a, b ,c", [("a", False), ("b", False), ("c", False)]),
        ('"a,b",c', [("a,b", True), ("c", False)]),
        (r'"say \"hi\"","\\"', [('say "hi"', True), ("\\", True)]),
        ('""', [("", True)]),
        ("", [("", False)]),
        ("a,,b", [("a", False), ("", False), ("b", False)]),
        ("( a , b )", [("a", False), ("b", False)]),
        ("()", [("", False)]),
        ('(" a " )', [(" a ", True)]),
        (r"a\b", [("a\\b", False)]),
        ("a\n", [("a\n", False)]),
        (" a b ", [("a b", False)]),
        ("XL,XXL,X", [("XL", False), ("XXL", False), ("X", False)]),
    ],
)
def test_items_stand_between_commas(text: str, items: list[tuple[str, bool]]) -> None:
    assert [(item.part.text, item.quoted) for item in parse_list(operand(text))] == items
    assert list_by_lark(operand(text)) == parse_list(operand(text))


def test_items_know_where_they_stand_quotes_and_all() -> None:
    piece = decode("in:%C3%A6,+%22b%22+,c", 10)
    items = parse_list(Part(piece.text[3:], piece, 3, len(piece.text)))
    assert [item.part.span for item in items] == [Span(13, 19), Span(21, 28), Span(30, 31)]
    assert [item.part.written for item in items] == ["æ", '"b"', "c"]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("  a, b ", [(5, 6), (8, 9)]),
        (' "a" ', [(4, 7)]),
        ("(  a )", [(6, 7)]),
        ("   ,b", [(3, 3), (7, 8)]),
        ("(a,  )", [(4, 5), (8, 8)]),
    ],
)
def test_blanks_round_an_item_are_none_of_it_and_an_empty_one_stands_where_they_begin(
    text: str, spans: list[tuple[int, int]]
) -> None:
    items = parse_list(operand(text))
    assert [item.part.span for item in items] == spans
    assert list_by_lark(operand(text)) == items


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("(a", 5, "expected ')', found the end"),
        ("a)", 4, "expected the end, found ')'"),
        ('a"b"', 4, 'a value with , ( ) or " in it stands in double quotes'),
        ("a(b", 4, "expected ',' or the end, found '('; a value with"),
        ('"a"b', 6, "expected ',' or the end, found 'b'"),
        ('"a', 3, "a double quote opens here and is not closed"),
        (r'"a\"', 3, "a double quote opens here and is not closed"),
        ('"a' + "\\", 3, "a double quote opens here and is not closed"),
        (r'"a\b', 3, "a double quote opens here and is not closed"),
        (r'"a\b"', 5, 'within double quotes a backslash stands before " or \\ only'),
        (r'a,"\"\\\u00e5\"",b', 10, 'within double quotes a backslash stands before " or \\ only'),
        ("((a))", 4, "found '('"),
    ],
)
def test_a_list_that_is_none_says_what_was_expected_and_where(text: str, at: int, says: str) -> None:
    with pytest.raises(Misspelt) as caught:
        parse_list(operand(text))
    assert (caught.value.code, caught.value.start) == ("syntax", at)
    assert says in caught.value.message


# --- expressions


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("a:1", ("a:", "1")),
        ("a.b-c_d:gt:1", ("a.b-c_d:gt:", "1")),
        (" a:gt: 1 ", ("a:gt:", "1")),
        ("a:not:in:(1, 2)", ("a:not:in:", ["1", "2"])),
        ("a:nin:()", ("a:nin:", [""])),
        ('a:" x "', ("a:", " x ")),
        ('a:eq:""', ("a:eq:", "")),
        ("a:", ("a:", "")),
        ("and:1", ("and:", "1")),
        ("in:in:(1)", ("in:in:", ["1"])),
        ("and(a:1)", ("and", ("a:", "1"))),
        ("and( a:1 , or(b:2,c:3) )", ("and", ("a:", "1"), ("or", ("b:", "2"), ("c:", "3")))),
        ("not(a:1)", ("not", ("a:", "1"))),
        ("any( a.b , c:1 )", ("any", "a.b", ("c:", "1"))),
        ("all(a,not(c:x y))", ("all", "a", ("not", ("c:", "x y")))),
        ("or(a:x:y:z,b:=)", ("or", ("a:x:y:", "z"), ("b:", "="))),
    ],
)
def test_an_expression_is_a_tree(text: str, tree: object) -> None:
    assert said(parsed(text)) == tree


def test_parts_of_an_expression_know_where_they_stand() -> None:
    piece = decode("or(%C3%A6:1,b:in:(x,+%22y%22))".replace("%C3%A6", "a%62"), 7)
    tree = parse_filter(piece, 8, 3)
    assert isinstance(tree, Branch)
    first, second = tree.operands
    assert isinstance(first, Clause)
    assert isinstance(second, Clause)
    assert (first.name.span, first.operand.part.span) == (Span(10, 14), Span(15, 16))
    assert (second.name.span, second.prefixes.span) == (Span(17, 18), Span(19, 22))
    assert [item.part.span for item in second.items or ()] == [Span(23, 24), Span(26, 33)]
    assert second.operand.part.span == Span(22, 34)


@pytest.mark.parametrize(
    ("text", "span"),
    [("a:1", (2, 3)), ("a:gt:  1 ", (7, 8)), (' a: " 1 " ', (4, 9)), ("a:  ", (2, 2)), ("not( a:gt: )", (10, 10))],
)
def test_blanks_round_an_operand_are_none_of_it_and_an_empty_one_stands_where_they_begin(
    text: str, span: tuple[int, int]
) -> None:
    tree = parsed(text)
    clause = tree.operands[0] if isinstance(tree, Branch) else tree
    assert isinstance(clause, Clause)
    assert clause.operand.part.span == span


def test_the_path_of_any_knows_where_it_stands() -> None:
    tree = parsed("any( a.b ,c:1)")
    assert isinstance(tree, Branch)
    assert tree.path
    assert tree.path.span == Span(5, 8)


@pytest.mark.parametrize(
    ("text", "at", "says"),
    [
        ("", 0, "expected and(, or(, not(, any(, all( or a name, found the end"),
        ("or(a:1", 6, "expected ')' or ',', found the end"),
        ("and()", 4, "or a name, found ')'"),
        ("or (a:1)", 2, "expected ':', found a blank"),
        ("a :1", 1, "expected ':', found a blank"),
        ('a:"5"x', 5, "expected the end, found 'x'"),
        ("a:in:1", 5, "expected '(' before a list, found '1'"),
        ('a:x"y"', 3, 'a value with , ( ) or " in it stands in double quotes'),
        ('a:"x', 2, "a double quote opens here and is not closed"),
        ("a:1)", 3, "expected the end, found ')'"),
        ("any(a:1)", 5, "expected ',', found ':'"),
        ("a:1,b:2", 3, "expected the end, found ','"),
        ("1a:5", 0, "or a name, found '1'"),
        (r'a:"x\n"', 4, r'within double quotes a backslash stands before " or \ only: \" and \\'),
        (r'or(a:eq:"\x",b:"\y")', 9, 'within double quotes a backslash stands before " or \\ only'),
        (r'or(a:"\x,b:1)', 5, "a double quote opens here and is not closed"),
        ("NOT(a:1)", 3, "'NOT' is no group: groups are lower case"),
        ("or(a:1,Any(b,c:1))", 10, "'Any' is no group: groups are lower case"),
        ("xor(a:1)", 3, "there is no group 'xor'"),
        ("any(a(b", 5, "expected ',', found '('"),
        ("\u202ea:1", 0, r"or a name, found '\\u202e'"),
    ],
)
def test_an_expression_that_is_none_says_what_was_expected_and_where(text: str, at: int, says: str) -> None:
    error = misspelt(text)
    assert (error.code, error.start, error.end) == ("syntax", at, min(at + 1, len(text)))
    assert says in error.message


_ENDS_LIST = "expected ')', ',' or a value (in double quotes if it holds , ( ) or \"), found '('"
_IN_QUOTES = '; a value with , ( ) or " in it stands in double quotes'


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('a:in:"x"', "expected '(' before a list, found '\"'"),
        ("a:in:((x))", _ENDS_LIST),
        ("any(a,(b:1))", "expected and(, or(, not(, any(, all( or a name, found '('"),
        ("a:eq:(x)", "expected a value (in double quotes if it holds , ( ) or \") or the end, found '('"),
        ("a:x(y)", "expected the end, found '('" + _IN_QUOTES),
        ('a:in:("x"(', "expected ')' or ',', found '('" + _IN_QUOTES),
    ],
)
def test_quotes_are_proposed_where_they_could_help(text: str, says: str) -> None:
    assert misspelt(text).message == says


def test_nesting_is_counted_while_reading() -> None:
    parsed("not(" * 8 + "a:1" + ")" * 8)
    error = misspelt("not(" * 2000)
    assert (error.code, error.start, error.end) == ("too-deep", 32, 36)
    assert error.message == "nested 9 levels deep here; at most 8 of and, or, not, any, all"


def test_brackets_of_lists_and_quotes_are_no_nesting() -> None:
    parsed("not(" * 8 + "a:in:(1)" + ")" * 8)
    parsed("and(" + ",".join(["a:in:(1)"] * 20) + ")", depth=1)
    parsed('and(a:"((((((((((",not(b:1))', depth=2)
    error = misspelt("and(a:in:(1)," * 2000)
    assert (error.code, error.start, error.end) == ("too-deep", 8 * 13, 8 * 13 + 4)
    error = misspelt("any(a,or(b:in:(1)," * 4)
    assert (error.code, error.message) == ("too-deep", "nested 4 levels deep here; at most 3 of any, all")


def test_the_first_word_may_be_too_deep() -> None:
    error = misspelt("any(a,b:1)", quantifiers=0)
    assert (error.code, error.start, error.end) == ("too-deep", 0, 4)


def test_any_and_all_are_counted_apart() -> None:
    parsed("any(a,all(b,any(c,x:1)))")
    error = misspelt("any(a,not(all( b,any(c,any( d,x:1)))))")
    assert (error.code, error.start, error.end) == ("too-deep", 23, 27)
    assert error.message == "nested 4 levels deep here; at most 3 of any, all"


def test_what_comes_first_is_told() -> None:
    assert misspelt("a:1)" + "not(" * 20).code == "syntax"
    assert misspelt("not(" * 20 + ")))").code == "too-deep"
