"""Generators of schemas, rows and filters that are drawn to hurt: seeded where speed matters, Hypothesis elsewhere."""
