"""Spark as an engine: tables of structs and arrays, or with lists in child tables, in a session of this process's own.

A session is started when records are first loaded, which takes some seconds; it ends with the process.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from typing import Any as Anything

from paramql.backends import compile
from paramql.backends.spark import SparkTarget, make_target
from paramql.declare import Expression, Field
from paramql.schema import Schema
from paramql.testing.engine import key_of
from paramql.testing.engines_sql import TABLE, in_rows

STYLES = ("structs", "rows")
# A few rows in one task: what is not needed for these is left out, and nothing is compiled for one filter's sake.
_SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.log.level": "OFF",
    "spark.sql.adaptive.enabled": "false",
    "spark.sql.caseSensitive": "true",  # schemas may have names that differ in case alone
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.session.timeZone": "America/New_York",
    "spark.sql.shuffle.partitions": "1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def missing() -> str | None:
    """Why there is no such engine here; None where there is."""
    if not find_spec("pyspark"):
        return "Spark: install it (pip install 'paramql[spark]', or make spark)"
    if not (shutil.which("java") or "JAVA_HOME" in os.environ):
        return "Spark: it needs Java 17 (apt-get install openjdk-17-jre-headless)"
    return None


@functools.cache
def session() -> Anything:  # pragma: no cover - `make spark` has it, as all below
    """The session, of one thread."""
    from pyspark.sql import SparkSession  # pyright: ignore[reportMissingImports]

    folder = tempfile.mkdtemp(prefix="paramql-spark-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    builder = SparkSession.builder.master("local[1]").appName("paramql")
    for name, value in {**_SETTINGS, "spark.sql.warehouse.dir": folder, "spark.local.dir": folder}.items():
        builder = builder.config(name, value)
    started = builder.getOrCreate()
    atexit.register(started.stop)
    return started


def hold(target: SparkTarget, records: Iterable[Mapping[str, Anything]]) -> None:  # pragma: no cover - needs Spark
    """Make the tables of a target, of typed records."""
    tables: dict[str, list[Anything]] = {table: [] for table in target.schemas}
    for record in records:
        tables[str(target.table)].append(target.row(record))
        for table, rows in target.children(record).items():
            tables[table] += rows
    for table, columns in target.schemas.items():
        _local(session().createDataFrame(tables[table], columns)).createOrReplaceTempView(f"`{table}`")


def _local(frame: Anything) -> Anything:  # pragma: no cover - needs Spark
    """The same rows in the plan itself, which takes no job to read."""
    known = session()
    return type(frame)(known._jsparkSession.createDataFrame(frame._jdf.collectAsList(), frame._jdf.schema()), known)  # noqa: SLF001


# Whose records the tables hold now.
_HOLDER: list[object] = []


class SparkEngine:  # pragma: no cover - needs Spark
    """Tables of a session, asked by text with parameters and by a column, in turn. `style`: where lists live."""

    def __init__(self, style: str) -> None:
        self.name = f"spark, {style}"
        self._style = style
        self._turn = 0
        self._held: tuple[object, ...] = ()

    def load(self, schema: Schema, documents: Iterable[Mapping[str, Anything]]) -> None:
        """Make the tables, unless they hold just these documents: their columns have no place for misfits."""
        if _HOLDER[:] == [self] and self._held[0] is schema and self._held[1] is documents:
            return
        _HOLDER[:], self._held = [self], (schema, documents)
        places = in_rows(schema) if self._style == "rows" else {}
        self.target: SparkTarget = make_target(schema, table=TABLE, columns=places)
        self.key: Field = key_of(schema)
        hold(self.target, [schema.load(document) for document in documents])

    def select(self, where: Expression) -> set[Anything]:
        """The keys, by a statement with parameters or by a column."""
        self._turn += 1
        if self._turn % 2:
            sql = compile(where, self.target)
            found = session().sql(f"SELECT * FROM {TABLE} WHERE {sql.text}", args=sql.params)  # noqa: S608 - ours
        else:
            found = session().table(TABLE).filter(self.target.column(where))
        return {key for (key,) in found.select(f"`{self.key.name}`").collect()}
