"""The mapped class of users, for the peers that make SQLAlchemy's expressions."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """Of mapped classes."""


class User(Base):
    """A row."""

    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str]
    age: Mapped[int]


def where(statement: Any) -> str:
    """The condition of a statement."""
    if statement.whereclause is None:
        return "no condition"
    return str(statement.whereclause.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
