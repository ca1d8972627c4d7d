"""The service's secret, what is signed with it, and tokens for development."""

from __future__ import annotations

import hmac
import os
import time
from collections.abc import Mapping, Sequence
from typing import Any

import jwt

import paramql as pq
from paramql.instances.callers import ORG, PARTY, SCOPES, USER

VARIABLE, FORMER = "PARAMQL_INSTANCES_KEY", "PARAMQL_INSTANCES_FORMER_KEY"
ISSUER, AUDIENCE = "paramql-development", "paramql-instances"
_SHORTEST = 32
# Known to everybody who reads this: it proves nothing.
DEVELOPMENT = b"a key for development, known to everybody"


def secret() -> bytes | None:
    """The key that the environment gives; None where it gives none. Raises ValueError for one that is too short."""
    return _given(VARIABLE)


def former() -> bytes | None:
    """The key that there was before, whose continuation tokens are still taken; None where the environment has none."""
    return _given(FORMER)


def _given(name: str) -> bytes | None:
    key = os.environb.get(name.encode()) or None
    if key is not None and len(key) < _SHORTEST:
        raise ValueError(f"{name} has {len(key)} bytes; it needs at least {_SHORTEST} bytes")
    return key


def secret_or_development() -> bytes:
    """The key, or one that everybody knows."""
    return secret() or DEVELOPMENT


def page_tokens(*secrets: bytes) -> pq.Tokens:
    """What signs continuation tokens: a key of their own, made of the secret. Those of former secrets are still taken.

    A key's id is made of the secret, too, so that processes agree on it whatever they were given besides.
    """
    return pq.Tokens({_id(key): hmac.digest(key, b"continuation tokens", "sha256") for key in secrets})


def _id(key: bytes) -> str:
    return hmac.digest(key, b"the id of a key", "sha256").hex()[:8]


def owner_token(key: bytes, org: str, scopes: Sequence[str] = SCOPES[:1], **life: int) -> str:
    """A token of an application owner."""
    return _token(key, {ORG: org, "scope": " ".join(scopes)}, **life)


def user_token(key: bytes, party: int, user: int | None = None, scopes: Sequence[str] = (), **life: int) -> str:
    """A token of a user, who needs no scope."""
    claims = {PARTY: party, USER: user, "scope": " ".join(scopes) or None}
    return _token(key, {name: claim for name, claim in claims.items() if claim is not None}, **life)


def _token(key: bytes, claims: Mapping[str, Any], seconds: int = 8 * 3600) -> str:
    now = int(time.time())
    times = {"iat": now, "nbf": now, "exp": now + seconds}
    return jwt.encode({"iss": ISSUER, "aud": AUDIENCE, **times, **claims}, key, algorithm="HS256")
