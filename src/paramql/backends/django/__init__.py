"""Django: a condition for `QuerySet.filter(...)`, on SQLite, PostgreSQL and MariaDB.

    target = pq.target("django", schema, model=Order)
    Order.objects.filter(pq.compile(query.where, target))

A condition is an expression of Django's whose SQL is that of the database's own backend here, and not a `Q` of lookups:
lookups differ between databases in collation, case, JSON and time, where that text is one that has been held to the
language. Columns stand in it as the QuerySet names them, aliases and joins of forward relations included; lists in
other tables are asked by EXISTS and never joined. It is true or false and never NULL, so `exclude(...)`, `~Q(...)` and
`When(...)` mean what they say.

The database is known when a QuerySet is executed, so a target serves any; what cannot be answered exactly on one is
refused then. How values are stored is read from the model's fields.
"""

from __future__ import annotations

from paramql.backends.django.condition import ByNames, Condition
from paramql.backends.django.places import Related
from paramql.backends.django.target import DjangoTarget, make_target
from paramql.backends.places import Target
from paramql.declare import Expression

__all__ = ["Condition", "DjangoTarget", "Related", "compile", "make_target"]


def compile(where: Expression, target: Target | None) -> Condition | ByNames:
    """The condition. Without a target: fields of the same names, of whatever model the QuerySet has."""
    if target is None:
        return ByNames(where)
    if not isinstance(target, DjangoTarget):
        raise ValueError(f"the target was made for {target.backend}, not for django")
    return target.condition(where)
