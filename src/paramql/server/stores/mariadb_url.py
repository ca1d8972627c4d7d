"""What a URL of a MariaDB database says, as PyMySQL takes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy.engine import make_url


def _charset(text: str) -> str:
    if text.lower() != "utf8mb4":
        raise ValueError("texts are read and written as utf8mb4")
    return text


def _flag(text: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[text.lower()]


# Parameters of a URL, and how each is read.
_PARAMETERS: Mapping[str, Callable[[str], Any]] = {
    "unix_socket": str,
    "connect_timeout": int,
    "charset": _charset,
    **dict.fromkeys(("ssl_ca", "ssl_cert", "ssl_key"), str),
    **dict.fromkeys(("ssl_disabled", "ssl_verify_cert", "ssl_verify_identity"), _flag),
}


def options_of(url: str) -> dict[str, Any]:
    """What PyMySQL takes, of `mariadb://user:password@host:3306/database?unix_socket=/path`."""
    made = make_url(url)
    given = {"user": made.username, "password": made.password, "host": made.host, "database": made.database}
    parameters = {name: _parameter(name, text) for name, text in made.query.items()}
    return {name: value for name, value in given.items() if value} | {"port": made.port or 3306, **parameters}


def _parameter(name: str, text: str | Sequence[str]) -> Any:
    try:
        return _PARAMETERS[name](text if isinstance(text, str) else "")
    except (KeyError, ValueError):
        known = ", ".join(_PARAMETERS)
        raise ValueError(f"{name[:64]!r} is wrong in the URL of a MariaDB database, which takes {known}") from None
