"""The table and the mapped class of the five conditions, for the peers that make SQLAlchemy's expressions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

DIALECT = sqlite.dialect()


class Base(DeclarativeBase):
    """Of mapped classes."""


class Instance(Base):
    """A row."""

    __tablename__ = "instances"

    id: Mapped[int] = mapped_column(primary_key=True)
    appId: Mapped[str]  # noqa: N815 - as the parameter is called
    currentTask: Mapped[str]  # noqa: N815
    lastChanged: Mapped[dt.date]  # noqa: N815
    isComplete: Mapped[bool]  # noqa: N815


def sql(statement: Any) -> tuple[str, object]:
    """Text and parameters."""
    compiled = statement.compile(dialect=DIALECT)
    return str(compiled), compiled.params
