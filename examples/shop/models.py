"""Orders, for Django."""

from django.db import models

STATUSES = [("new", "New"), ("sent", "Sent"), ("returned", "Returned")]


class Order(models.Model):
    id = models.BigAutoField(primary_key=True)
    customer = models.TextField(null=True)
    status = models.CharField(max_length=8, choices=STATUSES)
    placed = models.DateTimeField()
    total = models.IntegerField(null=True)
