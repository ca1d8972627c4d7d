"""Where a page ended: as a token that is bound to its query, and as the condition that selects what comes after."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Callable, Sequence
from dataclasses import replace

from paramql.ast import FALSE, Compare, Exists, Not, Op, Scalar
from paramql.check import wording
from paramql.declarations import SortKey
from paramql.declare import Expression
from paramql.problems import QueryError
from paramql.query import Position, Query
from paramql.rendering import render
from paramql.simplify import all_of, any_of
from paramql.tokens import BadToken, Opened, Tokens
from paramql.types import Clock, LiteralError, Type, canonical


def resume(query: Query, again: Callable[[dt.datetime], Query]) -> Query:
    """The query from where its token points, read `again` at the token's `now`.

    Raises `QueryError` with the one problem `invalid-token`, whatever is wrong with the token.
    """
    if query.page.token is None or query.schema.tokens is None:
        return query
    try:
        opened = query.schema.tokens.open(query.page.token.text, query.asked_at)
        return replace(_from_there(again(opened.now), opened), asked_at=query.asked_at)
    except BadToken:
        name, span = query.schema.controls["continuationToken"], query.page.token.span
        raise QueryError(query.text, [wording.invalid_token(name, span)]) from None


def token_after(query: Query, position: Position, tokens: Tokens) -> str:
    """The token of the page that ends at `position`, the sort values of its last record."""
    values = tuple(None if value is None else canonical(value) for value in position)
    return tokens.mint(Opened(query.asked_at, query.now, binding(query), values))


def binding(query: Query) -> str:
    """What a token is for: what was asked, the order, the schema and the audience; not the size."""
    first = query.with_page(size=query.schema.size)
    parts = (render(first), repr(list(map(str, query.order))), query.schema.fingerprint, repr(query.audience))
    digest = hashlib.sha256()
    for part in parts:
        encoded = part.encode()
        digest.update(len(encoded).to_bytes(4) + encoded)
    return digest.hexdigest()


def after(order: Sequence[SortKey], position: Position) -> Expression:
    """What comes after `position` in that order; no value comes last in either direction.

    Of one key: `a > x OR (a = x AND rest)`, with `a >= x AND` before it so that an index finds the start.
    """
    if not order:
        return FALSE
    key, value, rest = order[0], position[0], after(order[1:], position[1:])
    if value is None:
        return all_of(Not(Exists(key.field)), rest)
    beyond, reached = (Op.LT, Op.LTE) if key.descending else (Op.GT, Op.GTE)
    tied = all_of(Compare(key.field, Op.EQ, value), rest)
    there = all_of(Compare(key.field, reached, value), any_of(Compare(key.field, beyond, value), tied))
    if rest == FALSE:
        there = Compare(key.field, beyond, value)
    return there if key.field.required else any_of(there, Not(Exists(key.field)))


def _from_there(query: Query, opened: Opened) -> Query:
    if not hmac.compare_digest(binding(query).encode(), opened.binding.encode()):
        raise BadToken
    return query.with_page(after=_position(query, opened.values))


def _position(query: Query, values: Sequence[str | None]) -> Position:
    if len(values) != len(query.order):
        raise BadToken
    return tuple(_value(key, text, query.now) for key, text in zip(query.order, values, strict=True))


def _value(key: SortKey, text: str | None, now: dt.datetime) -> Scalar | None:
    if text is None:
        if key.field.required:
            raise BadToken  # no page ends where there must be a value and is none
        return None
    assert isinstance(key.field.type, Type)  # lists are not sortable
    try:
        folded = key.field.type.fold(Op.EQ, key.field.type.parse(text, Clock(now)))
    except LiteralError:
        raise BadToken from None
    if not folded:
        raise BadToken  # no page ends at a value that is finer than its type
    return folded.value
