"""The demonstration: every query answered twice, alike; a disagreement is shown and ends in failure."""

from __future__ import annotations

import pytest

from paramql.instances import Store, demo


def test_the_answers_agree_and_the_mistyped_query_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert demo.main(200) == 0
    out = capsys.readouterr().out
    assert out.startswith("200 instances invented")
    assert out.count(": yes\n") == len(demo.QUERIES)
    assert " NO" not in out
    assert "\n           ^^^^^^^^^^ there is no" in out
    assert "(did you mean lastChanged?)" in out


def test_on_a_terminal_there_is_a_table(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    assert demo.main(50) == 0
    out = capsys.readouterr().out
    assert "Same ids?" in out
    assert "…" not in out


def test_a_disagreement_is_a_failure(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Store, "select", lambda *_: ["no such instance"])
    assert demo.main(20) == 1
    assert capsys.readouterr().out.count(": NO\n") == len(demo.QUERIES)


def test_a_mistyped_query_that_passes_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "MISTYPED", "org=digdir")
    with pytest.raises(AssertionError):
        demo.mistyped()


def test_each_query_selects_some_and_not_all() -> None:
    with Store() as store:
        records = demo.filled(store, 1000)
        for query in demo.QUERIES:
            assert 0 < len(demo.answered(query, records, store).python) < 1000
