"""Continuation tokens: signed, bound to a query, and one answer to every misuse.

A token is `id.payload.signature`, base64url without padding. The payload says when it was issued, the frozen `now`,
what it is bound to and where the page ended; it is signed, not secret: a client can read the sort values of the last
record it was given. Whoever reads one checks in this order: length, signature, form, then meaning.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

_SHORTEST = 32
_LONGEST = 4096
_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")
_VERSION = b"paramql-token-1"


class Opened(NamedTuple):
    """What a token that was signed by us says."""

    issued: dt.datetime
    now: dt.datetime
    binding: str
    values: tuple[str | None, ...]


class BadToken(ValueError):
    """A token that cannot be used, for whatever reason."""


@dataclass(frozen=True, init=False)
class Tokens:
    """Keys by id: the first one signs, all verify, so keys rotate; `max_age` after which tokens are refused.

    Raises ValueError for a key shorter than 32 bytes (RFC 2104, section 3) or an id that cannot stand in a URL,
    TypeError for a key that is no bytes and a `max_age` that is no timedelta.
    """

    keys: Mapping[str, bytes]
    max_age: dt.timedelta | None

    def __init__(self, keys: Mapping[str, bytes], max_age: dt.timedelta | None = None) -> None:
        if not isinstance(keys, Mapping):
            raise TypeError("Tokens takes keys by id: Tokens({'2026-01': secrets.token_bytes(32)})")
        if not isinstance(max_age, dt.timedelta | None):
            raise TypeError(f"max_age must be a timedelta, such as timedelta(hours=1), not {max_age!r}")
        object.__setattr__(self, "keys", dict(keys))
        object.__setattr__(self, "max_age", max_age)
        if not self.keys:
            raise ValueError("Tokens takes at least one key: Tokens({'2026-01': secrets.token_bytes(32)})")
        for name, key in self.keys.items():
            _check_key(name, key)

    def mint(self, content: Opened) -> str:
        """The token that says so. Raises ValueError where the sort values are too long to put in a URL."""
        name = next(iter(self.keys))
        payload = _payload(content)
        token = f"{name}.{payload}.{_sign(self.keys[name], name, payload)}"
        if len(token) > _LONGEST:
            raise ValueError("the sort values of a record are too long for a continuation token; sort by shorter ones")
        return token

    def open(self, token: str, now: dt.datetime) -> Opened:
        """What a token says. Raises `BadToken` where it is not ours, not whole, or too old."""
        if len(token) > _LONGEST or not token.isascii():
            raise BadToken
        name, _, rest = token.partition(".")
        payload, _, signature = rest.partition(".")
        _verify(self.keys.get(name), name, payload, signature)
        content = _content(payload)
        if self.max_age is not None and now - content.issued > self.max_age:
            raise BadToken
        return content


def _check_key(name: object, key: object) -> None:
    if not isinstance(name, str) or not _ID.fullmatch(name):
        raise ValueError(f"the key id {name!r} must be of letters, digits, '_' and '-', 32 at most")
    if not isinstance(key, bytes):
        raise TypeError(f"the key {name!r} must be bytes, such as secrets.token_bytes(32)")
    if len(key) < _SHORTEST:
        raise ValueError(f"the key {name!r} must be bytes, at least {_SHORTEST} of them")


def _verify(key: bytes | None, name: str, payload: str, signature: str) -> None:
    import hmac

    expected = _sign(key or bytes(_SHORTEST), name, payload)
    if not hmac.compare_digest(expected.encode(), signature.encode()) or key is None:
        raise BadToken


def _sign(key: bytes, name: str, payload: str) -> str:
    """HMAC-SHA256 over version, key id and payload, each with its length before it."""
    import hmac

    parts = (_VERSION, name.encode(), payload.encode())
    signed = b"".join(len(part).to_bytes(4) + part for part in parts)
    return _base64(hmac.digest(key, signed, "sha256"))


def _payload(content: Opened) -> str:
    import json

    members = [content.issued.isoformat(), content.now.isoformat(), content.binding, list(content.values)]
    return _base64(json.dumps(members, ensure_ascii=False, separators=(",", ":")).encode())


def _content(payload: str) -> Opened:
    """The members of a payload whose signature holds, so that it is as it was written."""
    import base64
    import json

    members = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    issued, now, binding, values = members
    return Opened(dt.datetime.fromisoformat(issued), dt.datetime.fromisoformat(now), binding, tuple(values))


def _base64(data: bytes) -> str:
    import base64

    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
