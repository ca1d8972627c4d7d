"""Models of Django's whose relations lead everywhere, and rows of theirs in a database of its own."""

# mypy: disallow-subclassing-any=False
# ruff: noqa: E402
# Django comes with types or without; it has settings before its models are made.

from __future__ import annotations

import uuid
from random import Random
from typing import Any as Anything

import django
from django.conf import settings

if not settings.configured:
    settings.configure(USE_TZ=True, USE_I18N=False)
django.setup()

from django.apps.registry import Apps
from django.db import connections, models
from django.db.migrations.state import AppConfigStub

import paramql as pq
from strategies.values import stored

ALIAS = "modelled"
_DATABASES: Anything = connections.databases


def registry() -> Apps:
    """A registry of one app, where models know of each other and of no others."""
    apps = Apps(())
    config: Anything = AppConfigStub(ALIAS)
    config.apps, config.models = apps, apps.all_models[ALIAS]
    apps.app_configs[ALIAS] = config
    return apps


class Modelled(models.Model):
    """A model of that app."""

    class Meta:
        """Where its classes belong."""

        abstract, app_label, apps = True, ALIAS, registry()

    objects: Anything = models.Manager()


class Country(Modelled):
    id = models.AutoField(primary_key=True)
    name = models.CharField(max_length=80)


class Customer(Modelled):
    id = models.AutoField(primary_key=True)
    name = models.CharField(max_length=80)
    password = models.CharField(max_length=80, default="")
    country = models.ForeignKey(Country, models.CASCADE, null=True, related_name="+")


class Profile(Modelled):
    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True)
    note = models.TextField()


class Badge(Modelled):
    """Known by one name in queries and by another in instances."""

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="badge", related_query_name="pinned")
    word = models.CharField(max_length=9)


class Tag(Modelled):
    id = models.AutoField(primary_key=True)
    word = models.SlugField()


class State(models.TextChoices):
    OPEN = "open"
    CLOSED = "closed"


class Order(Modelled):
    id = models.BigAutoField(primary_key=True)
    text = models.CharField(max_length=2000, null=True)
    price = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    ratio = models.FloatField(null=True)
    flag = models.BooleanField(null=True)
    at = models.DateTimeField(null=True)
    day = models.DateField(null=True)
    ref = models.UUIDField(null=True)
    state = models.CharField(max_length=8, blank=True, choices=State.choices)
    level = models.SmallIntegerField(choices=[(1, "low"), (2, "high")])
    notes = models.JSONField(null=True)
    parent = models.ForeignKey("self", models.CASCADE, null=True, related_name="children")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True)
    tags = models.ManyToManyField(Tag)


class Line(Modelled):
    id = models.AutoField(primary_key=True)
    order = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    code = models.CharField(max_length=9, null=True, db_column="article")
    quantity = models.IntegerField()


class Mark(Modelled):
    id = models.AutoField(primary_key=True)
    line = models.ForeignKey(Line, models.CASCADE)
    letter = models.CharField(max_length=1, null=True)


class Special(Order):
    more = models.TextField()


class Twin(Modelled):
    """Tied to orders by a column that is no key."""

    id = models.AutoField(primary_key=True)
    level = models.IntegerField()
    order: Anything = models.ForeignObject(Order, models.CASCADE, ["level"], ["level"], related_name="twins")


MODELS = (Country, Customer, Profile, Tag, Order, Line, Mark)


def fill(schema: pq.Schema, number: int) -> None:
    """The tables, with so many orders, of values that engines disagree about."""
    known = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    _DATABASES[ALIAS] = connections.configure_settings({"default": known})["default"]
    with connections[ALIAS].schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    rng = Random(5)
    Country.objects.using(ALIAS).bulk_create([Country(id=1, name="Norge"), Country(id=2, name="Sverige")])
    names = enumerate(["Åse", "Bo", "a%", ""], 1)
    Customer.objects.using(ALIAS).bulk_create(
        [Customer(id=one, name=name, country_id=rng.choice([None, 1, 2])) for one, name in names]
    )
    Profile.objects.using(ALIAS).bulk_create([Profile(customer_id=1, note="x"), Profile(customer_id=3, note="")])
    Tag.objects.using(ALIAS).bulk_create([Tag(id=one, word=word) for one, word in enumerate(["red", "Red", "å"], 1)])
    for one in range(number):
        _order(one, schema, rng).save(using=ALIAS)
        Order.objects.using(ALIAS).get(id=one).tags.set(rng.sample([1, 2, 3], rng.randint(0, 2)))
        _lines(one, rng)


def close() -> None:
    """Forget them."""
    connections[ALIAS].close()
    del connections[ALIAS], _DATABASES[ALIAS]


def _order(number: int, schema: pq.Schema, rng: Random) -> Order:
    drawn: dict[str, Anything] = {
        name: None if rng.random() < 0.2 else stored(schema[name].type, rng)  # type: ignore[arg-type]
        for name in ("text", "price", "ratio", "flag", "at", "day", "ref")
    }
    return Order(
        id=number,
        ref=(ref := drawn.pop("ref")) and uuid.UUID(ref),
        state=rng.choice(["", State.OPEN, "closed"]),
        level=rng.choice([1, 2]),
        notes=rng.choice([None, [], ["a"], ["a", "å", "%"]]),
        parent_id=rng.choice([None, *range(number)]),
        customer_id=rng.choice([None, 1, 2, 3, 4]),
        **drawn,
    )


def _lines(order: int, rng: Random) -> None:
    for _ in range(rng.randint(0, 3)):
        line = Line(order_id=order, code=rng.choice([None, "x", "y"]), quantity=rng.randint(0, 3))
        line.save(using=ALIAS)
        for _ in range(rng.randint(0, 2)):
            Mark(line=line, letter=rng.choice([None, "m", "n"])).save(using=ALIAS)
