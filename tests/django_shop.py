"""Orders in SQLite, by Django: a model, and its rows in a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connections, models

from shop import orders

DATABASE = "django_shop"


class Order(models.Model):
    """An order of the shop's, as the example has it."""

    id = models.BigAutoField(primary_key=True)
    customer = models.TextField(null=True)
    status = models.CharField(max_length=8)
    placed = models.DateTimeField()
    total = models.IntegerField(null=True)

    objects: Any = models.Manager()

    class Meta:
        app_label = "django_shop"


ROWS = Order.objects.using(DATABASE)
_KNOWN: Any = connections.databases


@contextmanager
def filled(folder: Path) -> Iterator[None]:
    """The orders are there."""
    known = {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "orders.sqlite")}
    _KNOWN[DATABASE] = connections.configure_settings({"default": known})["default"]
    with connections[DATABASE].schema_editor() as editor:
        editor.create_model(Order)
    ROWS.bulk_create(Order(**values) for values in orders())
    yield
    connections[DATABASE].close()
    del connections[DATABASE], _KNOWN[DATABASE]
