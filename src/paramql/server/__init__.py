"""A list of records over HTTP: any schema, any store. It needs the extra `[server]`.

from paramql.server import Listing, application

app = application(Listing(path="/api/orders", schema=orders, store=store), title="Orders")
"""

from paramql.server.answers import Refusal
from paramql.server.app import application
from paramql.server.bearer import Bearer, PublishedKeys, SharedKey, forbidden
from paramql.server.explorer import Explorer, Visitor
from paramql.server.listing import Access, Listing
from paramql.server.stores import Filled, Found, Full, Mark, Mismatch, Store, TimedOut, Unavailable

__all__ = [
    "Access",
    "Bearer",
    "Explorer",
    "Filled",
    "Found",
    "Full",
    "Listing",
    "Mark",
    "Mismatch",
    "PublishedKeys",
    "Refusal",
    "SharedKey",
    "Store",
    "TimedOut",
    "Unavailable",
    "Visitor",
    "application",
    "forbidden",
]
