"""django-filter: query parameters by a form, to Django's querysets."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.peers import Job, Peer, Way

_LOOKUPS = {"appId": ["exact"], "currentTask": ["exact"], "lastChanged": ["gt", "lt"], "isComplete": ["exact"]}


def _write(job: Job) -> str:
    return (
        f"appId={job.app}&currentTask={job.task}&lastChanged__gt={job.after}&lastChanged__lt={job.before}"
        f"&isComplete={job.truth}"
    )


def _ways() -> Mapping[str, Way]:
    import django
    from django.conf import settings

    database = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    settings.configure(DATABASES={"default": database}, INSTALLED_APPS=["django_filters"], USE_TZ=False)
    django.setup()
    return _of_model()


def _of_model() -> Mapping[str, Way]:
    import django_filters
    from django.db import models
    from django.http import QueryDict

    class Instance(models.Model):  # type: ignore[misc]
        appId = models.CharField(max_length=99)  # noqa: N815
        currentTask = models.CharField(max_length=99)  # noqa: N815
        lastChanged = models.DateField()  # noqa: N815
        isComplete = models.BooleanField()  # noqa: N815

        class Meta:
            app_label = "benchmark"

    options = {"model": Instance, "fields": _LOOKUPS}
    asked = type("Asked", (django_filters.FilterSet,), {"Meta": type("Meta", (), options)})

    def to_sql(text: str) -> object:
        return asked(QueryDict(text), queryset=Instance.objects.all()).qs.query.sql_with_params()

    return {
        "queryset": Way(_write, lambda text: asked(QueryDict(text), queryset=Instance.objects.all()).qs),
        "SQL and parameters": Way(_write, to_sql),
    }


PEER = Peer(
    "django-filter",
    ("django-filter", "django"),
    schema="values; unknown names are ignored",
    bound="yes",
    logic="and only",
    ways=_ways,
    whole="SQL and parameters",
)
