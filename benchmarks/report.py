"""The figures as Markdown: the part of RESULTS.md that is written by a run, and the page of the documentation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks import evaluation, growth, imports, queries, spellings
from benchmarks.fit import Growth
from benchmarks.goals import between, said, verdicts
from benchmarks.harness import Figure
from benchmarks.method import DEFINITIONS, FAIRNESS, METHOD, TRIED
from benchmarks.peer_run import OURS_KNOWN, OURS_NEW
from benchmarks.queries import QSL
from benchmarks.results import Results

TITLE = "## Speed"
_REACHED = {True: "reached", False: "**not reached**", None: "not measured"}
_FIGURES = {
    queries.WHOLE: "Six parameters to SQL and parameters",
    queries.EXPRESSION: "An expression of ten terms to SQL; the ratio says how many times faster ours is",
    queries.MISTAKES: "Three mistakes, all told",
    spellings.PART: "Other ways to ask, known shapes",
    queries.PARTS: "The parts, five parameters",
    evaluation.FLIGHTS: "Flights, four conditions",
    evaluation.NESTED: "Instances (nested, members left out), four conditions",
    evaluation.SPARSE: "Flights, a fifth of which lack a key",
    evaluation.OBJECTS: "Flights as objects with slots",
    evaluation.PEERS: "Other libraries on the same flights",
    evaluation.MANY: "Many flights, and libraries that keep columns",
    imports.PART: "Imports; times are over a bare interpreter",
}


def table(header: Iterable[str], rows: Iterable[Iterable[str]], numbers: int) -> list[str]:
    """A table whose last columns, so many, are aligned to the right.

    >>> table(["a", "n"], [["x", "1"]], 1)
    ['| a | n |', '|---|---:|', '| x | 1 |']
    """
    names = list(header)
    marks = ["---"] * (len(names) - numbers) + ["---:"] * numbers
    return [f"| {' | '.join(names)} |", f"|{'|'.join(marks)}|", *(f"| {' | '.join(row)} |" for row in rows)]


def goals(results: Results) -> list[str]:
    """Each goal, reached or not; and what was tried for those that are not."""
    found = list(verdicts(results))
    rows = [[one.what, one.goal, one.found, one.spread, _REACHED[one.reached]] for one in found]
    missed = [f"{one.what}, {one.goal}" for one in found if one.reached is False]
    tried = [f"- {told}" for kind, told in TRIED.items() if any(kind in what for what in missed)]
    return [*table(["what", "goal", "found", "p10 – p90", ""], rows, 0), *(["", *tried] if tried else [])]


def run_of(results: Results) -> str:
    """One sentence on the run."""
    return (
        f"`{results.command}`, {results.date}, commit {results.commit}; {results.python}; {results.machine}; its load "
        f"when it began: {results.load}. At least {results.strings:,} distinct strings a case."
    )


def figures(results: Results, part: str) -> list[str]:
    """The table of one part."""
    found = [one for one in results.figures if one.part == part]
    is_noted = any(one.note for one in found)
    header = ["case", *(["what differs"] if is_noted else []), "beside", "µs", "ratio", "p10 – p90"]
    return table(header, (_row(one, is_noted) for one in found), 3)


def _row(one: Figure, is_noted: bool) -> list[str]:
    return [
        one.case,
        *([one.note] if is_noted else []),
        one.base,
        _micros(one.micros),
        said(one.ratio.median),
        between(one.ratio),
    ]


def _micros(micros: float) -> str:
    return f"{micros:,.0f}" if micros >= 100 else f"{micros:.3g}"


def peers(results: Results) -> list[str]:
    """Every peer's ways, beside ours in the same process; and those that were not measured."""
    header = ["library", "what it gives", "checks a schema", "values bound", "logic", "/ parse_qsl"]
    header += ["/ ours, no cache", "p10 – p90", "/ ours, known shape"]
    rows = [row for peer in results.peers for row in _peer_rows(peer.peer, peer.figures)]
    missing = [f"- {peer.peer['name']} was not measured: {peer.missing}." for peer in results.peers if peer.missing]
    notes = [f"- {peer.peer['name']}: {peer.peer['note']}." for peer in results.peers if peer.peer["note"]]
    return [*table(header, rows, 4), "", *notes, *missing]


def _peer_rows(facts: dict[str, str], found: list[Figure]) -> Iterator[list[str]]:
    ratio = {(one.case, one.base): one.ratio for one in found}
    for way in dict.fromkeys(one.case for one in found if one.case not in (OURS_NEW, OURS_KNOWN)):
        new = ratio[way, OURS_NEW]
        times = [said(ratio[way, QSL].median), said(new.median), between(new), said(ratio[way, OURS_KNOWN].median)]
        yield [facts["name"], way, facts["schema"], facts["bound"], facts["logic"], *times]


def grown(results: Results, part: str) -> list[str]:
    """How costs grow."""
    rows = [_grown(one) for one in results.growth if one.part == part]
    return table(["by", "sizes", "µs", "slope, µs", "intercept, µs", "R²", "exponent"], rows, 4)


def _grown(one: Growth) -> list[str]:
    sizes, micros = ", ".join(f"{size:,}" for size in one.sizes), ", ".join(map(_micros, one.micros))
    slope, intercept, r_squared = one.line.slope, one.line.intercept, one.line.r_squared
    return [one.case, sizes, micros, f"{slope:.3g}", f"{intercept:,.3g}", f"{r_squared:.4f}", f"{one.exponent:.2f}"]


def to_lark(results: Results) -> list[str]:
    """The share of the strings that went to Lark."""
    rows = [[one.case, f"{one.strings:,}", f"{one.share:.1%}"] for one in results.shares]
    return table(["strings", "distinct", "went to Lark"], rows, 2)


def accounts(results: Results) -> list[str]:
    """Where the time goes."""
    rows = [[one.case, *(f"{share:.0%}" for share in one.shares.values())] for one in results.accounts]
    return table(["whole job", *(results.accounts[0].shares if results.accounts else ())], rows, 4)


def versions(results: Results) -> list[str]:
    """Of everything that was installed."""
    own = ", ".join(f"{name} {version}" for name, version in results.versions.items())
    others = [f"{peer.peer['name']}: {_listed(peer.versions)}." for peer in results.peers if peer.versions]
    return [f"{own}. In environments of their own: {' '.join(others) or 'none.'}"]


def _listed(found: dict[str, str]) -> str:
    return ", ".join(f"{name} {version}" for name, version in found.items())


def part_of_results(results: Results) -> list[str]:
    """Everything, for RESULTS.md."""
    from benchmarks import data_growth

    lines = [TITLE, "", run_of(results), f"It took {results.seconds:.0f} s.", "", "### Goals", "", *goals(results), ""]
    lines += ["### What went to Lark", "", *to_lark(results), "", "### Where the time goes", "", *accounts(results), ""]
    for part, title in _FIGURES.items():
        lines += [f"### {title}", "", *figures(results, part), ""]
    lines += ["### Peers: five conditions, the whole job", "", *peers(results), ""]
    for part in (growth.PART, data_growth.PART):
        lines += [f"### Cost: {part}", "", *grown(results, part), ""]
    return [*lines, "### Versions", "", *versions(results)]


def keep(lines: list[str], path: Path) -> None:
    """Put the part in the place of the one before; what other benchmarks have put there stays."""
    text = path.read_text(encoding="utf-8") if path.exists() else "# Results of the benchmarks\n\nWritten by runs.\n"
    head, *others = re.split(r"\n(?=## )", text)
    rest = [part for part in others if not part.startswith(TITLE + "\n")]
    parts = [head, "\n".join(lines), *rest]
    path.write_text("\n\n".join(part.strip() for part in parts) + "\n", encoding="utf-8")


def page(results: Results) -> str:
    """The page of the documentation."""
    from benchmarks import data_growth

    lines = ["# Benchmarks", "", "Written by " + run_of(results), "", "![Chart](benchmarks.svg)", ""]
    lines += ["## Goals", "", *goals(results), "", *DEFINITIONS, "", *METHOD, ""]
    lines += [f"### {_FIGURES[spellings.PART]}", "", *spellings.ABOUT, "", *figures(results, spellings.PART), ""]
    lines += ["## Beside other libraries", "", *FAIRNESS, "", *peers(results), ""]
    for part in (evaluation.PEERS, evaluation.MANY):
        lines += [f"### {_FIGURES[part]}", "", *figures(results, part), ""]
    lines += [
        "## As queries and data grow",
        "",
        *grown(results, growth.PART),
        "",
        *grown(results, data_growth.PART),
        "",
    ]
    lines += ["## What goes to Lark, and where the time goes", "", *to_lark(results), "", *accounts(results), ""]
    lines += ["## Versions", "", *versions(results), "", "All tables are in `benchmarks/RESULTS.md`."]
    return "\n".join(lines) + "\n"
