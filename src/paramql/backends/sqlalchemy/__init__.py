"""SQLAlchemy, Core and ORM: a condition for `select(...).where(...)`, on SQLite, PostgreSQL, MariaDB and DuckDB.

    target = pq.target("sqlalchemy", schema, table=Order)
    session.scalars(select(Order).where(pq.compile(query.where, target)))

The dialect is known when a statement is executed, so a target serves any; what cannot be answered exactly on one is
refused then. How values are stored is read from the columns' types.
"""

from __future__ import annotations

from functools import lru_cache

from paramql.backends.asked import Fields, fields_of
from paramql.backends.places import Target
from paramql.backends.sqlalchemy.condition import Condition
from paramql.backends.sqlalchemy.places import Related
from paramql.backends.sqlalchemy.target import SqlAlchemyTarget, make_target
from paramql.declare import Expression, Field

__all__ = ["Condition", "Related", "SqlAlchemyTarget", "compile", "make_target"]


def compile(where: Expression, target: Target | None) -> Condition:
    """The condition. Without a target: columns of the fields' names, of whatever table the statement has."""
    if target is None:
        return _by_names(tuple(dict.fromkeys(fields_of(where)))).condition(where)
    if not isinstance(target, SqlAlchemyTarget):
        raise ValueError(f"the target was made for {target.backend}, not for sqlalchemy")
    return target.condition(where)


@lru_cache(maxsize=100)
def _by_names(fields: tuple[Field, ...]) -> SqlAlchemyTarget:
    return make_target(Fields(fields))
