"""Who asks: an application owner or a user, as a token claims."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from paramql.server import Refusal, forbidden
from paramql.source import is_supported

SCOPES = ("altinn:serviceowner/instances.read", "altinn:instances.read")
_DIGITS = 18
_MOST = 10**_DIGITS
ORG, USER, PARTY = "urn:altinn:org", "urn:altinn:userid", "urn:altinn:partyid"


@dataclass(frozen=True, slots=True)
class Owner:
    """An application owner, who may read instances of its own applications."""

    org: str


@dataclass(frozen=True, slots=True)
class User:
    """A person or a system, who reads on behalf of parties. Either number may be unknown, not both."""

    user: int | None
    party: int | None


Caller: TypeAlias = Owner | User


def caller_of(claims: Mapping[str, Any]) -> Caller:
    """Whose token it is. Raises `Refusal` (403) for an owner's without one of the scopes, and for anybody else's.

    What no instance can have, such as a party of twenty digits, is nobody's.
    """
    if org := claims.get(ORG):
        return _owner(org, claims.get("scope"))
    user, party = (_number(claims.get(name)) for name in (USER, PARTY))
    if user is None and party is None:
        raise _unknown()
    return User(user, party)


def _owner(org: object, scope: object) -> Owner:
    held = scope.split(" ") if isinstance(scope, str) else []
    if not isinstance(org, str) or not is_supported(org) or not set(SCOPES).intersection(held):
        raise forbidden(f"the token of an application owner needs one of the scopes {', '.join(SCOPES)}", SCOPES[0])
    return Owner(org)


def _number(claim: object) -> int | None:
    """A claim that is a number, or a text of digits; None where there is none. Raises `Refusal` for another."""
    if isinstance(claim, str) and claim.isascii() and claim.isdigit() and len(claim) <= _DIGITS:
        return int(claim)
    if claim is None or (type(claim) is int and 0 <= claim < _MOST):
        return claim
    raise _unknown()


def _unknown() -> Refusal:
    return forbidden("the token is neither an application owner's nor a user's")
