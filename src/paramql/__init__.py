"""Filters written in a URL, checked against a schema, the same answer from every backend. Import it as `pq`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paramql.ast import Draft as Draft
    from paramql.backends import CapabilityError as CapabilityError
    from paramql.backends import compile as compile
    from paramql.backends import target as target
    from paramql.backends.places import Column as Column
    from paramql.backends.places import JsonPath as JsonPath
    from paramql.backends.places import Rows as Rows
    from paramql.backends.places import Target as Target
    from paramql.backends.python import Predicate as Predicate
    from paramql.backends.sql.target import SqlTarget as SqlTarget
    from paramql.backends.sql.text import Sql as Sql
    from paramql.builders import all_ as all_
    from paramql.builders import all_of as all_of
    from paramql.builders import any_ as any_
    from paramql.builders import any_of as any_of
    from paramql.builders import contains as contains
    from paramql.builders import endswith as endswith
    from paramql.builders import eq as eq
    from paramql.builders import exists as exists
    from paramql.builders import gt as gt
    from paramql.builders import gte as gte
    from paramql.builders import icontains as icontains
    from paramql.builders import iendswith as iendswith
    from paramql.builders import ieq as ieq
    from paramql.builders import in_ as in_
    from paramql.builders import istartswith as istartswith
    from paramql.builders import lt as lt
    from paramql.builders import lte as lte
    from paramql.builders import ne as ne
    from paramql.builders import nin as nin
    from paramql.builders import not_ as not_
    from paramql.builders import startswith as startswith
    from paramql.declare import Expression as Expression
    from paramql.declare import Field as Field
    from paramql.declare import Limits as Limits
    from paramql.declare import ListOf as ListOf
    from paramql.declare import Parameter as Parameter
    from paramql.declare import Record as Record
    from paramql.links import link as link
    from paramql.paging import Page as Page
    from paramql.paging import Result as Result
    from paramql.paging import page as page
    from paramql.paging import paginate as paginate
    from paramql.problems import Problem as Problem
    from paramql.problems import QueryError as QueryError
    from paramql.query import Query as Query
    from paramql.rendering import encode as encode
    from paramql.rendering import render as render
    from paramql.schema import Schema as Schema
    from paramql.tokens import Tokens as Tokens
    from paramql.types import Boolean as Boolean
    from paramql.types import Choice as Choice
    from paramql.types import Date as Date
    from paramql.types import DateTime as DateTime
    from paramql.types import Decimal as Decimal
    from paramql.types import Float as Float
    from paramql.types import Integer as Integer
    from paramql.types import Text as Text
    from paramql.types import Uuid as Uuid

__version__ = "0.1.0"

_HOME = {
    "ast": "Draft",
    "backends": "CapabilityError compile target",
    "backends.places": "Column JsonPath Rows Target",
    "backends.python": "Predicate",
    "backends.sql.target": "SqlTarget",
    "backends.sql.text": "Sql",
    "builders": """all_ all_of any_ any_of contains endswith eq exists gt gte icontains iendswith ieq in_
        istartswith lt lte ne nin not_ startswith""",
    "declare": "Expression Field Limits ListOf Parameter Record",
    "links": "link",
    "paging": "Page Result page paginate",
    "problems": "Problem QueryError",
    "query": "Query",
    "rendering": "encode render",
    "schema": "Schema",
    "tokens": "Tokens",
    "types": "Boolean Choice Date DateTime Decimal Float Integer Text Uuid",
}
_MODULE_OF = {name: f"paramql.{module}" for module, names in _HOME.items() for name in names.split()}
__all__ = sorted(_MODULE_OF)  # noqa: PLE0605 - the names are listed once, above


def __getattr__(name: str) -> object:
    """Public names are imported when first used, so that `import paramql` costs little."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'paramql' has no attribute {name!r}")
    from importlib import import_module

    value = globals()[name] = getattr(import_module(_MODULE_OF[name]), name)
    return value


def __dir__() -> list[str]:
    return [*globals(), *__all__]
