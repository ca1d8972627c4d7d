"""Web frameworks: a request's query string becomes a checked query, and what is wrong with it an answer (RFC 9457).

A module for each: `starlette`, `fastapi`, `django`, `rest_framework`. Each needs its framework, and no other.
"""
