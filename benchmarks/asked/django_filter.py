"""django-filter, asked for the errors of its form, or for the condition of its SQL."""

from __future__ import annotations

from benchmarks.asked import SAME_NAME, TWO_MISTAKES, UNKNOWN_NAME, WRONG_VALUE, Answer, mistakes

QUESTIONS = {
    UNKNOWN_NAME: "usernam=x",
    SAME_NAME: "age=1&age=5",
    WRONG_VALUE: "age=abc",
    TWO_MISTAKES: "age=abc&age__gt=abc&usernam=x",
}


def answering() -> Answer:
    """By a `FilterSet` of a model."""
    import django
    from django.conf import settings

    settings.configure(
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3"}}, INSTALLED_APPS=["django_filters"]
    )
    django.setup()
    return _of_model()


def _of_model() -> Answer:
    import django_filters
    from django.db import models
    from django.http import QueryDict

    class User(models.Model):  # type: ignore[misc]
        username = models.CharField(max_length=99)
        age = models.IntegerField()

        class Meta:
            app_label = "asked"

    lookups = {"username": ["exact"], "age": ["exact", "gt"]}
    made = type("Asked", (django_filters.FilterSet,), {"Meta": type("Meta", (), {"model": User, "fields": lookups})})

    def answer(text: str) -> object:
        found = made(QueryDict(text), queryset=User.objects.all())
        if not found.is_valid():
            return mistakes((name, said[0]) for name, said in found.errors.items())
        return str(found.qs.query).partition(" WHERE ")[2] or "no condition"

    return answer
