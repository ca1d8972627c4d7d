"""Fuzzing: what is fuzzed, the inputs that are kept, and what runs it."""
