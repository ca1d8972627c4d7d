"""fastapi-filters, asked over HTTP for the condition that it makes for SQLAlchemy."""

from __future__ import annotations

from typing import Any

from benchmarks.asked import SAME_NAME, TWO_MISTAKES, UNKNOWN_NAME, WRONG_VALUE, Answer

QUESTIONS = {
    UNKNOWN_NAME: "usernam[eq]=x",
    SAME_NAME: "age[gt]=1&age[gt]=5",
    WRONG_VALUE: "age[gt]=abc",
    TWO_MISTAKES: "age[eq]=abc&age[gt]=abc&usernam[eq]=x",
}


def answering() -> Answer:
    """By the filters of a route."""
    import fastapi
    import sqlalchemy
    from fastapi_filters import create_filters
    from fastapi_filters.ext.sqlalchemy import apply_filters

    from benchmarks.asked.over_http import get
    from benchmarks.asked.users_table import User, where

    wanted = fastapi.Depends(create_filters(username=str, age=int))

    def users(asked: Any = wanted) -> str:
        return where(apply_filters(sqlalchemy.select(User), asked))

    users.__annotations__ = {"return": str}
    app = fastapi.FastAPI()
    app.get("/")(users)
    return lambda text: get(app, text)
