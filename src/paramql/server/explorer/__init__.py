"""The explorer: a page that helps to write a query, shows what it means and becomes, and the records that match.

`application(..., explorer=Explorer())` has it at `/`. What the page is told comes through the access of each listing,
as its pages do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from starlette.routing import Route

from paramql.server.explorer.files import file_routes
from paramql.server.explorer.questions import question_routes
from paramql.server.listing import Listing

__all__ = ["Explorer", "Visitor", "explorer_routes"]


@dataclass(frozen=True)
class Visitor:
    """Somebody whom the page can ask as, without a token being pasted.

    name: as the page calls them. token: theirs, which whoever opens the page may use from then on. query: what they
    ask first. headers: that are sent as well. queries: others to try.
    """

    name: str
    token: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    queries: Sequence[str] = ()


def _nobody() -> Sequence[Visitor]:
    return ()


@dataclass(frozen=True)
class Explorer:
    """That there is a page. visitors: called for each visit, so that tokens are fresh; for development only."""

    visitors: Callable[[], Sequence[Visitor]] = _nobody


def explorer_routes(explorer: Explorer, listings: Iterable[Listing], title: str) -> list[Route]:
    """The page at `/`, its files, and what it asks. Raises ValueError for listings that share a name."""
    return [*file_routes(), *question_routes(list(listings), title, explorer.visitors)]
