"""What the benchmarks say of their figures: goals, tables, and a file that keeps what others have written."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import goals, queries, report, results
from benchmarks.compared import Compared
from benchmarks.fit import growth
from benchmarks.goals import Goal, Verdict
from benchmarks.growth import CLAUSES, PART
from benchmarks.harness import Figure, Spread
from benchmarks.imports import Loaded
from benchmarks.peer_run import OURS_KNOWN, OURS_NEW

FACTS = {"name": "cql2 (Rust)", "schema": "no", "bound": "no", "logic": "and", "whole": "SQL text", "note": "a note"}


def found(*, no_cache: float = 1.7) -> results.Results:
    of_peer = [
        Figure("cql2 (Rust)", "SQL text", base, Spread(ratio, ratio, ratio), 50.0)
        for base, ratio in ((queries.QSL, 9.0), (OURS_NEW, 4.5), (OURS_KNOWN, 10.0))
    ]
    run = results.begin("make bench", 5_000)
    run.figures = [Figure(queries.WHOLE, queries.NEW, queries.QSL, Spread(no_cache, 1.5, 2.5), 12.3)]
    run.growth = [growth(PART, CLAUSES, CLAUSES, [(size, 10.0 + size) for size in (1, 8, 64)])]
    run.shares = [queries.Share("six parameters", 5_000, 0.125)]
    run.loaded = [Loaded("import paramql", [])]
    run.peers = [
        Compared(FACTS, of_peer, {"cql2": "0.6"}),
        Compared({**FACTS, "name": "other", "note": ""}, [], {}, "it has no wheel"),
    ]
    return run


def verdict(run: results.Results, what: str) -> Verdict:
    (one,) = (one for one in goals.verdicts(run) if what in one.what)
    return one


@pytest.mark.parametrize(("ratio", "reached"), [(1.7, True), (1.8, True), (1.81, False)])
def test_a_goal_is_reached_by_the_median(ratio: float, reached: bool) -> None:
    one = verdict(found(no_cache=ratio), "parse_qsl, no cache")
    assert (one.goal, one.spread, one.reached) == ("≤ 1.8", "1.50 – 2.50", reached)


@pytest.mark.parametrize(("ratio", "holds"), [(4.0, True), (3.9, False)])
def test_some_goals_say_how_many_times_faster(ratio: float, holds: bool) -> None:
    assert Goal("", "", "", "", 4, at_least=True).holds(ratio) == holds


def test_what_was_not_measured_is_not_called_reached() -> None:
    assert verdict(found(), "django-filter / ours").reached is None
    assert "not measured" in "\n".join(report.goals(found()))


def test_a_square_is_not_called_linear() -> None:
    run = found()
    assert verdict(run, "time by clauses").reached
    run.growth = [growth(PART, CLAUSES, CLAUSES, [(size, 1.0 * size**2) for size in (1, 2, 4, 8, 16, 32, 64)])]
    assert verdict(run, "time by clauses").reached is False


def test_a_module_that_is_loaded_too_early_is_named() -> None:
    run = found()
    run.loaded = [Loaded("import paramql", ["lark"])]
    assert verdict(run, "loaded only when needed") == (
        "lark, dateutil and what is optional are loaded only when needed",
        "none",
        "lark by import paramql",
        "",
        False,
    )


def test_peers_stand_beside_ours_and_missing_ones_are_told() -> None:
    text = "\n".join(report.peers(found()))
    assert "| cql2 (Rust) | SQL text | no | no | and | 9.00 | 4.50 | 4.50 – 4.50 | 10.0 |" in text
    assert "- other was not measured: it has no wheel." in text
    assert "- cql2 (Rust): a note." in text


def test_the_share_that_went_to_lark_is_told() -> None:
    assert "| six parameters | 5,000 | 12.5% |" in report.to_lark(found())


def test_results_come_back_from_their_file(tmp_path: Path) -> None:
    run = found()
    run.save(tmp_path / "results.json")
    again = results.load(tmp_path / "results.json")
    assert again.figures == run.figures
    assert again.peers == run.peers
    assert report.part_of_results(again) == report.part_of_results(run)
    assert report.page(again) == report.page(run)


def test_a_report_leaves_what_others_have_written(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    path.write_text("# Results\n\nWritten by runs.\n\n## Memory\n\n| kept |\n", encoding="utf-8")
    report.keep([report.TITLE, "", "### first"], path)
    report.keep([report.TITLE, "", "### second"], path)
    text = path.read_text(encoding="utf-8")
    assert text == "# Results\n\nWritten by runs.\n\n## Speed\n\n### second\n\n## Memory\n\n| kept |\n"
