"""Filters on a cluster of Spark's: `python -m benchmarks.cluster` measures it, and writes docs/cluster.md.

A master and two workers are started on this machine by the scripts that PySpark brings, with two applications beside
them: one has an executor on one worker, the other one on each; an executor has one core. Both are asked the same, in
turn. The rows are invented inside Spark, and kept as Parquet in a folder for each month.
"""

from __future__ import annotations

import argparse
import atexit
import datetime as dt
import json
import os
import platform
import re
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stdout
from io import StringIO
from pathlib import Path
from socket import create_server
from typing import Any, NamedTuple
from urllib.request import urlopen

import paramql as pq

ROWS, MONTHS, FILES, EVERY = 10_000_000, 20, 40, 997
ROUNDS = 5
TABLE = "orders"
PAGE = Path(__file__).parents[1] / "docs" / "cluster.md"
_PATIENCE = 60

SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True, sortable=True),
    pq.Field("month", pq.Text(ordered=True), required=True),
    pq.Field("due", pq.DateTime()),
    pq.Field("status", pq.Choice("new", "open", "closed", "lost")),
    pq.Field("amount", pq.Decimal(2, digits=12)),
    pq.Field("title", pq.Text()),
    pq.Field("customer.name", pq.Text()),
    pq.Field("tags", pq.ListOf(pq.Text())),
    pq.Field("lines", pq.ListOf(pq.Record(pq.Field("sku", pq.Text()), pq.Field("quantity", pq.Integer())))),
)
TARGET = pq.target("spark", SCHEMA, table=TABLE)

QUERIES = (
    "month=2025-03",
    "month=in:2025-03,2026-07&status=open",
    "month=gte:2026-06&status=not:open",
    "amount=gt:990&customer.name=startswith:Ber",
    "due=gte:2026-01-01&due=lt:2026-01-02",
    "title=icontains:beef",
    "tags=urgent&lines.quantity=gt:8",
)

# Of a row's number, and of nothing else. Some rows lack some values.
_ROWS = f"""
SELECT id,
    CASE WHEN h % 11 <> 0 THEN timestamp_micros(1735689600000000 + id * 5184000 + h % 1000000) END AS due,
    CASE WHEN h % 13 <> 0 THEN element_at(array('new', 'open', 'closed', 'lost'), CAST(1 + h % 4 AS INT)) END AS status,
    CASE WHEN h % 17 <> 0 THEN CAST(CAST(h % 100000 AS DECIMAL(10, 0)) / 100 AS DECIMAL(12, 2)) END AS amount,
    concat('Order ', hex(h)) AS title,
    named_struct('name', CASE WHEN h % 7 <> 0 THEN concat(
        element_at(array('Ada', 'Bernt', 'Berit', 'Åse'), CAST(1 + h % 4 AS INT)), ' ', h % 1000) END) AS customer,
    CASE WHEN h % 5 = 0 THEN array('urgent', concat('tag ', h % 20)) WHEN h % 5 = 1 THEN array() END AS tags,
    transform(sequence(1, CAST(1 + h % 3 AS INT)), n -> named_struct(
        'sku', concat('x', (h + n) % 500), 'quantity', (h DIV 3 + n) % 10)) AS lines,
    date_format(add_months(DATE'2025-01-01', CAST(id * {MONTHS} DIV {{rows}} AS INT)), 'yyyy-MM') AS month
FROM (SELECT id, xxhash64(id) & 1152921504606846975 AS h FROM range(0, {{rows}}, 1, {FILES}))
"""

# --- the cluster


class Answer(NamedTuple):
    """What an application found: how many rows match, how many files it read, and the seconds that it took."""

    count: int
    files: int
    seconds: float


class Application:
    """A process with a session on the cluster, which answers line by line."""

    def __init__(self, master: str, workers: int, folder: Path) -> None:
        command = [sys.executable, "-m", "benchmarks.cluster", "--serve", str(workers), "--master", master]
        self._log = folder / f"application{workers}.log"
        with self._log.open("w", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                [*command, "--folder", str(folder)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        atexit.register(self.close)

    def ask(self, **asked: Any) -> Any:
        """What the application answers. Raises RuntimeError where it has ended."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        if not (line := self._process.stdout.readline()):
            raise RuntimeError(f"the application has ended: {self._log.read_text(encoding='utf-8')[-2000:]}")
        return json.loads(line)

    def count(self, query: str) -> Answer:
        """How many rows a query selects."""
        return Answer(**self.ask(count=query))

    def close(self) -> None:
        """End the process."""
        self._process.terminate()
        self._process.wait()


@contextmanager
def cluster(rows: int) -> Iterator[dict[int, Application]]:
    """A master and two workers, with the rows, and applications by the number of workers that they have."""
    folder = Path(tempfile.mkdtemp(prefix="paramql-cluster-"))
    started: list[Any] = []
    try:
        master = f"spark://127.0.0.1:{_port()}"
        web = _port()
        started.append(_class("master.Master", ["--port", master.rpartition(":")[2], "--webui-port", str(web)], folder))
        _await_alive(web, 0)
        for number in (1, 2):
            options = ["--cores", "2", "--memory", "4g", "--webui-port", "0", "--work-dir", f"{folder}/work{number}"]
            started.append(_class("worker.Worker", [*options, master], folder))
        _await_alive(web, 2)
        applications = {number: Application(master, number, folder) for number in (2, 1)}
        started += applications.values()
        applications[2].ask(write=rows)
        yield dict(sorted(applications.items()))
    finally:
        for one in reversed(started):
            one.close() if isinstance(one, Application) else _end(one)
        shutil.rmtree(folder, ignore_errors=True)


def _class(name: str, options: Sequence[str], folder: Path) -> subprocess.Popen[bytes]:
    import pyspark

    script = Path(pyspark.__file__).parent / "bin" / "spark-class"
    command = [str(script), f"org.apache.spark.deploy.{name}", "--host", "127.0.0.1", *options]
    settings = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_DIRS": str(folder)}
    return subprocess.Popen(command, env=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    process.wait()


def _port() -> int:
    with create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def _await_alive(web: int, workers: int) -> None:
    """Wait until the master knows so many workers. Raises RuntimeError where that takes a minute."""
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        try:
            with urlopen(f"http://127.0.0.1:{web}/json/", timeout=5) as answer:
                if json.load(answer)["aliveworkers"] >= workers:
                    return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"the master and {workers} workers did not start within {_PATIENCE} s")


# --- an application


def serve(master: str, workers: int, folder: Path) -> None:
    """Answer what is asked, a line each, as long as there are lines."""
    spark = _session(master, workers, folder)
    for line in sys.stdin:
        ((word, given),) = json.loads(line).items()
        print(json.dumps(_SERVED[word](spark, folder, given)), flush=True)


def _session(master: str, workers: int, folder: Path) -> Any:
    from pyspark.sql import SparkSession

    settings = {
        "spark.cores.max": workers,
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.executor.cores": 1,
        "spark.executor.memory": "1500m",
        "spark.local.dir": folder,
        "spark.log.level": "OFF",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.shuffle.partitions": 2,
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master(master).appName(f"paramql on {workers}")
    for name, value in settings.items():
        builder = builder.config(name, str(value))
    return builder.getOrCreate()


def _write(spark: Any, folder: Path, rows: int) -> int:
    spark.sql(_ROWS.format(rows=rows)).write.partitionBy("month").parquet(f"{folder}/{TABLE}")
    return rows


def _known(spark: Any, folder: Path) -> None:
    """The table, as the folder has it: months are text and no dates."""
    columns = TARGET.schemas[TABLE]  # type: ignore[attr-defined]
    spark.read.schema(columns).parquet(f"{folder}/{TABLE}").createOrReplaceTempView(TABLE)


def _count(spark: Any, folder: Path, query: str) -> dict[str, Any]:
    _known(spark, folder)
    sql = pq.compile(SCHEMA.parse(query).where, TARGET)
    start = time.perf_counter()
    frame = spark.sql(f"SELECT count(*) FROM {TABLE} WHERE {sql.text}", args=sql.params)
    ((count,),) = frame.collect()
    seconds = time.perf_counter() - start
    (scan,) = [plan for plan in _leaves(frame) if "numFiles" in plan.metrics().keySet().mkString(" ")]
    return {"count": count, "files": scan.metrics().apply("numFiles").value(), "seconds": seconds}


def _leaves(frame: Any) -> list[Any]:
    leaves = frame._jdf.queryExecution().executedPlan().collectLeaves()  # noqa: SLF001
    return [leaves.apply(number) for number in range(leaves.size())]


def _plan(spark: Any, folder: Path, query: str) -> str:
    _known(spark, folder)
    sql = pq.compile(SCHEMA.parse(query).where, TARGET)
    with redirect_stdout(StringIO()) as told:
        spark.sql(f"SELECT id FROM {TABLE} WHERE {sql.text}", args=sql.params).explain(mode="formatted")
    return told.getvalue()


def _ids(spark: Any, folder: Path, asked: Mapping[str, Any]) -> list[int]:
    """The numbers of rows in the sample that a query selects, by text or by a column."""
    _known(spark, folder)
    where = SCHEMA.parse(asked["query"]).where
    sample = spark.table(TABLE).filter(f"id % {asked['every']} = 0")
    if asked["as_column"]:
        found = sample.alias(TABLE).filter(TARGET.column(where))  # type: ignore[attr-defined]
    else:
        sample.createOrReplaceTempView(TABLE)
        sql = pq.compile(where, TARGET)
        found = spark.sql(f"SELECT * FROM {TABLE} WHERE {sql.text}", args=sql.params)
    return sorted(row[0] for row in found.select("id").collect())


def _sample(spark: Any, folder: Path, every: int) -> list[dict[str, Any]]:
    """The rows of the sample as JSON documents."""
    _known(spark, folder)
    rows = (
        spark.table(TABLE)
        .filter(f"id % {every} = 0")
        .selectExpr(
            *(
                "id",
                "month",
                "unix_micros(due) AS due",
                "status",
                "CAST(amount AS STRING) AS amount",
                "title",
                "customer",
            ),
            *("tags", "lines"),
        )
    )
    return [row.asDict(recursive=True) for row in rows.collect()]


def _version(spark: Any, folder: Path, _: object) -> dict[str, Any]:
    size = sum(file.stat().st_size for file in (folder / TABLE).rglob("*.parquet"))
    return {
        "spark": spark.version,
        "java": str(spark._jvm.System.getProperty("java.version")),  # noqa: SLF001
        "executors": spark._jsc.sc().getExecutorMemoryStatus().size() - 1,  # noqa: SLF001 - the driver is in it
        "files": sum(1 for _ in (folder / TABLE).rglob("*.parquet")),
        "bytes": size,
    }


_SERVED = {"write": _write, "count": _count, "plan": _plan, "ids": _ids, "sample": _sample, "version": _version}

# --- what is asked


def held_in_sqlite(documents: Sequence[dict[str, Any]]) -> Any:
    """A function from a query to the numbers of the documents that SQLite selects."""
    target = pq.target("sqlite", SCHEMA, table=TABLE)
    connection = sqlite3.connect(":memory:")
    for statement in target.create():
        connection.execute(statement)
    for document in documents:
        row = target.row(SCHEMA.load(_dated(document)))
        names = ", ".join(f"`{name}`" for name in row)
        connection.execute(f"INSERT INTO {TABLE} ({names}) VALUES ({', '.join('?' * len(row))})", [*row.values()])

    def selected(query: str) -> list[int]:
        sql = pq.compile(SCHEMA.parse(query).where, target)
        return sorted(key for (key,) in connection.execute(f"SELECT id FROM {TABLE} WHERE {sql.text}", sql.params))

    return selected


def _dated(document: dict[str, Any]) -> dict[str, Any]:
    due = document["due"]
    moment = (
        None
        if due is None
        else dt.datetime.fromtimestamp(due // 10**6, dt.UTC) + dt.timedelta(microseconds=due % 10**6)
    )
    return {name: value for name, value in {**document, "due": moment}.items() if value is not None}


def agree(application: Application, every: int) -> int:
    """How many rows of the sample were asked of SQLite, too. Raises AssertionError where it selects others."""
    documents = application.ask(sample=every)
    selected = held_in_sqlite(documents)
    for number, query in enumerate(QUERIES):
        expected = selected(query)
        for as_column in (False, True) if number < 2 else (bool(number % 2),):
            asked = {"query": query, "every": every, "as_column": as_column}
            found = application.ask(ids=asked)
            assert found == expected, f"{query}: the cluster has {found[:9]}, SQLite {expected[:9]}"
    return len(documents)


def pruned(plan: str) -> str:
    """What a plan says that it reads folders by; empty where it reads all."""
    found = re.search(r"PartitionFilters: \[(.*)\]", plan)
    return re.sub(r"#\d+", "", found[1]) if found else ""


def measured(applications: Mapping[int, Application], rounds: int) -> dict[str, dict[int, list[Answer]]]:
    """The answers to each query, by the number of workers: in turn, after one that is not counted."""
    found: dict[str, dict[int, list[Answer]]] = {query: {number: [] for number in applications} for query in QUERIES}
    for turn in range(rounds + 1):
        for query in QUERIES:
            for number in sorted(applications, reverse=bool(turn % 2)):
                answer = applications[number].count(query)
                if turn:
                    found[query][number].append(answer)
    for query, answers in found.items():
        counts = {answer.count for some in answers.values() for answer in some}
        assert len(counts) == 1, f"{query}: {counts}"
    return found


# --- the page

_HEAD = """\
# On a cluster

<!-- Written by `make cluster`. -->

The `spark` backend asks a cluster as it asks a session on one machine: a filter is a condition of Spark SQL with named
parameters, or a `Column`, and it is Spark that shares the work out.

<!-- not run: runs on a cluster; benchmarks/cluster.py has the same -->
```python
target = pq.target("spark", schema, table="orders")
spark.read.schema(target.schemas["orders"]).parquet("/data/orders").createOrReplaceTempView("orders")

sql = pq.compile(schema.parse(text).where, target)
spark.sql(f"SELECT * FROM orders WHERE {{sql.text}}", args=sql.params)
```

- **Folders.** Give the column that the files are partitioned by a field, `required=True`. A comparison of it stands
  bare in the condition, so Spark leaves out the folders whose value does not meet it, before it reads a file.
- **Columns of text.** Read the files with the schema of the target: Spark takes `month=2025-03` in the name of a folder
  for a date where it is left to guess.
- **Records in a list** are structs in an array, asked by `exists(...)` in the row itself, without a join.

## What was measured

On {date}: Spark {spark}, Java {java}, Python {python}, a machine with {cores} cores. A master and two workers were
started on it by the scripts that PySpark brings. {rows:,} invented orders, {files} Parquet files of {size:,} MB, in
{months} folders, one for each month. Two applications were asked to count what matches: one with an executor on one
worker, one with an executor on each. An executor has one core; so two workers are all that this machine has cores for,
and the drivers take of the same. The times are medians of {rounds} rounds, in turn, after one that was not counted.

{sample:,} of the rows were put into SQLite, too: there each query selected the same numbers as on the cluster.

| query | matching | files read | one worker, s | two workers, s | times as fast |
|---|--:|--:|--:|--:|--:|
"""
_PLANS = """
## What Spark reads folders by

`explain(mode="formatted")` says so, under `PartitionFilters`:

| query | partition filters |
|---|---|
"""


def page(found: Mapping[str, Mapping[int, list[Answer]]], plans: Mapping[str, str], facts: Mapping[str, Any]) -> str:
    """The page."""
    lines = [_HEAD.format(**facts)]
    for query, answers in found.items():
        one, two = (statistics.median(answer.seconds for answer in answers[number]) for number in (1, 2))
        first = answers[1][0]
        lines.append(f"| `{query}` | {first.count:,} | {first.files} | {one:.2f} | {two:.2f} | {one / two:.2f} |\n")
    lines.append(_PLANS)
    lines += [
        f"| `{query}` | {f'`{told}`' if told else 'none: every file is read'} |\n" for query, told in plans.items()
    ]
    return "".join(lines)


def main(rows: int, rounds: int, path: Path) -> None:
    """Measure, and write the page."""
    with cluster(rows) as applications:
        facts = {number: application.ask(version=None) for number, application in applications.items()}
        assert {number: one["executors"] for number, one in facts.items()} == {1: 1, 2: 2}
        sample = agree(applications[2], EVERY)
        plans = {query: pruned(applications[2].ask(plan=query)) for query in QUERIES}
        found = measured(applications, rounds)
    known = {
        **facts[2],
        "date": dt.datetime.now(dt.UTC).date().isoformat(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "rows": rows,
        "months": MONTHS,
        "size": facts[2]["bytes"] // 10**6,
        "rounds": rounds,
        "sample": sample,
    }
    path.write_text(page(found, plans, known), encoding="utf-8")
    print(path)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--page", type=Path, default=PAGE)
    parser.add_argument("--serve", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--master", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.serve:
        serve(given.master, given.serve, given.folder)
    else:
        main(given.rows, given.rounds, given.page)
