"""What the page says of how it was measured."""

from __future__ import annotations

DEFINITIONS = """\
- *No cache*, or a *new shape*: every string has a shape that its schema has never seen: the names and operators of its
  parameters, or the tree of its expression. The schema is new in every round; other shapes have warmed it, so that each
  name with its operator has been met. *Known shape*: every string is another one, of 32 shapes that the schema knows.
  *Same string*: one string, again and again.
- The whole job is `pq.compile(schema.parse(text).where, target)`, as shipped: the whole language, limits, places of
  mistakes and notices.
- Ratios of a goal with ≤ are our time by the other's; with ≥, the other's by ours.""".splitlines()

METHOD = """## How it is measured

All cases of a table run in one process, in turns, in a new order each round, the garbage collector off, each warmed
just before its sample. A ratio is the median over the rounds of one time by another in the same round; beside it stand
its p10 and p90. Times are processor time, except where a server works. A goal is reached when the median is.

The Lark peer of the ten terms is LALR with an embedded transformer over a grammar trimmed to these expressions, checks
the same fields, operators and values, and gives the same text and parameters, which is asserted; it has no limits,
tells no places, and is given the expression without the query string round it. `parse_qsl` is what the standard library
splits and decodes a query string with, and does nothing else.

Linear means: R² of a straight line at least 0.98, and the exponent of the power that would fit best at most 1.15 (it is
below 1 while the constant part of the cost counts).

Imports: processor time of processes of their own. `import paramql` imports nothing until a name is used; what the
first query costs stands in a row of its own.""".splitlines()

FAIRNESS = """\
Every library answers the same five conditions in its own language: two texts equal, a day after and a day before, a
truth. Every string is another one; the shape is always the same, and their models have the four fields that are asked,
since some cost more for each declared field. Each runs in an environment of its own, with `parse_qsl` and ours in the
same process. Ours *without a cache* asks five conditions of the same kinds on a schema of 48 fields; ours *with a known
shape* asks the very same as the library.

The libraries do different work: see the columns. Those that do not check a schema leave that to others; those that put
values into the text need an engine that trusts them. Those that make SQLAlchemy expressions pay for SQLAlchemy's
compiler, whose cache would save some of it when statements are executed again and again; their expression alone has a
row. django-filter and fastapi-filter have no expressions, only AND.""".splitlines()

# What was tried for goals that were missed, by what stands in their names.
TRIED = {
    "six parameters": """\
Six parameters: what they have in common is kept with a plan, the literals are read by tables, and the text of SQL is
made once. To split at the literals takes 0.3 of `parse_qsl`, to read them 0.2, two dates for SQL 0.15, the objects of a
query and of its condition 0.3; what is left is some fifteen calls. Tried and dropped: a pattern for every set of
parameters (saved a tenth, and was a second way to choose), dates by format strings (slower), fewer members of nodes (no
gain). Kept: a query is remembered when its text comes again (a tenth).""",
    "same string": """\
The same string: two calls and a dictionary. A cache of functools would do it in half the time, but cannot leave out
what is large, nor a query whose time has been looked at, which another request must not see.""",
    "ten terms": """\
Ten terms: an expression of a new shape is put together from known clauses, nine times as fast as by Lark, and its text
of SQL from known pieces. A third of the time is the tree of what was asked, a quarter the text. Tried and dropped:
cheaper groups (no gain).""",
    "whole job, no cache": """\
Other libraries: the ratio is that of our time without a cache, of which the same is to be said.""",
    "filter / list(filter(lambda)), instances": """\
Filters of instances: each step into a record that may lack it is asked for once, and the loop is generated; a lambda
that is as careful does little more.""",
    "three mistakes": """\
Mistakes: names to suggest are compared by their letters first, and with care only where that does not decide. A query
without a mistake has become faster than the way on which mistakes are told.""",
    "linear": """\
Linear: where R² is low, queries are short beside what every query costs, and the slope is below one.""",
}
