"""SQL conditions: one emitter for every engine, and what the engines differ in as data.

`emit` writes a condition for a `Dialect`; `scope` finds the fields; `relation` and `storage` say how operators and
values are written; `target` checks where things live; `rows` writes records. The engines themselves are modules of
`paramql.backends`.
"""
