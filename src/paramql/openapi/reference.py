"""The reference of an API's filters, in Markdown: what its clients may ask, with an example of everything."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from paramql.check.operators import WORDS
from paramql.declare import Name, Parameter, Record
from paramql.openapi.asking import (
    accepted,
    askable,
    asked_of,
    example_of,
    is_of_list,
    is_option,
    names,
    operators_of,
    sortable,
    type_of,
)
from paramql.openapi.parameters import Examples
from paramql.problems import QueryError
from paramql.rendering import escaped, quoted
from paramql.schema import Schema
from paramql.types import Choice, Type

_MEANINGS: Mapping[str, str] = {
    "eq": "the value is this; what stands without an operator",
    "ne": "not `eq`: so true where there is no value, too",
    "in": "the value is one of these",
    "nin": "not `in`: so true where there is no value, too",
    "gt": "the value is greater",
    "gte": "the value is greater or equal",
    "lt": "the value is less",
    "lte": "the value is less or equal",
    "contains": "the text has this in it",
    "startswith": "the text begins with this",
    "endswith": "the text ends with this",
    "ieq": "as `eq`, in any case",
    "icontains": "as `contains`, in any case",
    "istartswith": "as `startswith`, in any case",
    "iendswith": "as `endswith`, in any case",
    "exists": "`true`: there is a value, `false`: there is none",
}
_CODES: Mapping[str, str] = {
    "unknown-parameter": "there is no such name",
    "unknown-operator": "there is no such operator",
    "operator-not-allowed": "the name does not take this operator",
    "invalid-value": "the value is not of the type",
    "empty-value": "there is no value",
    "out-of-range": "the value is beyond what can be asked for",
    "invalid-encoding": "a percent escape is broken, or no UTF-8",
    "unsupported-character": "a character that no value can have",
    "syntax": "an expression is not written as it has to be",
    "duplicate-parameter": "what may stand once stands twice",
    "too-long": "a limit of length is passed",
    "too-many": "a limit of number is passed",
    "too-deep": "a limit of nesting is passed",
    "not-sortable": "the name cannot be sorted by",
    "invalid-token": "the continuation token is not of this query, or too old",
    "conflict": "parameters do not go together, or one is missing",
}


def reference(
    schema: Schema, title: str = "Filters", only: Iterable[str] | None = None, examples: Examples | None = None
) -> str:
    """The reference of a schema's filters, as Markdown: names, operators, order, pages, errors.

    Each example is a query string that the schema takes. only: the names that these clients may use (None: all).
    examples: of values, by name, for those that take few. Raises ValueError for an example that the schema refuses.

    >>> import paramql as pq
    >>> text = reference(pq.Schema(pq.Field("id", pq.Integer(), unique=True)), "Orders")
    >>> text.splitlines()[0], "id=gte:12" in text
    ('# Orders', True)
    """
    kept = names(only)
    shown = {name: _asked(schema, name, (examples or {}).get(name.text, ())) for name in askable(schema, kept)}
    parts = [
        f"# {title}",
        _HOW,
        *_names(schema, shown, sortable(schema, kept)),
        *_operators(shown),
        *_each(shown),
        *_groups(schema, shown),
        *_pages(schema, sortable(schema, kept)),
        *_errors(schema),
    ]
    return "\n\n".join(parts) + "\n"


_HOW = """A filter stands in the query string: `name=value`, or `name=operator:value`. All of them have to be true of
what is answered, and the same name may stand again: two bounds are a range. `not:` before the operator turns a filter
round. In values, `%`, `&`, `+`, `#` and what is not ASCII are percent-encoded, once."""


def _asked(schema: Schema, name: Name, given: Sequence[str]) -> list[str]:
    """A value for each operator; the host's own, where there is one."""
    own = {_operator(example): example for example in reversed(accepted(schema, name, given, strict=True))}
    literal = next((_literal(word, example) for word, example in own.items() if word not in _OF_LISTS), None)
    return accepted(schema, name, [own.get(word) or example_of(name, word, literal) for word in operators_of(name)])


_OF_LISTS = ("in", "nin", "exists")


def _operator(example: str) -> str:
    head, colon, _ = example.partition(":")
    return head if colon and head in WORDS else "eq"


def _literal(word: str, example: str) -> str:
    return example.removeprefix(f"{word}:")


def _names(schema: Schema, shown: Mapping[Name, Sequence[str]], keys: Sequence[str]) -> Iterator[str]:
    yield "## Names"
    yield _table(("name", "takes", ""), ((f"`{name.text}`", _taken(name), _note(name, keys)) for name in shown))
    if schema.ignore_case:
        yield "Names may be written in any case."
    if any(map(is_of_list, shown)):
        yield (
            "What is asked of a list is true where some element is so; two filters may be true of two elements. Where "
            "there is no element, only what is negated is true."
        )
    scalars = [of for of in map(asked_of, shown) if isinstance(of, Type) and not isinstance(of, Choice)]
    yield "## Values"
    yield _table(("type", "is written"), {of.word: (of.word, of.accepts) for of in scalars}.values())


def _taken(name: Name) -> str:
    of = asked_of(name)
    word = of.accepts if isinstance(of, Choice) else "records" if isinstance(of, Record) else of.word
    return f"list: {word}" if is_of_list(name) else word


def _note(name: Name, keys: Sequence[str]) -> str:
    if isinstance(name.target, Parameter) and name.target.notice:
        return f"deprecated: {name.target.notice}"
    if is_option(name):
        return "an option, not a filter: it stands once"
    return "sortable" if name.text in keys else ""


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *([cell.replace("|", r"\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _operators(shown: Iterable[Name]) -> Iterator[str]:
    used = {word for name in shown for word in operators_of(name)}
    yield "## Operators"
    told = ((f"`{word}`", meaning) for word, meaning in _MEANINGS.items() if word in used)
    yield _table(("operator", "true where"), told)


def _each(shown: Mapping[Name, Sequence[str]]) -> Iterator[str]:
    yield "## Examples of each"
    for name, values in shown.items():
        yield f"### `{name.text}`"
        yield f"{_sentence(type_of(name))}"
        if values:
            yield _block(f"{name.text}={escaped(value)}" for value in values)


def _sentence(text: str) -> str:
    return f"{text[0].upper()}{text[1:]}."


def _block(lines: Iterable[str]) -> str:
    return "\n".join(["```text", *lines, "```"])


def _groups(schema: Schema, shown: Mapping[Name, Sequence[str]]) -> Iterator[str]:
    filters = [(name, values[0]) for name, values in shown.items() if values and not is_option(name)]
    word = escaped(schema.controls["filter"])
    yield "## And, or, not"
    yield (
        f"`{word}` takes an expression of `and(…)`, `or(…)`, `not(…)` and filters, written `name:operator:value`. "
        "A value that holds a comma, a bracket or a quote stands in double quotes; a list in brackets. It may stand "
        "beside other filters, and again."
    )
    if filters:
        one, other = (_clause(name.text, value) for name, value in (filters[0], filters[min(1, len(filters) - 1)]))
        yield _block([f"{word}=or({one},not({other}))"])
    if some := next(_quantified(filters), None):
        yield "`any(list,…)` is true where one element is so, `all(list,…)` where each is; names are the element's."
        yield _block([f"{word}=any({some})", f"{word}=all({some})"])


def _clause(name: str, value: str) -> str:
    """A filter as it stands in an expression."""
    word = _operator(value)
    literal = _literal(word, value)
    if word in ("in", "nin"):
        return escaped(f"{name}:{word}:{literal if literal[0] == '(' else f'({literal})'}")
    return escaped(f"{name}:{word}:{quoted(literal)}")


def _quantified(filters: Iterable[tuple[Name, str]]) -> Iterator[str]:
    """A list of records that stands in the record itself, and a filter of its elements."""
    for name, value in filters:
        if len(name.lists) == 1:
            outer = name.lists[0].name
            yield f"{outer},{_clause(name.text.removeprefix(f'{outer}.'), value)}"


def _pages(schema: Schema, keys: Sequence[str]) -> Iterator[str]:
    order, size, token = (schema.controls[word] for word in ("order", "size", "continuationToken"))
    yield "## Order and pages"
    if keys:
        default = ", ".join(f"`{key}`" for key in schema.order if key.field.name in keys)
        yield (
            f"`{order}` sorts by {', '.join(f'`{key}`' for key in keys)}, with `asc:` or `desc:` before it, and by "
            "several with commas between. What has no value comes last."
            + (f" Without it: {default}." if default else "")
        )
        yield _block([f"{order}=desc:{keys[0]}"])
    yield f"`{size}` says how many stand on a page: from 1 to {schema.max_size:,}, and {schema.size:,} without it."
    yield _block([f"{size}={min(20, schema.max_size)}"])
    follow = "A page has the address of the next one, to be followed as it is; on the last page it is null."
    yield follow + (f" In it, `{token}` says where that page starts." if schema.control(token) else "")


def _errors(schema: Schema) -> Iterator[str]:
    yield "## Errors"
    yield (
        "A query that is wrong is answered with status 400 and `application/problem+json` (RFC 9457). It lists every "
        "mistake; `span` counts characters of the query string as it was sent."
    )
    yield _block([_WRONG])
    yield "\n".join(["```json", json.dumps(_problem(schema), indent=2, ensure_ascii=False), "```"])
    yield "\n".join(
        ["| code | means |", "|---|---|", *(f"| `{code}` | {meaning} |" for code, meaning in _CODES.items())]
    )
    limits = schema.limits
    yield (
        f"A query has at most {limits.query:,} characters and {limits.clauses:,} filters, nested {limits.depth} deep; "
        f"a list {limits.items:,} items; a value {limits.operand:,} characters, {limits.folded_operand:,} where case "
        "is ignored."
    )


_WRONG = "no-such-name=1"


def _problem(schema: Schema) -> dict[str, object]:
    try:
        schema.parse(_WRONG)
    except QueryError as error:
        return error.to_problem()
    raise ValueError(f"the schema takes {_WRONG!r}, which every reference shows as a mistake; do not ignore it")
