"""`make serve`: the service on SQLite with invented instances, and what to ask it, ready to be pasted."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

from paramql.instances import keys
from paramql.instances.demo import QUERIES
from paramql.instances.generator import generate
from paramql.instances.loading import Report, load_file
from paramql.instances.service import PATH
from paramql.instances.serving import Settings, run
from paramql.instances.stores import opened

COUNT = 10_000
PORT = 8080
_ORG, _PARTY = "digdir", 50_000_001
_PERSON = "Person:01017012345"


def main(count: int = COUNT, port: int = PORT) -> None:
    """Invent, load, tell what to ask, and serve until a signal comes."""
    with tempfile.TemporaryDirectory(prefix="paramql-instances-") as folder:
        url = filled(Path(folder), count)
        print(f"{count:,} instances invented and loaded into SQLite", flush=True)
        key = keys.secret_or_development()
        settings = Settings(store=url, key=key, owners={_PERSON: _PARTY})
        run(settings, "127.0.0.1", port, lambda address: print("\n".join(told(key, address)), flush=True))


def filled(folder: Path, count: int) -> str:
    """The URL of a store that holds invented instances."""
    file, url = folder / "instances.ndjson", f"sqlite:///{folder / 'instances.db'}"
    with file.open("w", encoding="utf-8") as stream:
        for document in generate(count):
            stream.write(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")
    store = opened(url)
    load_file(store, str(file), Report())
    store.close()
    return url


def told(key: bytes, address: str) -> Iterator[str]:
    """Lines for a shell: tokens, then what an application owner asks, and a user."""
    yield f"\nOWNER='{keys.owner_token(key, _ORG)}'"
    yield f"USER_='{keys.user_token(key, _PARTY)}'"
    yield f"AT='{address}{PATH}'\n"
    for query in QUERIES:
        asked = query if {"org=", "appId="} & {query[:4], query[:6]} else f"org={_ORG}&{query}"
        yield _curl("$OWNER", f"{asked}&size=2")
    yield _curl("$OWNER", f"org={_ORG}&lastChange=gt:2019&dueBefore=gtt:2019")
    yield _curl("$USER_", f"instanceOwner.partyId={_PARTY}")
    yield _curl("$USER_", "status.isArchived=true", f" -H 'X-Ai-InstanceOwnerIdentifier: {_PERSON}'")
    yield f"curl -s {address}/openapi.json\n"


def _curl(token: str, query: str, more: str = "") -> str:
    return f'curl -s -H "Authorization: Bearer {token}"{more} "$AT?{query}"'


if __name__ == "__main__":  # pragma: no cover - `make serve` does it
    main()
