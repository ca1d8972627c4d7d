"""Conditions in Python's own words. A value is fetched once in a scope, and compared with None once.

What is known where a condition stands decides its text: after `f0 == v0` was true, `f0` has a value; in the second
operand of an `or` only what every way there has fetched is known.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeAlias

from paramql.ast import Op
from paramql.backends.python.layout import Joined, Text, Word, statement
from paramql.backends.python.members import Access, Path
from paramql.backends.python.numbered import Node
from paramql.backends.python.values import BY_WORD, Kind

Facts: TypeAlias = frozenset[tuple[Path, str]]

_BOUND, _PRESENT, _TYPED = "bound", "present", "typed"
_NULL_SAFE = frozenset({Op.EQ, Op.IN})
_ROOT: Facts = frozenset({((), _BOUND), ((), _PRESENT)})


class Code(NamedTuple):
    """A condition, and what is known of the values where it is true and where it is false."""

    text: Text
    if_true: Facts
    if_false: Facts


class Functions:
    """The functions that walk through lists, one for each `any`; elements may lack keys."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.lines: list[str] = []
        self._names: dict[int, str] = {}

    def name(self, node: Node) -> str:
        """The function's name; it is written when first asked for."""
        if id(node) not in self._names:
            text = self._text(node)
            self._names[id(node)] = name = f"any{len(self._names)}"
            self.lines += [f"def {name}(elements):", *text, ""]
        return self._names[id(node)]

    def _text(self, node: Node) -> list[str]:
        (where,) = node.parts
        condition = Scope("e", self, is_open=True).condition(where, _is_element(where, node.kind, self.access))
        return [
            "    for e in elements:",
            *statement("if", condition, 8),
            "            return True",
            "    return False",
        ]


class Scope:
    """The body of one function, whose record or element is `root`. `is_open`: keys that are not required may lack."""

    def __init__(self, root: str, functions: Functions, *, is_open: bool) -> None:
        self._names: dict[Path, str] = {(): root}
        self._access = functions.access
        self._functions = functions
        self._is_open = is_open
        self._uses: Counter[Path] = Counter()

    def condition(self, where: Node, first: Text | None = None) -> Text:
        """The text of a filter, after the condition `first`, which says that an element is of its type."""
        self._uses.update(_prefixes(where))
        if first is None:
            return self._code(where, _ROOT).text
        known = _ROOT | {((), _TYPED)}
        return _all([Code(first, known, _ROOT), *self._operands(where, known)], _ROOT).text

    def _operands(self, where: Node, known: Facts) -> list[Code]:
        """The operands of an `and`, or the only one."""
        codes: list[Code] = []
        for part in where.parts if where.word == "and" else (where,):
            codes.append(self._code(part, known))
            known = codes[-1].if_true
        return codes

    def _code(self, where: Node, known: Facts) -> Code:
        match where.word:
            case "and":
                return _all(self._operands(where, known), known)
            case "or":
                return self._or(where.parts, known)
            case "not":
                text, if_true, if_false = self._code(where.parts[0], known)
                return Code(Joined("not", (text,)), if_false, if_true)
            case "any":
                return self._any(where, known)
            case "exists":
                return self._exists(where, known)
            case _:
                return self._compare(where, known)

    def _or(self, parts: Sequence[Node], known: Facts) -> Code:
        codes: list[Code] = []
        for part in parts:
            codes.append(self._code(part, known))
            known = codes[-1].if_false
        if_true = frozenset.intersection(*(code.if_true for code in codes)) if codes else known
        return Code(_joined("or", codes), if_true, known)

    def _any(self, where: Node, known: Facts) -> Code:
        guards, x, known = self._fetched(where, known, is_named=True, is_checked=True)
        name = self._names[where.path]
        listed = Code(Joined("or", (f"type({x}) is list", f"is_list({name})")), known, known)
        return _all([*guards, listed, Code(self._search(where, name), known, known)], known)

    def _search(self, where: Node, name: str) -> str:
        (inner,) = where.parts
        if inner.word == Op.EQ and inner.path == () and inner.kind is BY_WORD["text"]:
            return f"{inner.literal} in {name}"
        return f"{self._functions.name(where)}({name})"

    def _exists(self, where: Node, known: Facts) -> Code:
        assert where.kind is not None
        guards, x, known = self._fetched(where, known, is_named=True, is_checked=True)
        return _all([*guards, Code(_fits(where.kind, x), known, known)], known)

    def _compare(self, where: Node, known: Facts) -> Code:
        assert where.kind is not None
        is_loose = (where.kind.mixes or where.word == Op.CONTAINS) and (where.path, _TYPED) not in known
        is_checked = where.word not in _NULL_SAFE
        guards, x, known = self._fetched(where, known, is_named=is_loose, is_checked=is_checked)
        holds = Code(where.form.format(x=x), known | {(where.path, _PRESENT)}, known)
        if not is_loose:
            return _all([*guards, holds], known)
        typed = Code(_is_exact(where.kind, self._names[where.path]), holds.if_true | {(where.path, _TYPED)}, known)
        return _all([*guards, holds, typed], known)

    def _fetched(self, where: Node, known: Facts, *, is_named: bool, is_checked: bool) -> tuple[list[Code], str, Facts]:
        """Source for the value, what must hold before it, and what is known by then."""
        guards: list[Code] = []
        x = self._names[()]
        for end in range(1, len(where.path) + 1):
            is_parent = end < len(where.path)
            may_lack = not where.is_required and (is_parent or is_checked)
            path = where.path[:end]
            named = may_lack or (is_named and not is_parent)
            x, known = self._step(path, x, known, is_named=named, is_required=where.is_required)
            if may_lack and (path, _PRESENT) not in known:
                guards.append(Code(f"{x} is not None", known | {(path, _PRESENT)}, known))
                x, known = self._names[path], guards[-1].if_true
        return guards, x, known

    def _step(self, path: Path, node: str, known: Facts, *, is_named: bool, is_required: bool) -> tuple[str, Facts]:
        if (path, _BOUND) in known:
            return self._names[path], known
        is_open = self._is_open and not is_required
        value = self._access.open(node, path[-1]) if is_open else self._access.sure(node, path[-1])
        if not is_named and self._uses[path] == 1:
            return value, known
        name = self._names.setdefault(path, f"f{len(self._names) - 1}")
        return f"({name} := {value})", known | {(path, _BOUND)}


def _prefixes(where: Node) -> Iterator[Path]:
    if where.word in ("and", "or", "not"):
        for part in where.parts:
            yield from _prefixes(part)
    else:
        yield from (where.path[:end] for end in range(1, len(where.path) + 1))


def _all(codes: Sequence[Code], known: Facts) -> Code:
    """The conditions one after the other; what is known where that is false, each of them knows."""
    if not codes:
        return Code("True", known, known)
    return Code(_joined("and", codes), codes[-1].if_true, frozenset.intersection(*(code.if_false for code in codes)))


def _joined(word: Word, codes: Sequence[Code]) -> Text:
    texts: list[Text] = []
    for code in codes:
        texts += code.text.parts if isinstance(code.text, Joined) and code.text.word == word else [code.text]
    if not texts:
        return "False"
    return texts[0] if len(texts) == 1 else Joined(word, tuple(texts))


def _is_element(where: Node, kind: Kind | None, access: Access) -> Text:
    """Whether `e` is an element of the declared type. What is no mapping need not be asked: `get` raises."""
    if kind is None:
        has_members = access.word == "mapping" and (where.parts or where.path)
        return "e is not None" if has_members else "is_record(e)"
    return _fits(kind, "e")


def _fits(kind: Kind, x: str) -> Text:
    return _is_exact(kind, x) if kind.is_settled_by_class else f"is_{kind.word}({x})"


def _is_exact(kind: Kind, x: str) -> Text:
    return Joined("or", (f"type({x}) is {kind.exact.__name__}", f"is_{kind.word}({x})"))
