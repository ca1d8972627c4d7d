"""The table, and the orders in it."""

from typing import Any

from django.db import migrations, models

from shop import orders

STATUSES = [("new", "New"), ("sent", "Sent"), ("returned", "Returned")]


def fill(apps: Any, _: object) -> None:
    order = apps.get_model("shop", "Order")
    order.objects.bulk_create(order(**values) for values in orders())


class Migration(migrations.Migration):
    operations = [
        migrations.CreateModel(
            "Order",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("customer", models.TextField(null=True)),
                ("status", models.CharField(max_length=8, choices=STATUSES)),
                ("placed", models.DateTimeField()),
                ("total", models.IntegerField(null=True)),
            ],
        ),
        migrations.RunPython(fill),
    ]
