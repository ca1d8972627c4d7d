"""The source that predicates are generated from, and when that is done."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from random import Random
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paramql.ast import And, Any, Compare, Exists, Not, Or
from paramql.backends import python
from paramql.backends.python import layout, plans, predicate
from paramql.backends.python.members import ACCESS
from paramql.backends.python.plans import Key, Plan, Plans, compiled, plan_of
from paramql.backends.python.predicate import PATIENCE
from paramql.backends.python.shape import Shape, shape_of
from paramql.backends.python.source import source_of
from paramql.builders import eq, gte, in_, lt
from paramql.declare import Expression, Field
from paramql.simplify import all_of, any_of
from paramql.types import Boolean, Integer, Text
from strategies.misfits import FIELDS, NAME, NOON, NUMBER, NUMBERS, PLACED, SIZE, TAGS, VALUES, a_filter

# --- source ---------------------------------------------------------------------------------------------


def test_source_reads_as_one_would_write_it() -> None:
    task, done = Field("process.task", Text()), Field("process.done", Boolean())
    small = any_of(lt(SIZE, 1), Any(TAGS, in_(TAGS.element, ["a"])))
    where = all_of(eq(task, "x"), gte(PLACED, NOON), eq(done, True), lt(PLACED, NOON), small)
    assert python.compile(where).source == dedent("""\
        def make(slow, v0, v1, v2, v3, v4, v5):
            def any0(elements):
                for e in elements:
                    if (type(e) is str or is_text(e)) and e in v5:
                        return True
                return False

            whole = True  # no key has been missing so far

            def keep(r):
                nonlocal whole
                try:
                    if whole:
                        if (
                            (f0 := r['process']) is not None
                            and f0['task'] == v0
                            and (f1 := r['placed']) is not None
                            and v1 <= f1 < v3
                            and f0['done'] is v2
                            and (
                                (
                                    (f2 := r['size']) is not None
                                    and f2 < v4
                                    and (type(f2) is int or is_integer(f2))
                                )
                                or (
                                    (f3 := r['tags']) is not None
                                    and (type(f3) is list or is_list(f3))
                                    and any0(f3)
                                )
                            )
                        ):
                            return True
                        return False
                except Exception:
                    whole = False
                try:
                    if (
                        (f0 := r.get('process')) is not None
                        and f0.get('task') == v0
                        and (f1 := r.get('placed')) is not None
                        and v1 <= f1 < v3
                        and f0.get('done') is v2
                        and (
                            (
                                (f2 := r.get('size')) is not None
                                and f2 < v4
                                and (type(f2) is int or is_integer(f2))
                            )
                            or (
                                (f3 := r.get('tags')) is not None
                                and (type(f3) is list or is_list(f3))
                                and any0(f3)
                            )
                        )
                    ):
                        return True
                    return False
                except Exception:  # a record that is not what it promises to be
                    return slow(r)

            def filter(records):
                nonlocal whole
                kept, rest = [], iter(records)
                if whole:
                    for r in rest:
                        try:
                            if (
                                (f0 := r['process']) is not None
                                and f0['task'] == v0
                                and (f1 := r['placed']) is not None
                                and v1 <= f1 < v3
                                and f0['done'] is v2
                                and (
                                    (
                                        (f2 := r['size']) is not None
                                        and f2 < v4
                                        and (type(f2) is int or is_integer(f2))
                                    )
                                    or (
                                        (f3 := r['tags']) is not None
                                        and (type(f3) is list or is_list(f3))
                                        and any0(f3)
                                    )
                                )
                            ):
                                kept.append(r)
                        except Exception:
                            whole = False
                            if keep(r):
                                kept.append(r)
                            break
                    else:
                        return kept
                for r in rest:
                    try:
                        if (
                            (f0 := r.get('process')) is not None
                            and f0.get('task') == v0
                            and (f1 := r.get('placed')) is not None
                            and v1 <= f1 < v3
                            and f0.get('done') is v2
                            and (
                                (
                                    (f2 := r.get('size')) is not None
                                    and f2 < v4
                                    and (type(f2) is int or is_integer(f2))
                                )
                                or (
                                    (f3 := r.get('tags')) is not None
                                    and (type(f3) is list or is_list(f3))
                                    and any0(f3)
                                )
                            )
                        ):
                            kept.append(r)
                    except Exception:
                        if slow(r):
                            kept.append(r)
                return kept

            keep.filter = filter
            return keep
    """)


def test_a_required_key_is_there() -> None:
    source = python.compile(eq(NUMBER, 1)).source
    assert "r['number']" in source
    assert "get" not in source
    assert "None" not in source


def test_the_type_of_an_element_is_asked_once() -> None:
    source = python.compile(Any(NUMBERS, gte(NUMBERS.element, 1))).source
    assert "if (type(e) is int or is_integer(e)) and e >= v0:" in source


def test_a_traceback_says_whose_code_it_is() -> None:
    def broken() -> Iterator[object]:
        yield {"name": "a"}
        raise OSError

    keep = plan_of(("mapping", shape_of(Exists(NAME), []))).make(None)
    with pytest.raises(OSError) as caught:  # noqa: PT011 - which it is does not matter
        keep.filter(broken())
    assert caught.traceback[-2].path == "<paramql predicate>"


def literal_free(where: Expression) -> Expression:
    """The filter with other literals of the same types."""
    match where:
        case And(operands):
            return And(tuple(map(literal_free, operands)))
        case Or(operands):
            return Or(tuple(map(literal_free, operands)))
        case Not(operand):
            return Not(literal_free(operand))
        case Any(field, inner):
            return Any(field, literal_free(inner))
        case Compare(field, op, value):
            others = VALUES[type(field.type)][::-1]  # type: ignore[index]
            return Compare(field, op, tuple(others) if isinstance(value, tuple) else others[0])
        case _:
            return where


@given(st.integers(0, 2**32))
def test_source_is_the_same_for_all_literals(seed: int) -> None:
    where = a_filter(Random(seed), FIELDS)
    assert python.compile(where).source == python.compile(literal_free(where)).source


def test_a_key_cannot_leave_its_quotes() -> None:
    key = "a'] or 1/0 or r['\n\"\\"
    shape: Shape = ("eq", (), (key, key), "text", False)
    for access in ACCESS.values():
        keep = compiled(source_of(shape, access), access.word).make(None, "x")
        assert keep({key: {key: "x"}}) is True
        assert keep({key: {key: "y"}}) is False


def test_generated_code_knows_nothing_but_its_tools() -> None:
    names = plan_of(("mapping", shape_of(Exists(NAME), []))).make.__globals__
    assert names["__builtins__"] == {}
    assert not {"open", "eval", "exec", "__import__", "getattr"} & names.keys()


def test_long_conditions_break_at_their_words() -> None:
    word = "x" * 40
    inner = layout.Joined("or", (word, layout.Joined("and", (word, "y")), layout.Joined("not", (word,))))
    text = layout.Joined("and", (word, layout.Joined("not", (inner,)), inner))
    block = [word, f"or ({word} and y)", f"or not ({word})", ")"]
    lines = [line.strip() for line in layout.statement("if", text, 0)]
    assert lines == ["if (", word, "and not (", *block, "and (", *block, "):"]
    assert layout.statement("if", layout.Joined("not", (inner,)), 0)[:2] == ["if (", "    not ("]
    assert layout.statement("if", inner.parts[1], 0) == [f"if {word} and y:"]


# --- tiers ----------------------------------------------------------------------------------------------


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Plans:
    """An empty store of plans, and small."""
    store = Plans(4)
    monkeypatch.setattr(python, "PLANS", store)
    monkeypatch.setattr(predicate, "PLANS", store)
    return store


@pytest.fixture
def generations(monkeypatch: pytest.MonkeyPatch, store: Plans) -> list[object]:
    """One element for each time that source is generated, from an empty store on."""
    made: list[object] = []

    def counting(key: Key) -> Plan:
        made.append(key)
        return plan_of(key)

    monkeypatch.setattr(plans, "plan_of", counting)
    return made


def test_source_is_generated_on_the_second_use_of_a_shape(generations: list[object], store: Plans) -> None:
    sizes = [python.compile(eq(SIZE, size)) for size in (1, 2, 3)]
    assert len(generations) == 1
    assert [keep({"size": 2}) for keep in sizes] == [False, True, False]
    assert len({keep.source for keep in sizes}) == len(store) == 1


def test_a_predicate_that_meets_many_records_generates_its_source(generations: list[object]) -> None:
    keep = python.compile(eq(SIZE, 1))
    records = [{"size": number % 2} for number in range(PATIENCE - 1)]
    assert keep.filter(records) == [record for record in records if record["size"]]
    assert not generations
    assert [keep({"size": size}) for size in (1, 0, True, 1)] == [True, False, False, True]
    assert len(generations) == 1
    assert keep.filter([{"size": 1}, {}]) == [{"size": 1}]
    assert python.compile(eq(NUMBER, 1)).filter(many := [{"number": 1}] * 2 * PATIENCE) == many
    assert len(generations) == 2


def test_a_filter_too_large_for_source_stays_a_tree(generations: list[object]) -> None:
    wide = any_of(*(eq(SIZE, number) for number in range(plans.MAX_NODES)))
    deep: Expression = eq(SIZE, 1)
    for level in range(plans.MAX_DEPTH):
        deep = (Or if level % 2 else And)((deep, eq(NUMBER, 1)))
    for where in (wide, deep):
        for _ in range(2):
            keep = python.compile(where)
            assert keep.filter(many := [{"size": 1, "number": 1}] * 2 * PATIENCE) == many
            assert keep.source
    assert not generations


def test_a_filter_is_too_large_by_one_node(generations: list[object]) -> None:
    for count, made in ((plans.MAX_NODES, 0), (plans.MAX_NODES - 1, 1)):
        for _ in range(2):
            python.compile(any_of(*(eq(SIZE, number) for number in range(count))))
        assert len(generations) == made


def test_source_that_there_is_is_not_generated_again(generations: list[object]) -> None:
    """Not for a predicate of a shape that another has met again, nor for one whose shape the store has forgotten."""
    first, second = python.compile(eq(SIZE, 1)), python.compile(eq(SIZE, 2))
    many = [{"size": 1}, {"size": 2}] * PATIENCE
    assert first.filter(many) == many[::2]
    assert second.filter(many) == many[1::2]
    assert len(generations) == 1
    for name in "abcd":
        for _ in range(2):
            python.compile(eq(Field(name, Text()), "a"))
    assert [first({"size": size}) for size in (1, 2)] == [True, False]
    assert len(generations) == 5


def test_requests_cannot_grow_the_store() -> None:
    store = Plans(50)
    for number in range(10_000):
        store.find(("mapping", shape_of(eq(Field(f"f{number}", Text()), "a"), [])))
    assert len(store) == 50
    for number in range(200):
        store.made(("mapping", shape_of(eq(Field(f"g{number}", Text()), "a"), [])))
    assert len(store) == 100


def test_shapes_used_once_do_not_drive_out_those_used_twice(generations: list[object]) -> None:
    for number in range(10):
        python.compile(eq(SIZE, 1))
        python.compile(eq(Field(f"f{number}", Text()), "a"))
    assert len(generations) == 1


def test_threads_share_the_store(generations: list[object]) -> None:
    fields = [Field(f"f{number}", Integer()) for number in range(20)]
    wrong: list[object] = []

    def work() -> None:
        for number in range(200):
            field = fields[number % 20]
            keep = python.compile(eq(field, number))
            if not keep({field.name: number}) or keep.filter([{field.name: -1}]):
                wrong.append(number)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)
    assert not wrong
