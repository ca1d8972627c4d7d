"""odata-query: OData's `$filter`, to SQL text and to SQLAlchemy."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.peers import Job, Peer, Way


def _write(job: Job) -> str:
    return (
        f"appId eq '{job.app}' and currentTask eq '{job.task}' and lastChanged gt {job.after} "
        f"and lastChanged lt {job.before} and isComplete eq {job.truth}"
    )


def _ways() -> Mapping[str, Way]:
    from odata_query.grammar import ODataLexer, ODataParser
    from odata_query.sql import AstToSqliteSqlVisitor

    lexer, parser = ODataLexer(), ODataParser()

    def to_sql(text: str) -> object:
        return AstToSqliteSqlVisitor().visit(parser.parse(lexer.tokenize(text)))

    return {"SQL text": Way(_write, to_sql), **_by_sqlalchemy()}


def _by_sqlalchemy() -> dict[str, Way]:
    import sqlalchemy as sa
    from odata_query.sqlalchemy import apply_odata_core
    from sqlalchemy.dialects import sqlite

    columns = {"appId": sa.String, "currentTask": sa.String, "lastChanged": sa.Date, "isComplete": sa.Boolean}
    table = sa.Table("instances", sa.MetaData(), *(sa.Column(name, type_) for name, type_ in columns.items()))
    select, dialect = sa.select(table), sqlite.dialect()

    def to_sql(text: str) -> tuple[str, object]:
        compiled = apply_odata_core(select, text).compile(dialect=dialect)
        return str(compiled), compiled.params

    return {"SQLAlchemy, SQL and parameters": Way(_write, to_sql)}


PEER = Peer(
    "odata-query",
    ("odata-query[sqlalchemy]",),
    schema="no",
    bound="no (by SQLAlchemy yes)",
    logic="and, or, not",
    ways=_ways,
    whole="SQL text",
    note="lexer and parser are kept, which its own shorthand does not do",
)
