"""What backends refuse, each with a filter that meets it: the list is of what is refused, not of what is said to be."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal as Number
from functools import partial
from importlib.util import find_spec
from typing import Any as Anything
from typing import ClassVar, cast

from paramql.ast import And, Any, Compare, Exists, Op, Or
from paramql.backends import CapabilityError, compile, target
from paramql.backends.places import Column, JsonPath, Rows
from paramql.declarations import SortKey
from paramql.declare import Expression, Field, ListOf
from paramql.schema import Schema
from paramql.types import DateTime, Decimal, Float, Text, Uuid


@dataclass(frozen=True)
class Refusal:
    """Something that a backend refuses: what, why, and how to meet it. needs: a package that asking takes."""

    backend: str
    what: str
    why: str
    ask: Callable[[], object]
    needs: str = "paramql"

    @property
    def is_met_here(self) -> bool:
        """Whether what asking takes is installed."""
        return find_spec(self.needs) is not None

    def met(self) -> CapabilityError:
        """The refusal. Raises AssertionError where there is none."""
        try:
            answer = self.ask()
        except CapabilityError as error:
            return error
        raise AssertionError(f"{self.backend} does not refuse {self.what}: {answer}")


class Colour(Text):
    """A type that the library does not have."""

    word: ClassVar[str] = "colour"


PRICE, TICKET, TEXT = Field("price", Decimal(2)), Field("ticket", Uuid()), Field("name", Text())
TAGS = Field("tags", ListOf(Text()))
SHADE = Field("shade", Colour())


def _decimal_in_text(name: str) -> object:
    columns = {"price": JsonPath("document", "price", storage="text")}
    return compile(Compare(PRICE, Op.GT, Number(1)), target(name, Schema(PRICE), table="records", columns=columns))


def _native_uuid() -> object:
    columns = {"ticket": Column("ticket", storage="native")}
    return target("mariadb", Schema(TICKET), table="records", columns=columns).order_by([SortKey(TICKET)])


def _list_called_value() -> object:
    return compile(Exists(Field("value", ListOf(Text()))), "sqlite")


def _many_ways() -> object:
    either = Or((Compare(TAGS.element, Op.GT, "m"), Compare(TAGS.element, Op.EQ, "a")))
    return compile(Any(TAGS, And((either,) * 9)), "mongodb")


def _many_alike() -> object:
    return compile(Any(TAGS, And(tuple(Compare(TAGS.element, Op.CONTAINS, f"{n}") for n in range(17)))), "mongodb")


def _long_text(name: str, length: int) -> object:
    return compile(Compare(TEXT, Op.ICONTAINS, "-" * length), name)


def _own_type(name: str) -> object:
    return compile(Compare(SHADE, Op.EQ, "red"), name)


# --- SQLAlchemy


def _written(dialect: Anything, where: Expression, **options: Anything) -> object:
    """The text of a statement, where a target first meets its dialect."""
    import sqlalchemy as sa

    field = options.pop("field", TEXT)
    aimed = target("sqlalchemy", Schema(field), **options) if options else "sqlalchemy"
    return str(sa.select(sa.literal(1)).where(compile(where, aimed)).compile(dialect=dialect()))


def _other_dialect() -> object:
    from sqlalchemy.dialects.oracle import dialect

    return _written(dialect, Compare(TEXT, Op.EQ, "a"))


def _single_float() -> object:
    import sqlalchemy as sa
    from sqlalchemy.dialects.postgresql import dialect

    level = Field("level", Float())
    table = sa.Table("records", sa.MetaData(), sa.Column("level", sa.REAL))
    return _written(dialect, Compare(level, Op.EQ, 1.5), field=level, table=table)


def _bare_list() -> object:
    from sqlalchemy.dialects.sqlite import dialect

    return _written(dialect, Exists(Field("value", ListOf(Text()))))


def _padded_rows() -> object:
    import sqlalchemy as sa
    from sqlalchemy.dialects.postgresql import dialect

    metadata = sa.MetaData()
    table = sa.Table("records", metadata, sa.Column("id", sa.Integer))
    sa.Table("tags", metadata, sa.Column("record", sa.Integer), sa.Column("value", sa.CHAR(9)))
    columns = {"tags": Rows("tags", {"record": "id"})}
    return _written(dialect, Any(TAGS, Compare(TAGS.element, Op.EQ, "a")), field=TAGS, table=table, columns=columns)


# --- Django


class _Elsewhere:
    """A connection of Django's to a database of another kind, or to SQLite at the wall of another zone."""

    def __init__(self, vendor: str) -> None:
        self.vendor, self.timezone_name = vendor, "Europe/Oslo"


class _Hiding:
    """A compiler of Django's that finds a value where a column was."""

    def compile(self, _: object) -> tuple[str, tuple[object, ...]]:
        """The value."""
        return "%s", (1,)


def _in_django(field: Field, connection: str = "sqlite", column: Anything = "a0") -> object:
    """Where a target of Django's first meets a database."""
    from paramql.testing.engines_django import modelled

    model = modelled((field,))
    aimed = cast(Anything, target("django", Schema(field), model=model, columns={field.name: column}))
    return aimed.aimed(_Elsewhere(connection)).scope([field], {})


def _hidden_field() -> object:
    from paramql.testing.engines_django import modelled

    model = modelled((TEXT,))
    aimed = cast(Anything, target("django", Schema(TEXT), model=model, columns={"name": "a0"}))
    return aimed.condition(Exists(TEXT)).texts(_Hiding())


_IN_TEXT = "`gt`, `gte`, `lt` and `lte` of a decimal stored as `text` in JSON, and sorting by it"
_COLUMN = (
    "a column whose type does not keep exactly what is written, or does not compare it so: floats of single precision; "
    "on SQLite, numerics of more than 15 digits and text of a collation other than `BINARY`; a type of another kind "
    "than the field's"
)
_OWN = "a type of one's own, with a `word` of its own"

REFUSALS = (
    *(
        Refusal(name, _IN_TEXT, "text does not sort as numbers do", partial(_decimal_in_text, name))
        for name in ("sqlite", "postgresql", "mariadb", "duckdb")
    ),
    Refusal(
        "sqlite",
        "a list in a column called `key`, `value`, `type`, `id` or another that `json_each` has, without a table",
        "the elements' columns hide it; a target made with `table=` tells them apart",
        _list_called_value,
    ),
    Refusal(
        "mariadb",
        "sorting by a uuid stored as `native`",
        "MariaDB sorts UUIDs by other digits first",
        _native_uuid,
    ),
    Refusal(
        "mongodb",
        "`any` over a list of values, with `or` inside `and`, that can be met in more than 256 ways",
        "an element takes no `$or`, so each way is written out",
        _many_ways,
    ),
    Refusal(
        "mongodb",
        "`any` over a list of values with more than 16 comparisons of one kind that all must hold",
        "an operator stands once in a document; each more is nested, and nesting has a limit",
        _many_alike,
    ),
    Refusal(
        "mongodb",
        "a text operator whose regular expression has more than 32,764 bytes",
        "MongoDB takes no longer one; a single operand within the default limits makes a far shorter one",
        partial(_long_text, "mongodb", 40_000),
    ),
    Refusal(
        "polars",
        "an operator that ignores case with more than 16,384 characters",
        "Polars takes no larger regular expression; operands within the default limits are far shorter",
        partial(_long_text, "polars", 16_385),
        "polars",
    ),
    *(
        Refusal(name, _OWN, "it has no storage for it", partial(_own_type, name))
        for name in ("sqlite", "postgresql", "mariadb", "duckdb", "mongodb")
    ),
    Refusal("polars", _OWN, "it has no storage for it", partial(_own_type, "polars"), "polars"),
    Refusal(
        "sqlalchemy",
        "a dialect other than those of SQLite, PostgreSQL, MariaDB and DuckDB",
        "what it compares exactly is not known",
        _other_dialect,
        "sqlalchemy",
    ),
    Refusal("sqlalchemy", _COLUMN, "it would answer nearly", _single_float, "sqlalchemy"),
    Refusal(
        "sqlalchemy",
        "on SQLite, a list in a column as above that belongs to no table",
        "as above; a column of a `Table` or of a mapped class is told apart",
        _bare_list,
        "sqlalchemy",
    ),
    Refusal(
        "sqlalchemy",
        "child rows with a column that has to be read as another type: on PostgreSQL, `CHAR`, `Enum` and `JSON`",
        "columns of child rows are compared as they are",
        _padded_rows,
        "sqlalchemy",
    ),
    Refusal(
        "django",
        "a database other than SQLite, PostgreSQL and MariaDB",
        "what it compares exactly is not known",
        lambda: _in_django(TEXT, "oracle"),
        "django",
    ),
    Refusal(
        "django",
        "a field of the model that does not keep exactly what is written, or does not compare it so: on SQLite, "
        "decimals of more than 15 digits and text of a collation other than `BINARY`; instants without `USE_TZ`, and "
        "on SQLite and MariaDB those that `TIME_ZONE` of the database puts at another wall than that of UTC",
        "it would answer nearly",
        lambda: _in_django(Field("placed", DateTime())),
        "django",
    ),
    Refusal(
        "django",
        "on SQLite, a `JsonPath` with keys that are not of ASCII alone",
        "Django writes such keys as escapes, which SQLite before 3.45 takes for other keys",
        lambda: _in_django(TEXT, column=JsonPath("document_", "\u00e5")),
        "django",
    ),
    Refusal(
        "django",
        "a path that an annotation of the QuerySet has for its name",
        "the annotation hides the field",
        _hidden_field,
        "django",
    ),
    Refusal("spark", _OWN, "it has no storage for it", partial(_own_type, "spark")),
)
