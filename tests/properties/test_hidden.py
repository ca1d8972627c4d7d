"""What a caller may not use does not exist: to the last byte of any answer, suggestions and orders included."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from hypothesis import given
from hypothesis import strategies as st

import paramql as pq
from strategies import texts

_SUBSETS = st.sets(st.sampled_from([name for name in texts.NAMES if name != "id"]), max_size=10)


def answer(schema: pq.Schema, text: str | bytes, only: Iterable[str] | None = None, lenient: bool = False) -> object:
    """All that a client can see."""
    try:
        query = schema.parse(text, only=only, lenient=lenient, now=texts.NOON)
    except pq.QueryError as error:
        return error.to_problem(), str(error)
    return pq.render(query), [notice.to_dict() for notice in query.notices], query.names, str(query.order)


def without(names: Iterable[str], fields: Sequence[pq.Field | pq.Parameter], prefix: str = "") -> pq.Schema:
    """The schema of the texts as if some names had never been declared."""
    return pq.Schema(
        *_kept(frozenset(names), fields, prefix),
        order=None if "placed" in names else "desc:placed",
        ignore=["utm_*"],
        tokens=texts.SCHEMA.tokens,
        limits=texts.SCHEMA.limits,
    )


def _kept(
    names: frozenset[str], fields: Sequence[pq.Field | pq.Parameter], prefix: str
) -> Iterable[pq.Field | pq.Parameter]:
    for field in fields:
        if prefix + field.name in names:
            continue
        if isinstance(field, pq.Field) and isinstance(field.type, pq.ListOf) and isinstance(field.type.of, pq.Record):
            members = [
                one for one in _kept(names, field.type.of.fields, f"{prefix}{field.name}.") if isinstance(one, pq.Field)
            ]
            yield pq.Field(field.name, pq.ListOf(pq.Record(*members)))
        else:
            yield field


WITHOUT_HIDDEN = without(texts.HIDDEN, texts.FIELDS)
_NAMED = st.sampled_from([*texts.HIDDEN, "passwrd", "salaryy", "secret", "hidden", "lines.secrets", "parts.hidden"])
_HIDDEN = st.tuples(
    st.sampled_from(
        ["{}=eq:x", "{}=gt:5", "{}=", "{}", "order={}", "order=desc:{}", "filter={}:x", "filter=not({}:in:(a))"]
    )
    | st.sampled_from(["filter=any(lines,{}:x)", "filter=all(lines.parts,{}:x)", "filter=any({},x:y)", "{}=gtt:5"]),
    _NAMED | st.sampled_from(["lines", "lines.parts", "code", "sku"]),
).map(lambda pair: pair[0].format(pair[1]))


@given(_HIDDEN | texts.anything | texts.slipped(_HIDDEN), st.booleans())
def test_a_hidden_field_answers_as_one_that_does_not_exist(text: str, lenient: bool) -> None:
    assert answer(texts.SCHEMA, text, lenient=lenient) == answer(WITHOUT_HIDDEN, text, lenient=lenient)


_ALL = {*texts.NAMES, "lines.quantity", "lines.at.moment", "lines.parts", "lines.parts.weight"}
_ASKED = st.lists(st.sampled_from(sorted(_ALL)), min_size=1, max_size=4).flatmap(
    lambda names: st.sampled_from(["{}=eq:5", "filter=or({}:5,{}:6)", "order=desc:{}", "filter=any({},sku:x)"]).map(
        lambda form: "&".join(form.replace("{}", name) for name in names)
    )
)


@given(_SUBSETS, _ASKED | texts.anything | texts.slipped(_ASKED), st.booleans())
def test_a_name_that_is_not_this_callers_answers_as_one_that_does_not_exist(
    refused: set[str], text: str, lenient: bool
) -> None:
    """Names taken out of the schema change nothing for a caller who might not use them anyway."""
    refused = _with_parameters(refused)
    gone = {name for name in _ALL if any(name == one or name.startswith(f"{one}.") for one in refused)}
    mine = _ALL - {"lines", "lines.parts"} - gone
    schema = without(_emptied(gone, mine) | set(texts.HIDDEN), texts.FIELDS)
    assert answer(texts.SCHEMA, text, mine, lenient) == answer(schema, text, mine, lenient)


@given(texts.slipped(_ASKED))
def test_a_query_that_is_no_utf_8_says_no_more_of_what_is_not_this_callers(text: str) -> None:
    """Such bytes are read another way."""
    broken, mine = text.encode("utf-8", "surrogatepass") + b"&nam\xff=1", {"name", "lines.sku"}
    schema = without(_ALL - mine - {"lines"} | {*texts.HIDDEN}, texts.FIELDS)
    assert answer(texts.SCHEMA, broken, mine) == answer(schema, broken, mine)


@given(st.sets(st.sampled_from([name for name in texts.NAMES if "." not in name])), texts.anything)
def test_whole_names_taken_from_a_caller_are_as_if_undeclared(refused: set[str], text: str) -> None:
    refused = _with_parameters(refused)
    refused |= {name for name in texts.NAMES if name.partition(".")[0] in refused}
    mine = {"id", *texts.NAMES} - refused
    schema = without(refused - {"id"} | set(texts.HIDDEN), texts.FIELDS)
    if "id" not in refused:
        assert answer(texts.SCHEMA, text, mine) == answer(schema, text)


def _with_parameters(refused: set[str]) -> set[str]:
    """Without what a parameter stands on, it cannot be declared."""
    stands = any(name.partition(".")[0] in ("name", "lines") for name in refused)
    return refused | {"either", "sized"} if stands else refused


def _emptied(gone: set[str], mine: set[str]) -> set[str]:
    """What is gone, and the lists of records of which nothing is left."""
    lists = {"lines.parts", "lines"}
    return gone | {one for one in lists if not any(name.startswith(f"{one}.") for name in mine)}
