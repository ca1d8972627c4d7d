"""Running the service: an address of its own, a signal that stops it once what it answers is answered."""

from __future__ import annotations

import json
import re
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette

from paramql.instances import keys
from paramql.instances.policy import Policy
from paramql.instances.schema import declared
from paramql.instances.service import service
from paramql.instances.stores import opened
from paramql.server import Bearer, Explorer, PublishedKeys, SharedKey, connections
from paramql.server.logs import to_standard_error

_PATIENCE = 20


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How the service runs.

    store: its URL. key: the secret, for continuation tokens, and for bearer tokens where there is no `jwks`, which is
    a file or an https address. former: the secret before, whose continuation tokens are still taken. owners: the
    parties of "Person:..." and "Organisation:...". base: what links begin with; None: the address that is listened on.
    timeout: seconds that a statement may take. count_to: how far matches are counted. explorer: has a page at `/`.
    head_timeout: seconds in which the headers of a request have to come. read_timeout: seconds in which a client has to
    read 256 KB of an answer, or all of it. most_connections: at once, of clients (None: what the process has room for).
    """

    store: str
    key: bytes
    former: bytes | None = None
    jwks: str | None = None
    issuer: str = keys.ISSUER
    audience: str = keys.AUDIENCE
    owners: Mapping[str, int] | None = None
    base: str | None = None
    timeout: float = 10
    count_to: int | None = None
    explorer: Explorer | None = None
    head_timeout: float = connections.HEAD_TIMEOUT
    read_timeout: float = connections.READ_TIMEOUT
    most_connections: int | None = None


def owners_in(path: str) -> Mapping[str, int]:
    """The parties of a JSON file, such as `{"Person:01017012345": 1337}`. Raises ValueError for another."""
    found = json.loads(Path(path).read_bytes())
    named = re.compile(r"Person:[0-9]{11}|Organisation:[0-9]{9}")
    if not isinstance(found, dict) or not all(named.fullmatch(key) and type(found[key]) is int for key in found):
        raise ValueError(f'{path} is no object of parties: {{"Person:01017012345": 1337}}')
    return found


def made(settings: Settings, base: str) -> Starlette:
    """The application of settings."""
    secrets = (settings.key, settings.former) if settings.former else (settings.key,)
    schema = declared(keys.page_tokens(*secrets))
    verified = PublishedKeys.at(settings.jwks) if settings.jwks else SharedKey(settings.key)
    owners = {name.lower(): party for name, party in (settings.owners or {}).items()}
    return service(
        opened(settings.store, schema, settings.timeout),
        schema,
        Bearer(verified, settings.issuer, settings.audience),
        Policy(party=lambda kind, number: owners.get(f"{kind}:{number}")),
        base=settings.base or base,
        count_to=settings.count_to,
        explorer=settings.explorer,
    )


def run(settings: Settings, host: str, port: int, started: Callable[[str], None] = lambda _: None) -> None:
    """Serve until a signal comes. `started` is told the address; port 0 is any that is free."""
    to_standard_error()
    with _bound(settings, host, port) as (server, bound, address):
        started(address)
        signal.signal(signal.SIGTERM, _end)  # which uvicorn raises again once it has stopped
        with suppress(KeyboardInterrupt):
            server.run(sockets=[bound])


@contextmanager
def running(settings: Settings, host: str, port: int = 0) -> Iterator[str]:
    """Serve in a thread while the block runs, which is given the address."""
    with _bound(settings, host, port) as (server, bound, address):
        thread = threading.Thread(target=server.run, kwargs={"sockets": [bound]})
        thread.start()
        try:
            yield address
        finally:
            server.should_exit = True
            thread.join()


@contextmanager
def _bound(settings: Settings, host: str, port: int) -> Iterator[tuple[uvicorn.Server, socket.socket, str]]:
    """A server of settings, the socket that it listens on, and its address."""
    most = settings.most_connections or connections.room()
    config = uvicorn.Config(
        "",
        host,
        port,
        http=connections.bounded(most, settings.head_timeout, settings.read_timeout),
        ws="none",
        backlog=max(1, most // 4),  # so many are accepted before it is seen that they are too many, some times over
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=_PATIENCE,
    )
    with config.bind_socket() as bound:
        address = f"http://{f'[{host}]' if ':' in host else host}:{bound.getsockname()[1]}"
        config.app = made(settings, address)
        # So have those that are accepted; without it a body waits until the client has acknowledged the header.
        bound.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        bound.listen(config.backlog)  # who is told the address may ask at once
        yield uvicorn.Server(config), bound, address


def _end(*_: object) -> None:
    sys.exit(0)
