"""Bearer tokens (JWT): their signature by a shared key or by published keys, then what they claim of time and place.

The kind of key decides which algorithms count, never the token: a published key can verify no token that was signed
with its text as a secret.
"""

from __future__ import annotations

import json
import logging
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any, NoReturn, TypeAlias

import jwt
from starlette.requests import Request

from paramql.server.answers import Refusal

Claims: TypeAlias = Mapping[str, Any]

_LOG = logging.getLogger("paramql.server")
_SHORTEST = 32
_LEEWAY = 10
_LONGEST = 8192
_PATIENCE = 5
_MOST = 1_000_000
_PUBLISHED = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]


class SharedKey:
    """A secret that signer and verifier share: HMAC-SHA256. Raises ValueError for one shorter than 32 bytes."""

    def __init__(self, key: bytes) -> None:
        if len(key) < _SHORTEST:
            raise ValueError(f"a shared key must have at least {_SHORTEST} bytes")
        self._key = key

    def verified(self, token: str, **expected: Any) -> Claims:
        """The claims. Raises `jwt.PyJWTError`."""
        claims: Claims = jwt.decode(token, self._key, algorithms=["HS256"], **expected)
        return claims


class PublishedKeys:
    """Keys that an issuer publishes (JWKS), read again when one is not known, and now and then.

    read: gives the key set, as JSON has it. Unknown keys make it read at most once in `pause` seconds.
    """

    def __init__(self, read: Callable[[], Claims], every: float = 600, pause: float = 30) -> None:
        self._read, self._every, self._pause = read, every, pause
        self._keys: dict[str, jwt.PyJWK] = {}
        self._read_at = float("-inf")
        self._lock = Lock()

    @classmethod
    def at(cls, place: str) -> PublishedKeys:
        """Those of a file or an https address. Raises ValueError where there are none to be read now."""
        if place.startswith("http://"):
            raise ValueError(f"keys are read from an https address or a file, not from {place}")
        keys = cls(lambda: _fetched(place) if place.startswith("https://") else json.loads(Path(place).read_bytes()))
        if not keys._refresh():
            raise ValueError(f"no published keys (JWKS) can be read from {place}")
        return keys

    def verified(self, token: str, **expected: Any) -> Claims:
        """The claims. Raises `jwt.PyJWTError`."""
        key = self._key(jwt.get_unverified_header(token).get("kid"))
        if key.algorithm_name not in _PUBLISHED:
            raise jwt.InvalidKeyError("no key to verify with")
        claims: Claims = jwt.decode(token, key, algorithms=[key.algorithm_name], **expected)
        return claims

    def _key(self, name: object) -> jwt.PyJWK:
        with self._lock:
            age = time.monotonic() - self._read_at
            if age > self._every or (name not in self._keys and age > self._pause):
                self._refresh()
            if not isinstance(name, str) or name not in self._keys:
                raise jwt.InvalidKeyError("no such key")
            return self._keys[name]

    def _refresh(self) -> bool:
        """The key set anew, and whether it could be had; where it cannot, the one that there is stays."""
        self._read_at = time.monotonic()
        try:
            found = jwt.PyJWKSet.from_dict(dict(self._read())).keys
        except (OSError, ValueError, TypeError, AttributeError, jwt.PyJWTError) as error:
            _LOG.warning("published keys cannot be read: %s", type(error).__name__)
            return False
        self._keys = {key.key_id: key for key in found if key.key_id}
        return True


def _fetched(address: str) -> Claims:
    with urllib.request.urlopen(address, timeout=_PATIENCE) as answer:  # noqa: S310 - https, the host's own
        keys: Claims = json.loads(answer.read(_MOST))
        return keys


class Bearer:
    """Reads the token of a request. `issuer` and `audience` are what it must name; `exp` must be there.

    It says 401 with a challenge (RFC 6750) where there is no valid token, and not what is wrong with one.
    """

    def __init__(self, keys: SharedKey | PublishedKeys, issuer: str, audience: str) -> None:
        self._keys, self._issuer, self._audience = keys, issuer, audience

    def claims(self, request: Request) -> Claims:
        """What the token claims. Raises `Refusal`."""
        given = request.headers.getlist("authorization")
        scheme, _, token = (given[0] if len(given) == 1 else "").partition(" ")
        if scheme.lower() != "bearer":
            raise Refusal(401, "send a token: Authorization: Bearer ...", {"WWW-Authenticate": "Bearer"})
        return self._verified(token.strip())

    def _verified(self, token: str) -> Claims:
        if len(token) > _LONGEST:
            _invalid()
        try:
            return self._keys.verified(
                token,
                issuer=self._issuer,
                audience=self._audience,
                leeway=_LEEWAY,
                options={"require": ["exp", "iss", "aud"]},
            )
        except (jwt.PyJWTError, ValueError, RecursionError):
            _invalid()


def _invalid() -> NoReturn:
    raise Refusal(401, "the token is not valid", {"WWW-Authenticate": 'Bearer error="invalid_token"'}) from None


def forbidden(detail: str, scope: str | None = None) -> Refusal:
    """A refusal of a caller who is known; `scope`: what would be needed."""
    needed = f', scope="{scope}"' if scope else ""
    return Refusal(403, detail, {"WWW-Authenticate": f'Bearer error="insufficient_scope"{needed}'})
