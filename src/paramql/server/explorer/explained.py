"""What there is to say of a query: all that is wrong with it, or its tree, its canonical text and what it becomes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from starlette.requests import Request

import paramql as pq
from paramql.openapi.asking import visible
from paramql.server.explorer.code import written
from paramql.server.explorer.drawn import drawn
from paramql.server.explorer.masks import masked
from paramql.server.listing import Access, Listing


def explained(listing: Listing, request: Request, access: Access, text: bytes) -> dict[str, Any]:
    """Of a raw query string, for who asks. Raises `Refusal` where they may not ask that."""
    request.scope["told"] = dict(access.told)
    try:
        query = listing.asked(text, access)
        access.restrict(query)
    except pq.QueryError as error:
        request.scope["told"] |= {"problems": [one.code for one in error.problems]}
        return {"problems": _listed(error.problems)}
    request.scope["told"] |= {"names": sorted(query.names)}
    return {"problems": [], "notices": _listed(query.notices), **_meaning(listing, query, access)}


def _listed(problems: Iterable[pq.Problem]) -> list[dict[str, object]]:
    return [one.to_dict() for one in problems]


def _meaning(listing: Listing, query: pq.Query, access: Access) -> dict[str, Any]:
    """The tree is of what was asked; the code is of what it means, without what the caller may see."""
    open_ = frozenset(name.text for name in visible(listing.schema, access.only))
    return {
        "canonical": pq.render(query),
        "names": list(query.names),
        "order": [str(key) for key in query.order if key.field.name in open_],
        "size": query.page.size,
        "tree": drawn(query.asked),
        "code": [one.shown() for one in written(masked(query.where, open_))],
    }
