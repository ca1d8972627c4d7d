"""The instances service: `GET {base}/storage/api/v1/instances`, for application owners and users."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

from starlette.applications import Starlette

import paramql as pq
from paramql.instances.described import EXAMPLES, INSTANCE
from paramql.instances.policy import HEADER, Policy
from paramql.instances.shown import shown
from paramql.server import Bearer, Explorer, Listing, Store, application

PATH = "/storage/api/v1/instances"
_TOKEN = {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
_HEADERS = {HEADER: "Whose instances: Person:<11 digits> or Organisation:<9 digits>, instead of instanceOwner.partyId"}


def service(
    store: Store,
    schema: pq.Schema,
    bearer: Bearer,
    policy: Policy | None = None,
    *,
    base: str = "",
    count_to: int | None = None,
    explorer: Explorer | None = None,
    clock: Callable[[], dt.datetime] | None = None,
) -> Starlette:
    """The application. `schema` is the one that the store was opened with; its keys sign continuation tokens.

    base: what links begin with. count_to: matches are counted so far (None: all; 0: not at all). explorer: has a page
    at `/`.
    """
    options: dict[str, Any] = {} if clock is None else {"clock": clock}
    listing = Listing(
        path=PATH,
        schema=schema,
        store=store,
        name="instances",
        access=partial((policy or Policy()).access, bearer),
        show=shown,
        count_to=count_to,
        base=base.rstrip("/"),
        secured=_TOKEN,
        headers=_HEADERS,
        item=INSTANCE,
        examples=EXAMPLES,
        summary="Instances that match, last changed first",
        **options,
    )
    return application(listing, title="Instances", explorer=explorer)
