"""Makes `derived.py` from the grammar: `python tools/derive.py` (a test holds the two together).

A start symbol without recursion is a regular language. Its pattern tries terminals in the lexer's own order and never
goes back into one (atomic groups, Python 3.11), so that it takes linear time and accepts nothing that Lark refuses.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from lark import Lark
from lark.grammar import Rule, Symbol

ROOT = Path(__file__).parent.parent
TARGET = ROOT / "src/paramql/syntax/derived.py"
_HEADER = '"""Patterns derived from grammar/filter.lark by `python tools/derive.py`; not to be edited."""\n'


@cache
def lark() -> Lark:
    """The parser, for its rules and terminals alone."""
    grammar = (ROOT / "grammar/filter.lark").read_text(encoding="utf-8")
    return Lark(grammar, start=["value", "list", "filter"], parser="lalr", maybe_placeholders=False)


def source() -> str:
    """The text of `derived.py` as the grammar now has it."""
    patterns = {"VALUE": _of("value", named=True), "LIST": _of("list"), "ITEM": _of("item", named=True)}
    terminals = {
        name: _terminal(name)
        for name in ("AND", "OR", "NOT", "OPEN", "CLOSE", "COMMA", "PATH", "PREFIXES", "LIST_PREFIX")
    }
    lines = [f"{name} = {_literal(pattern)}" for name, pattern in (patterns | terminals).items()]
    return _HEADER + "\n# fmt: off\n" + "\n".join(lines) + "\n# fmt: on\n"


def _literal(pattern: str) -> str:
    text = repr(pattern)
    return text + ("  # noqa: E501" if len(text) > 90 else "")


def _of(rule: str, named: bool = False) -> str:
    alternatives = sorted(_rules()[rule], key=_lexer_order)
    choices = [_sequence(alternative, named) for alternative in alternatives]
    return choices[0] if len(choices) == 1 else f"(?>{'|'.join(choices)})"


def _rules() -> dict[str, list[Rule]]:
    rules: dict[str, list[Rule]] = {}
    for rule in lark().rules:
        rules.setdefault(str(rule.origin.name), []).append(rule)
    return rules


def _lexer_order(rule: Rule) -> tuple[bool, float, int]:
    """What may be empty comes last, terminals of higher priority first, longer sequences first."""
    return (_may_be_empty(rule), -max(map(_priority, rule.expansion[:1]), default=0), -len(rule.expansion))


def _may_be_empty(rule: Rule) -> bool:
    return all(map(_is_nullable, rule.expansion))


def _is_nullable(symbol: Symbol) -> bool:
    repeated = symbol.name.startswith("__")
    return not symbol.is_term and not repeated and any(map(_may_be_empty, _rules()[symbol.name]))


def _priority(symbol: Symbol) -> float:
    if not symbol.is_term:
        return max(_priority(rule.expansion[0]) for rule in _rules()[symbol.name] if rule.expansion)
    return next(terminal.priority for terminal in lark().terminals if terminal.name == symbol.name)


def _sequence(rule: Rule, named: bool) -> str:
    return "".join(_symbol(symbol, named) for symbol in rule.expansion)


def _symbol(symbol: Symbol, named: bool) -> str:
    name = str(symbol.name)
    if symbol.is_term:
        return f"(?P<{name}>{_terminal(name)})" if named else _terminal(name)
    return _repeated(name) if name.startswith("__") else _of(name, named)


def _repeated(helper: str) -> str:
    once = next(rule for rule in _rules()[helper] if rule.expansion[0].name != helper)
    return f"(?>{_sequence(once, named=False)})+"


def _terminal(name: str) -> str:
    return f"(?>{next(t.pattern.to_regexp() for t in lark().terminals if t.name == name)})"


if __name__ == "__main__":
    TARGET.write_text(source(), encoding="utf-8")
