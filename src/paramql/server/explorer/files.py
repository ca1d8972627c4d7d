"""The page and its files: read once, sent with a policy that lets the page load nothing from elsewhere."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.resources import files

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from paramql.server.answers import is_known

_PAGE = "index.html"
_KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
GUARDS = {
    "Content-Security-Policy": POLICY,
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def file_routes() -> Iterator[Route]:
    """The page at `/`, its files below `/explorer/`: those of this folder by name, and no others."""
    for name, body in sorted(_read().items()):
        address = "/" if name == _PAGE else f"/explorer/{name}"
        yield Route(address, _File(name, body).answer, methods=["GET"], name=name)


def _read() -> dict[str, bytes]:
    folder = files("paramql.server.explorer") / "static"
    return {file.name: file.read_bytes() for file in folder.iterdir() if _kind(file.name)}


def _kind(name: str) -> str | None:
    return next((kind for ending, kind in _KINDS.items() if name.endswith(ending)), None)


class _File:
    """A file, and that a client has it."""

    def __init__(self, name: str, body: bytes) -> None:
        self._body = body
        self._tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
        self._headers = {**GUARDS, "ETag": self._tag, "Cache-Control": "no-cache", "Content-Type": _kind(name) or ""}

    def answer(self, request: Request) -> Response:
        """The file, or that it has not changed."""
        if is_known(request, self._tag):
            return Response(status_code=304, headers=self._headers)
        return Response(self._body, headers=self._headers)
