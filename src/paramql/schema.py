"""The road of a query, whole: text to pairs, pairs to clauses, clauses to what they mean."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from copy import copy
from functools import cached_property, lru_cache
from typing import Any as Anything

from paramql.ast import Expr
from paramql.bind import bind
from paramql.check import check, check_expression, ruled
from paramql.check.quick import Quick
from paramql.declarations import PAGING, Declarations
from paramql.declare import Expression, Field, texts
from paramql.load import Loader
from paramql.position import resume
from paramql.query import Query
from paramql.types import Clock


class Schema(Declarations):
    """What may be asked: fields and parameters, the order and size of pages, limits, names left to the host.

    order: the default, such as `"desc:placed"`. size, max_size: records on a page, 1,000,000 at most. ignore: names
    left to the host (`utm_*`). controls: new names for `order`, `size`, `continuationToken`, `filter`. ignore_case:
    names match in any case. tokens: keys for continuation tokens; without them the parameter does not exist. rules:
    functions of the query that return problems. A schema that is wrong raises ValueError or TypeError, saying what to
    change.

    >>> import paramql as pq
    >>> orders = Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("total", pq.Decimal(2), sortable=True))
    >>> query = orders.parse("total=gte:100&order=desc:total")
    >>> pq.compile(query.where, "sqlite")
    Sql(text='`total` >= ?', params=(10000,))
    """

    def parse(
        self,
        text: str | bytes,
        *,
        now: dt.datetime | None = None,
        zone: dt.tzinfo | None = None,
        lenient: bool = False,
        audience: str | None = None,
        only: Iterable[str] | None = None,
    ) -> Query:
        """The query that a raw query string asks (never decoded before: positions and duplicates matter).

        now: the instant of relative times (aware; the clock's by default). zone: of times without an offset (UTC).
        lenient: unknown top-level names become notices. audience: whom tokens are for. only: the names this caller may
        use; all others do not exist, and what the default order has of them is left out. Raises `QueryError` with every
        problem, and nothing else whatever the text.

        >>> import paramql as pq
        >>> pq.Schema(pq.Field("n", pq.Integer())).parse("n=x&m=1")
        Traceback (most recent call last):
        paramql.problems.QueryError: n=x&m=1
          ^ 'x' is not an integer (a whole number such as 12 or -3)
        n=x&m=1
            ^ there is no parameter 'm'
        """
        if now is None and audience is None and only is None and zone is None and type(text) is str:
            if (kept := self._quick.kept.get(text)) is not None:
                return kept
        else:
            _check_clock(now, zone)
            _check_audience(audience)
        names = None if only is None else _names(only)
        short = text if (zone is None or zone is dt.UTC) and type(text) is str else None
        if short is not None and (query := self._quick.read(short, now, audience, names)) is not None:
            return ruled(query) if self.rules else query
        if type(text) is bytes and (read_as := _utf_8(text)) is not None:
            return self.parse(read_as, now=now, zone=zone, lenient=lenient, audience=audience, only=names)
        _check_query(text)
        return self._read(text, _clock(now, zone), lenient, audience, names)

    def _read(
        self, text: str | bytes, clock: Clock, lenient: bool, audience: str | None, only: frozenset[str] | None
    ) -> Query:
        """The query, read the whole way."""

        def read(instant: dt.datetime) -> Query:
            found = check(text, self, Clock(instant, clock.zone), lenient=lenient, audience=audience, only=only)
            return ruled(found)

        return resume(read(clock.now), read)

    def parse_expression(
        self, text: str, *, now: dt.datetime | None = None, zone: dt.tzinfo | None = None
    ) -> Expression:
        """What an expression means, written as in `filter` but not percent-encoded. Raises `QueryError`.

        >>> import paramql as pq
        >>> schema = pq.Schema(pq.Field("n", pq.Integer()))
        >>> schema.parse_expression("or(n:1,n:2)") == schema.bind(pq.any_of(pq.eq("n", 1), pq.eq("n", 2)))
        True
        """
        if not isinstance(text, str):
            raise TypeError(f"parse_expression takes a str, not {type(text).__name__}")
        return check_expression(text, self, _clock(now, zone))

    def bind(self, where: Expr[Anything]) -> Expression:
        """The checked form of an expression made by builders. Raises KeyError or TypeError where it does not fit.

        >>> import paramql as pq
        >>> pq.Schema(pq.Field("tags", pq.ListOf(pq.Text()))).bind(pq.eq("tags", "new")).field.name
        'tags'
        """
        return bind(where, self.scope)

    def load(self, document: Mapping[str, Anything], strict: bool = False) -> dict[str, Anything]:
        """A JSON document as a typed record of the declared fields; what is not of its type is no value.

        Raises ValueError where a required field has no value; when `strict`, for every misfit.

        >>> import paramql as pq
        >>> schema = pq.Schema(pq.Field("placed.on", pq.Date()), pq.Field("total", pq.Integer()))
        >>> schema.load({"placed": {"on": "2019-05-01"}, "total": "?", "other": 1})
        {'placed': {'on': datetime.date(2019, 5, 1)}}
        """
        return self._loader.load(document, strict)

    @cached_property
    def _unpaged(self) -> Schema:
        whole = copy(self)
        words = {name: word for name, word in self._control_words.items() if word not in PAGING}
        vars(whole).pop("_quick", None)  # it reads by the words that there were
        vars(whole).update(_control_words=words)
        return whole

    @cached_property
    def _quick(self) -> Quick:
        return Quick(self)

    @cached_property
    def _loader(self) -> Loader:
        return Loader(self.fields)

    def __getitem__(self, name: str) -> Field:
        return self.field(name)


def unpaged(schema: Schema) -> Schema:
    """The schema of a list that is all on one page: the size and the token of a page do not exist. It is kept.

    >>> import paramql as pq
    >>> unpaged(pq.Schema(pq.Field("n", pq.Integer()))).parse("n=1&size=5")
    Traceback (most recent call last):
    paramql.problems.QueryError: n=1&size=5
        ^^^^ there is no parameter 'size'
    """
    return schema._unpaged  # noqa: SLF001 - of this module


def _names(only: Iterable[str]) -> frozenset[str]:
    return _checked_names(only) if type(only) is frozenset else _as_names(only)


def _as_names(only: Iterable[str]) -> frozenset[str]:
    listed = None if isinstance(only, Mapping) else only  # which may say of a name that it must not be used
    return frozenset(texts(listed, "only takes a list of names: only=['org']"))


_checked_names = lru_cache(maxsize=256)(_as_names)


def _clock(now: dt.datetime | None, zone: dt.tzinfo | None) -> Clock:
    _check_clock(now, zone)
    return Clock(now or dt.datetime.now(dt.UTC), zone or dt.UTC)


def _utf_8(text: bytes) -> str | None:
    try:
        return text.decode()
    except UnicodeDecodeError:
        return None  # what is wrong is said of each place


def _check_query(text: object) -> None:
    if not isinstance(text, str | bytes):
        raise TypeError(f"parse takes a query string, as str or bytes, not {type(text).__name__}")


def _check_audience(audience: object) -> None:
    if not isinstance(audience, str | None):
        raise TypeError(f"audience must be a str, the same for each page of a caller, not {audience!r}")


def _check_clock(now: object, zone: object) -> None:
    if now is not None and not (isinstance(now, dt.datetime) and now.tzinfo):
        raise TypeError("now must be an aware datetime: datetime.now(UTC)")
    if not isinstance(zone, dt.tzinfo | None):
        raise TypeError("zone must be a tzinfo: ZoneInfo('Europe/Oslo')")
