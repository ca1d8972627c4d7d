"""fastapi-filter, asked over HTTP for the condition that its SQLAlchemy backend makes."""

from __future__ import annotations

from benchmarks.asked import Answer
from benchmarks.asked.django_filter import QUESTIONS  # the same words

__all__ = ["QUESTIONS", "answering"]


def answering() -> Answer:
    """By a filter of a route."""
    import fastapi
    import sqlalchemy
    from fastapi_filter import FilterDepends
    from fastapi_filter.contrib.sqlalchemy import Filter

    from benchmarks.asked.over_http import get
    from benchmarks.asked.users_table import User, where

    class Asked(Filter):  # type: ignore[misc]
        username: str | None = None
        age: int | None = None
        age__gt: int | None = None

        class Constants(Filter.Constants):  # type: ignore[misc]
            model = User

    def users(asked: Filter = FilterDepends(Asked)) -> str:  # noqa: B008 - as FastAPI has it
        return where(asked.filter(sqlalchemy.select(User)))

    users.__annotations__ = {"asked": Asked, "return": str}  # text, of names that are local
    app = fastapi.FastAPI()
    app.get("/")(users)
    return lambda text: get(app, text)
