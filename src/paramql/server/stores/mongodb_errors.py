"""Errors of MongoDB, as a store tells of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from pymongo.errors import ConnectionFailure, CursorNotFound, ExecutionTimeout, OperationFailure

from paramql.server.stores import Full, TimedOut, Unavailable

# By code (https://www.mongodb.com/docs/manual/reference/error-codes/): what is no fault of a query, and passes.
_PASSING = {
    1: "InternalError",  # SecantusDB's word once its disk has failed it
    6: "HostUnreachable",
    8: "UnknownError",
    24: "LockTimeout",
    64: "WriteConcernTimeout",
    112: "WriteConflict",
    133: "FailedToSatisfyReadPreference",
    202: "NetworkInterfaceExceededTimeLimit",
    251: "NoSuchTransaction",
    264: "TooManyFilesOpen",
    290: "TransactionExceededLifetimeLimitSeconds",
    365: "TemporarilyUnavailable",
}
_EXCEEDED_TIME_LIMIT, _INTERRUPTED, _OUT_OF_DISK_SPACE = 262, 11601, 14031
_NAMED: Mapping[Any, type[Exception]] = {
    **dict.fromkeys(_PASSING, Unavailable),
    **dict.fromkeys((_EXCEEDED_TIME_LIMIT, _INTERRUPTED), TimedOut),
    _OUT_OF_DISK_SPACE: Full,
}


@contextmanager
def translated() -> Iterator[None]:
    """Raise `TimedOut`, `Full` or `Unavailable` for what is no fault of the operation."""
    try:
        yield
    except ExecutionTimeout as error:
        raise TimedOut from error
    except (ConnectionFailure, CursorNotFound) as error:  # the server has gone, or has been another's since
        raise Unavailable from error
    except OperationFailure as error:
        found = _named(error)
        raise error if found is None else found from error


def _named(error: OperationFailure) -> type[Exception] | None:
    """What the code of a failure says, or that of the first write that failed or was not confirmed."""
    details = error.details or {}
    failed = details.get("writeErrors") or details.get("writeConcernErrors") or [{"code": error.code}]
    return _NAMED.get(failed[0]["code"])
