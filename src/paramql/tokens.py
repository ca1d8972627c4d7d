"""Keys for continuation tokens: how they are signed, how long they live."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

_SHORTEST = 32


@dataclass(frozen=True, init=False)
class Tokens:
    """Keys by id, the first one signs and all verify; `max_age` after which a token is refused (None: never).

    Raises ValueError for a key shorter than 32 bytes (RFC 2104: no shorter than the hash's output).
    """

    keys: Mapping[str, bytes]
    max_age: dt.timedelta | None

    def __init__(self, keys: Mapping[str, bytes], max_age: dt.timedelta | None = None) -> None:
        object.__setattr__(self, "keys", dict(keys))
        object.__setattr__(self, "max_age", max_age)
        if not self.keys:
            raise ValueError("Tokens takes at least one key: Tokens({'2026-01': secrets.token_bytes(32)})")
        for name, key in self.keys.items():
            if len(key) < _SHORTEST:
                raise ValueError(f"the key {name!r} must be bytes, at least {_SHORTEST} of them")
