"""What a schema is to its clients: OpenAPI 3.1 parameters, JSON Schemas of what is answered, a reference to read.

    from paramql.openapi import page_schema, parameters, problem_schema

    operation = {"parameters": parameters(orders), "responses": {"200": ..., "400": ...}}

What a caller may not use is in none of it.
"""

from __future__ import annotations

from paramql.openapi.parameters import parameters
from paramql.openapi.problems import mistake_schema, problem_schema
from paramql.openapi.records import page_schema, record_schema, value_schema
from paramql.openapi.reference import reference
from paramql.openapi.typed import typed_names

__all__ = [
    "mistake_schema",
    "page_schema",
    "parameters",
    "problem_schema",
    "record_schema",
    "reference",
    "typed_names",
    "value_schema",
]
