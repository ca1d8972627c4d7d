"""Whom the explorer can ask as: an application owner and users of the invented instances, with tokens."""

from __future__ import annotations

from collections.abc import Sequence

from paramql.instances import keys
from paramql.instances.demo import MISTYPED, QUERIES
from paramql.instances.policy import HEADER
from paramql.server import Explorer, Visitor

ORG, PARTY, PERSON = "digdir", 50_000_001, "Person:01017012345"
OWNERS = {PERSON: PARTY}
_MINE = f"instanceOwner.partyId={PARTY}"


def explorer(key: bytes) -> Explorer:
    """The page. Only what is signed with the key that everybody knows is given to whoever opens it."""
    return Explorer(_invented) if key == keys.DEVELOPMENT else Explorer()


def owners_query(query: str) -> str:
    """A query as an application owner has to send it."""
    return query if query.startswith(("org=", "appId=")) else f"org={ORG}&{query}"


def _invented() -> Sequence[Visitor]:
    owner, user = keys.owner_token(keys.DEVELOPMENT, ORG), keys.user_token(keys.DEVELOPMENT, PARTY)
    asked = [*map(owners_query, QUERIES), MISTYPED]
    return (
        Visitor(f"Application owner {ORG}", owner, f"org={ORG}", queries=asked),
        Visitor(f"User, party {PARTY}", user, _MINE, queries=[f"{_MINE}&{query}" for query in _OF_USERS]),
        Visitor("User, by number", user, headers={HEADER: PERSON}, queries=_OF_USERS),
    )


_OF_USERS = (
    "status.isArchived=true",
    "dueBefore=gte:today&order=asc:lastChanged",
    "process.isComplete=false&lastChanged=gt:2019-05-01",
    "filter=any(data,and(contentType:application/pdf,size:gt:100000))",
)
