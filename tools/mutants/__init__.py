"""Mutants of what decides which records are selected: made by mutmut, asked by types, then by tests.

mutmut starts pytest for every mutant and asks at every call which mutant is to run: both take longer than the tests do.
Here pytest collects once, a mutant is asked in a fork of what it then is, and there the function is the mutant.
"""
