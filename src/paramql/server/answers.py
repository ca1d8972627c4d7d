"""What is answered where nothing is found: problem details (RFC 9457), and which answers a client accepts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

import paramql as pq
from paramql.integrations.answers import details
from paramql.integrations.starlette import EXCEPTION_HANDLERS, problem_response
from paramql.server.stores import TimedOut, Unavailable

_WAIT = {"Retry-After": "1"}
_CODES = ("sqlite_errorname", "sqlstate", "code")  # of sqlite3, psycopg, PyMongo


class Refusal(Exception):
    """A request that is not answered: a status, a sentence for the client, headers."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status, detail)
        self.status, self.detail, self.headers = status, detail, headers


def problem(
    status: int,
    detail: str | None = None,
    problems: Iterable[pq.Problem] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A problem detail. `problems`: every mistake in the query, where that is what is wrong."""
    return problem_response(details(status, detail, problems), headers)


def _wrong_query(request: Request, error: Exception) -> Response:
    """Every problem; 414 where the query is too long to be read."""
    assert isinstance(error, pq.QueryError)
    request.scope.setdefault("told", {})["problems"] = [one.code for one in error.problems]
    [first, *_] = error.problems
    status = 414 if first.code == "too-long" and first.parameter is None else 400
    return problem(status, "; ".join(one.message for one in error.problems), error.problems)


def refused(_: object, error: Exception) -> Response:
    """What a refusal says."""
    assert isinstance(error, Refusal)
    return problem(error.status, error.detail, headers=error.headers)


def _http(_: Request, error: Exception) -> Response:
    """No such page, no such method."""
    assert isinstance(error, HTTPException)
    return problem(error.status_code, headers=error.headers)


def _timed_out(request: Request, error: Exception) -> Response:
    _tell_cause(request, error)
    return problem(504, "the store took too long; ask for less, or for what an index serves")


def _unavailable(request: Request, error: Exception) -> Response:
    _tell_cause(request, error)
    return problem(503, "the store cannot be reached, or is busy; try again", headers=_WAIT)


def _tell_cause(request: Request, error: Exception) -> None:
    """To the log: what the driver calls it, and none of its words, which may have values in them."""
    cause = error.__cause__ or error
    codes = [one for one in cause.args[:1] if isinstance(one, int)]  # PyMySQL's
    codes += [code for name in _CODES if (code := getattr(cause, name, None))]
    request.scope.setdefault("told", {})["cause"] = " ".join(map(str, [type(cause).__name__, *codes[:1]]))


def busy() -> Refusal:
    """More is asked at once than is answered at once."""
    return Refusal(503, "too much is asked at once; try again", _WAIT)


def _left(*_: object) -> Response:
    """To nobody; so it is no failure of the service."""
    return problem(400, "the client left before its request had come")


HANDLERS: Mapping[Any, Any] = {
    **EXCEPTION_HANDLERS,
    pq.QueryError: _wrong_query,
    Refusal: refused,
    HTTPException: _http,
    ClientDisconnect: _left,
    TimedOut: _timed_out,
    Unavailable: _unavailable,
}


def joined(request: Request, name: str) -> str:
    """A header that may stand several times."""
    return ", ".join(request.headers.getlist(name))


def is_known(request: Request, tag: str) -> bool:
    """Whether the client has what the tag stands for."""
    return tag in [part.strip() for part in joined(request, "if-none-match").split(",")]


def accepts(header: str | None, kind: str = "application/json") -> bool:
    """Whether a value of the Accept header lets a media type through: the most exact range decides (RFC 9110).

    >>> accepts("text/html, application/*;q=0.5"), accepts("*/*, application/json;q=0"), accepts(None)
    (True, False, True)
    """
    ranges = [_range(part) for part in (header or "*/*").split(",") if part.strip()]
    wanted = ("*/*", f"{kind.partition('/')[0]}/*", kind)
    fitting = [(wanted.index(name), quality) for name, quality in ranges if name in wanted]
    return bool(fitting) and max(fitting)[1] > 0


def _range(part: str) -> tuple[str, float]:
    name, *parameters = (word.strip().lower() for word in part.split(";"))
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key == "q":
            return name, _quality(value)
    return name, 1.0


def _quality(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0
