"""Writes docs/reference.md: every public name, its signature and its docstring.

.venv/bin/python tools/reference.py > docs/reference.md
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

import paramql as pq

_SELF = re.compile(r"\(\s*self(?:, ?\s*)?")

_OPAQUE = re.compile(r"<function \w+ at 0x[0-9a-f]+>|<factory>|<object object at 0x[0-9a-f]+>")

HEAD = """# Every name

What each public name is, from its docstring; the examples in them are run by the tests. Guides are elsewhere:
[the tutorial](tutorial.md), [what a filter may say](language.md), [where fields live](storage.md).

Of whatever a client sends, these are promised; [security](security.md) says more, and names the tests of each:

- `QueryError` is the only exception that it raises in `Schema.parse` and `Schema.parse_expression`.
- Time and memory are linear in the length of the query, which is limited.
- No value is ever part of the text of SQL.
- A hidden field has the same answer as one that does not exist.
- A continuation token cannot be forged or used elsewhere; of what `only` keeps from a caller it tells the key alone.
"""
# Modules whose names are not of `pq`, and what they are for.
OTHERS = {
    "paramql.openapi": "what a schema is to its clients",
    "paramql.client": "requests made in Python",
    "paramql.server": "lists over HTTP; it needs the extra `server`",
    "paramql.integrations.starlette": "for Starlette",
    "paramql.integrations.fastapi": "for FastAPI; it needs the extra `fastapi`",
}
# Names that stand for values.
VALUES = {
    "Draft": "An expression whose fields are named only, as the builders make it.",
    "Expression": "An expression whose fields a schema has checked: what backends take.",
    "EXCEPTION_HANDLERS": "For `exception_handlers=` of an application: a wrong query is answered with its problems.",
    "RESPONSES": "For `responses=` of an operation: what `/openapi.json` says of a query that is wrong.",
}
GROUPS = {
    "Declare": "Schema Field Parameter ListOf Record Limits Tokens",
    "Types of values": "Text Integer Decimal Float Boolean DateTime Date Uuid Choice",
    "What a query is": "Query Problem QueryError Expression Draft render link",
    "Expressions made in Python": """all_of any_of not_ eq ne gt gte lt lte in_ nin contains startswith endswith ieq
        icontains istartswith iendswith exists any_ all_ encode""",
    "Compile": "compile target Predicate Sql SqlTarget Target CapabilityError",
    "Where fields live": "Column JsonPath Rows",
    "Pages": "page paginate Page Result",
}


def main() -> None:
    """Print the page."""
    print(page(), end="")


def page() -> str:
    """The page, as Markdown."""
    listed = [name for names in GROUPS.values() for name in names.split()]
    assert sorted(listed) == sorted(pq.__all__), set(listed) ^ set(pq.__all__)
    parts = [HEAD.rstrip()]
    for title, names in GROUPS.items():
        parts += [f"## {title}", *_described("pq", ((name, getattr(pq, name)) for name in names.split()))]
    for name, purpose in OTHERS.items():
        module = import_module(name)
        parts += [f"## `{name}`", f"{purpose[0].upper()}{purpose[1:]}."]
        parts += _described("", ((one, getattr(module, one)) for one in module.__all__))
    return "\n\n".join(parts) + "\n"


def _described(prefix: str, named: Iterable[tuple[str, Any]]) -> Iterator[str]:
    for name, value in named:
        yield f"### {f'{prefix}.' if prefix else ''}{name}".replace("_", r"\_")
        if not (inspect.isclass(value) or inspect.isroutine(value)):
            yield VALUES.get(name) or f"`{_alias(value)}`"
            continue
        yield _code(_signature(name, value))
        yield from _docstring(value)
        if inspect.isclass(value):
            yield from _members(value)


def _alias(value: object) -> str:
    return str(value).replace("paramql.client.typed.", "").replace("paramql.ast.", "").replace("typing.", "")


def _signature(name: str, value: Any) -> str:
    if inspect.isclass(value) and getattr(value, "_is_protocol", False):
        return f"class {name}"
    try:
        signature = inspect.signature(value)
    except ValueError:
        return name
    wrapped = ",\n    ".join(str(one) for one in _marked(signature))
    flat = f"{name}({', '.join(str(one) for one in _marked(signature))})"
    back = "" if signature.return_annotation in (inspect.Signature.empty, None, "None") else f" -> {_plain(signature)}"
    return f"{flat}{back}" if len(flat + back) < 100 else f"{name}(\n    {wrapped},\n){back}"


def _plain(signature: inspect.Signature) -> str:
    return inspect.formatannotation(signature.return_annotation).strip("'")


def _marked(signature: inspect.Signature) -> Iterator[str]:
    """The parameters, with `*` before those that are named only."""
    starred = False
    for parameter in signature.parameters.values():
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        starred = starred or parameter.kind is parameter.VAR_POSITIONAL
        yield _OPAQUE.sub("…", re.sub(r": '([^']*)'", r": \1", str(parameter)))


def _docstring(value: Any) -> Iterator[str]:
    """Paragraphs as they are; sessions in a fence."""
    text = inspect.cleandoc(value.__doc__ or "")
    for paragraph in text.split("\n\n"):
        if paragraph.lstrip().startswith(">>>"):
            yield _code(inspect.cleandoc(paragraph), "python-console")
        elif paragraph.startswith("    "):
            yield _code(inspect.cleandoc(paragraph), "python")
        elif paragraph:
            yield paragraph.replace("<", "&lt;") if "`" not in paragraph else paragraph


def _members(value: type) -> Iterator[str]:
    """Public methods and properties of the class itself, with the first sentence of each."""
    for name, member in vars(value).items():
        inner = member.fget if isinstance(member, property) else member
        if name.startswith("_") or not inspect.isfunction(inner) or not inner.__doc__:
            continue
        call = name if isinstance(member, property) else _flat(_signature(name, inner))
        first = inspect.cleandoc(inner.__doc__).partition("\n\n")[0].replace("\n", " ")
        yield f"- `{_SELF.sub('(', call)}`: {first}"


def _flat(call: str) -> str:
    return re.sub(r"\s+", " ", call).replace("( ", "(").replace(", )", ")")


def _code(text: str, kind: str = "text") -> str:
    return f"```{kind}\n{text}\n```"


if __name__ == "__main__":
    main()
