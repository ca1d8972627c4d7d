"""Links: the client's own text, with the token of the page that they lead to."""

from __future__ import annotations

from paramql.query import Query
from paramql.source import decode, in_url
from paramql.syntax import pairs


def link(query: Query, token: str | None = None) -> str:
    """The query string of a page: as the client wrote it, with `token` in place of the one it had (None: none).

    Characters that cannot stand in a URL are percent-encoded; what was encoded stays as it is.
    """
    name = query.schema.controls["continuationToken"]
    kept = [query.text[pair.name_at : pair.value_at + len(pair.value)] for pair in pairs(query.text)]
    parts = [part for part in kept if not _is_token(part, query)]
    if token is not None:
        parts.append(f"{name}={token}")
    return in_url("&".join(parts))


def _is_token(part: str, query: Query) -> bool:
    name = decode(part.partition("=")[0], 0).text
    return query.schema.control(name) == "continuationToken"
