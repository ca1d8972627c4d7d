"""A request: conditions, an order, the size of a page, and where the page starts; as text, what stands after `?`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias
from urllib.parse import quote

from paramql.client.condition import Undecided, Where, draft_of, text_of
from paramql.client.names import Key, Name
from paramql.client.typed import Sorted
from paramql.declarations import CONTROLS
from paramql.declare import NAME
from paramql.schema import Schema
from paramql.simplify import all_of

By: TypeAlias = Key | Sorted[Any] | str

_KEY = re.compile(rf"(?:(?:asc|desc):)?{NAME.pattern}")


@dataclass(frozen=True, slots=True)
class Request(Undecided):
    """What a client asks; `request` makes it. As text it is the query string."""

    where: Where | None
    order: tuple[Key, ...] = ()
    size: int | None = None
    token: str | None = None
    schema: Schema | None = field(default=None, compare=False, repr=False)

    @property
    def query_string(self) -> str:
        """What stands after `?`; an empty text where everything is asked for."""
        return "&".join(self._parts())

    def after(self, token: str) -> Request:
        """The same, for the page that a continuation token leads to."""
        return replace(self, token=token)

    def __str__(self) -> str:
        return self.query_string

    def _parts(self) -> Iterator[str]:
        if self.where is not None:
            yield text_of(self.where.draft, self.schema)
        controls = {
            "order": ",".join(map(str, self.order)),
            "size": "" if self.size is None else str(self.size),
            "continuationToken": self.token or "",
        }
        spelled = self.schema.controls if self.schema else {word: word for word in CONTROLS}
        for word, value in controls.items():
            if value:
                yield f"{quote(spelled[word])}={quote(value, safe=',:')}"


def request(
    *where: Where,
    order: By | Iterable[By] = (),
    size: int | None = None,
    token: str | None = None,
    schema: Schema | None = None,
) -> Request:
    """What a client asks: all of the conditions, in an order, a page at a time.

    order: keys such as `where.placed.desc()`; a name alone is ascending, text is as the language has it. token: from
    the `next` link of the page before. schema: what checks it; that of the conditions and keys by default. Raises
    `QueryError` where the schema refuses it, TypeError for what is no condition or no key, ValueError for text that is
    no order, and for what was checked by another schema.

    >>> from paramql.client import fields
    >>> where = fields()
    >>> str(request(where.org == "digdir", order=[where.placed.desc()], size=20))
    'org=eq:digdir&order=desc:placed&size=20'
    """
    keys = tuple(map(_key, order if isinstance(order, Iterable) and not isinstance(order, str) else (order,)))
    drafts = list(map(draft_of, where))
    known = _known(schema, [*(one.schema for one in where), *(key.schema for key in keys)])
    joined = Where(all_of(*drafts), known) if drafts else None
    asked = Request(joined, keys, size, schema=known)
    if known is not None:
        known.parse(asked.query_string)  # but the token, which is another's to read
    return asked if token is None else asked.after(token)


def _key(by: object) -> Key:
    match by:
        case Key():
            return by
        case Name():
            return by.asc()
        case str() if all(map(_KEY.fullmatch, by.split(","))):
            return Key(by)
        case _:
            kind = ValueError if isinstance(by, str) else TypeError
            raise kind(f"{by!r} is no order: write 'desc:name', or where.name.desc()")


def _known(schema: Schema | None, others: Iterable[Schema | None]) -> Schema | None:
    found = list({id(one): one for one in (schema, *others) if one is not None}.values())
    if len(found) > 1:
        raise ValueError("conditions and keys are of several schemas; a request is of one")
    return found[0] if found else None
