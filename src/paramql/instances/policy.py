"""What a caller may see, as an expression that is ANDed with the query: pages are full, and totals are true."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, assert_never

from starlette.requests import Request

import paramql as pq
from paramql.ast import And, Compare, Exists, Not, Op, Or
from paramql.ast import Any as Some
from paramql.declare import Asked
from paramql.instances.callers import Caller, Owner, User, caller_of
from paramql.instances.schema import SCHEMA
from paramql.server import Access, Bearer, forbidden

HEADER = "X-Ai-InstanceOwnerIdentifier"
_PARTY = "instanceOwner.partyId"
_IDENTIFIER = re.compile(r"(?i:(person):([0-9]{11})|(organisation):([0-9]{9}))")


def _own_org(owner: Owner) -> Collection[str]:
    return (owner.org,)


def _own_party(user: User) -> Collection[int]:
    return () if user.party is None else (user.party,)


def _nobody(kind: str, number: str) -> int | None:
    return None


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What the host decides.

    orgs: those whose instances an owner may read. parties: those that a user may read for. party: the party of a
    number, `("person", "01017012345")` or `("organisation", "310000000")`; None where there is none.
    """

    orgs: Callable[[Owner], Collection[str]] = _own_org
    parties: Callable[[User], Collection[int]] = _own_party
    party: Callable[[str, str], int | None] = _nobody

    def access(self, bearer: Bearer, request: Request) -> Access:
        """What a request may see. Raises `Refusal` (401, 403)."""
        caller = caller_of(bearer.claims(request))
        given = request.headers.getlist(HEADER)
        identified = [_IDENTIFIER.fullmatch(one) for one in given]
        if len(given) > 1 or not all(identified):
            return Access(caller, problems=(_malformed(),), told=_told(caller))
        named = self._named(identified[0]) if identified else None
        audience = repr((caller, [one.lower() for one in given]))
        return Access(caller, audience, restrict=partial(self.restrict, caller, named=named), told=_told(caller))

    def restrict(self, caller: Caller, query: pq.Query, named: pq.Expression | None = None) -> pq.Query:
        """The query as a caller may ask it. named: whose instances the header asks for.

        Raises `QueryError` where it lacks what this caller must send, `Refusal` where it asks for another owner's.
        """
        _check_sent(caller, query, named is not None)
        asked = query.where if named is None else pq.all_of(query.where, named)
        match caller:
            case Owner():
                orgs = self.orgs(caller)
                _check_orgs(query, orgs)
                return replace(query, where=pq.all_of(_among("org", orgs), asked))
            case User():
                mine = self.parties(caller)
                return replace(query, where=pq.all_of(_among(_PARTY, mine), _THERE, seen(_of_these(asked, mine))))
            case _:
                assert_never(caller)

    def _named(self, identified: re.Match[str] | None) -> pq.Expression:
        assert identified
        kind, number = (word for word in identified.groups() if word)
        party = self.party(kind.lower(), number)
        return _among(_PARTY, () if party is None else (party,))


def _told(caller: Caller) -> dict[str, str]:
    return {"caller": type(caller).__name__.lower()}


def _among(name: str, values: Collection[Any]) -> pq.Expression:
    """Of one value no list is made: databases that are asked for two parties look up the one that is no list."""
    found = sorted(values)
    return SCHEMA.bind(pq.eq(name, found[0]) if len(found) == 1 else pq.in_(name, found) if found else pq.any_of())


def _of_these(where: pq.Expression, parties: Collection[int]) -> pq.Expression:
    """The same for whoever sees these parties alone; a database looks nothing up of others, which would take time."""
    match where:
        case And(operands):
            return pq.all_of(*(_of_these(operand, parties) for operand in operands))
        case Or(operands):
            return pq.any_of(*(_of_these(operand, parties) for operand in operands))
        case Not(operand):
            return pq.not_(_of_these(operand, parties))
        case Compare(field, Op.EQ | Op.IN, value) if field.name == _PARTY:
            return _among(_PARTY, {*value} & {*parties} if isinstance(value, tuple) else {value} & {*parties})
        case Compare() | Some() | Exists():
            return where
        case _:
            assert_never(where)


_THERE = SCHEMA.bind(pq.eq("status.isHardDeleted", False))
_VISIBLE = SCHEMA.bind(pq.any_("data", pq.eq("deleteStatus.isHardDeleted", False)))


def seen(where: pq.Expression) -> pq.Expression:
    """The same, asked of the data elements that a user sees: hard-deleted ones are not there to be found."""
    assert isinstance(_VISIBLE, Some)
    match where:
        case And(operands):
            return pq.all_of(*map(seen, operands))
        case Or(operands):
            return pq.any_of(*map(seen, operands))
        case Not(operand):
            return pq.not_(seen(operand))
        case Some(field, inner) if field == _VISIBLE.field:
            return Some(field, pq.all_of(inner, _VISIBLE.where))
        case Exists(field) if field == _VISIBLE.field:
            return _VISIBLE
        case Compare() | Some() | Exists():
            return where
        case _:
            assert_never(where)


def _check_sent(caller: Caller, query: pq.Query, is_identified: bool) -> None:
    if found := list(_unsent(caller, query, is_identified)):
        raise pq.QueryError(query.text, found)


def _unsent(caller: Caller, query: pq.Query, is_identified: bool) -> Iterator[pq.Problem]:
    """What the caller has to send and has not, or sends twice."""
    if is_identified and _PARTY in query.names:
        yield _conflict(query, f"send {_PARTY} or the header {HEADER}, not both", query.names[_PARTY])
    if isinstance(caller, Owner) and not {"org", "appId"} & query.names.keys():
        yield _conflict(query, "an application owner has to send org or appId")
    if isinstance(caller, User) and not is_identified and _PARTY not in query.names:
        yield _conflict(query, f"a user has to send {_PARTY} or the header {HEADER}")


def _conflict(query: pq.Query, message: str, span: Any = None) -> pq.Problem:
    place = span or (0, len(query.text))
    return pq.Problem("conflict", message, None, type(_ANYWHERE)(*place))


_ANYWHERE = pq.Problem("conflict", "").span


def _malformed() -> pq.Problem:
    return pq.Problem("invalid-value", f"{HEADER} is Person:<11 digits> or Organisation:<9 digits>, once", HEADER)


def _check_orgs(query: pq.Query, orgs: Collection[str]) -> None:
    """An owner who asks for another's instances is told so; whatever else is asked is answered of its own."""
    named = {*_values(query.asked, "org"), *(app.partition("/")[0] for app in _values(query.asked, "appId"))}
    if not named <= set(orgs):
        raise forbidden("the token does not allow instances of that application owner")


def _values(asked: Asked, name: str) -> Iterator[str]:
    """The values of which a parameter must have one."""
    match asked:
        case And(operands):
            for operand in operands:
                yield from _values(operand, name)
        case Compare(field, Op.EQ | Op.IN, value) if field.text == name:
            yield from value if isinstance(value, tuple) else (value,)  # type: ignore[misc]
        case _:
            return
