"""odata-query, asked for the text of its SQL."""

from __future__ import annotations

from benchmarks.asked import BROKEN, TWO_MISTAKES, UNKNOWN_NAME, WRONG_VALUE, Answer, of_sizes

QUESTIONS = {
    UNKNOWN_NAME: "usernam eq 'x'",
    WRONG_VALUE: "age gt 'abc'",
    TWO_MISTAKES: "usernam eq 'x' and age gt 'abc'",
    BROKEN: "age gt 1 and",
    **of_sizes("age gt 1", " or ", "username eq '{}'"),
}


def answering() -> Answer:
    """To SQL."""
    from odata_query.grammar import ODataLexer, ODataParser
    from odata_query.sql import AstToSqliteSqlVisitor

    return lambda text: AstToSqliteSqlVisitor().visit(ODataParser().parse(ODataLexer().tokenize(text)))
