"""What the library and its tests need of others: imported once, before processes are forked.

Polars is left out, since it starts threads when it is imported.
"""

from __future__ import annotations

import importlib
import sys

import lark

_MODULES = """_pytest.assertion.rewrite _pytest.config _pytest.fixtures _pytest.python _pytest.terminal bson
dateutil.parser dateutil.relativedelta dateutil.tz django.contrib.postgres.fields django.db.models
duckdb hypothesis.strategies jsonschema psycopg pymongo pymysql pytz
secantus.query secantus.server sqlalchemy.dialects.mysql sqlalchemy.dialects.postgresql sqlalchemy.dialects.sqlite
sqlalchemy.ext.compiler sqlalchemy.orm uuid zoneinfo""".split()

for _name in _MODULES:
    try:
        importlib.import_module(_name)
    except ImportError:  # an extra that is not installed
        continue
lark.Lark('start: "a"', parser="lalr")  # has by then the parser of grammars, which takes longer than ours
assert "paramql" not in sys.modules
