"""What was found, as Markdown: how many of each module, who survived, and why each is left alone."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from difflib import unified_diff
from itertools import takewhile
from operator import eq
from typing import TypeAlias

from tools.mutants.made import KILLED, NO_TESTS, SURVIVED, TIME, TYPES, Module, mutants, original
from tools.mutants.reasons import KINDS, MISSING, Reason, Survivor, reasons

Explained: TypeAlias = Sequence[tuple[Survivor, str]]

_COLUMNS = ("mutants", "types", "killed", "time", "survived")
_STATES = {
    KILLED: "killed",
    TIME: "time",
    TYPES: "types",
    SURVIVED: "survived",
    NO_TESTS: "survived",
    None: "not asked",
}
_AROUND = 16  # characters that are shown on both sides of a change


def told(found: Sequence[Module]) -> str:
    """The whole."""
    return "\n".join([*_table(found), "", *_survivors(found)])


def _table(found: Sequence[Module]) -> Iterator[str]:
    yield f"| module | {' | '.join(_COLUMNS)} | score, % | tests alone, % |"
    yield f"|---|{'---:|' * (len(_COLUMNS) + 2)}"
    total: Counter[str] = Counter()
    for module in found:
        if module.states:
            counts = _counts(module)
            total += counts
            yield _row(f"`{_name(module)}`", counts)
    yield _row("all", total)


def _counts(module: Module) -> Counter[str]:
    return Counter({"mutants": len(module.states)}) + Counter(_STATES[state] for state in module.states.values())


def _row(name: str, counts: Counter[str]) -> str:
    noticed = counts["killed"] + counts["time"]
    asked = noticed + counts["survived"]
    score = _share(noticed + counts["types"], asked + counts["types"])
    return f"| {name} | {' | '.join(str(counts[one]) for one in _COLUMNS)} | {score} | {_share(noticed, asked)} |"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "–"


def _name(module: Module) -> str:
    return str(module.source).partition("paramql/")[2].removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def _survivors(found: Sequence[Module]) -> Iterator[str]:
    given = reasons()
    left = [_survivor(module, name) for module, name in mutants(list(found), SURVIVED, NO_TESTS)]
    yield f"## The {len(left)} that survive"
    for kind, explained in _by_kind(left, given).items():
        yield from _section(*KINDS[kind], explained)


def _by_kind(left: Sequence[Survivor], given: Mapping[Survivor, Reason]) -> Mapping[str, Explained]:
    kinds = defaultdict[str, list[tuple[Survivor, str]]](list)
    for one in left:
        kind, why = given.get(one, MISSING)
        kinds[kind].append((one, why))
    return {kind: kinds[kind] for kind in KINDS if kind in kinds}


def _section(heading: str, meaning: str, explained: Explained) -> Iterator[str]:
    yield from ("", f"### {heading}", "", f"{meaning} {len(explained)} of them.", "")
    yield from (
        '<div class="long-names" markdown>',
        "",
        "| where | as it is | as the mutant has it | why |",
        "|---|---|---|---|",
    )
    for one, why in explained:
        before, after = _cut(one.before, one.after)
        yield f"| `{one.module}`, `{one.function}` | {_code(before)} | {_code(after)} | {why} |"
    yield from ("", "</div>")


def _survivor(module: Module, name: str) -> Survivor:
    function = original(name).rpartition(".")[2].removeprefix("x_").replace("xǁ", "").replace("ǁ", ".")
    return Survivor(_name(module), function, *changed(module, name))


def changed(module: Module, name: str) -> tuple[str, str]:
    """The lines of a function that a mutant has otherwise: as they are, and as it has them."""
    mutant = name.rpartition(".")[2]
    whole, other = _lines(module, f"{original(mutant)}__mutmut_orig"), _lines(module, mutant)
    differing = [line for line in unified_diff(whole, other, n=0, lineterm="") if line[:3] not in {"---", "+++"}]
    return tuple(" ".join(line[1:].strip() for line in differing if line[0] == sign) for sign in "-+")  # type: ignore[return-value]


def _lines(module: Module, function: str) -> list[str]:
    """Of mutmut's function, without its name."""
    first, last = module.lines[function]
    return [line.replace(function, "") for line in module.source.read_text(encoding="utf-8").splitlines()[first:last]]


def _cut(before: str, after: str) -> tuple[str, str]:
    """What differs, and a few characters around it."""
    begin = max(_alike(before, after) - _AROUND, 0)
    end = _alike(before[:begin:-1], after[:begin:-1])
    return _within(before, begin, end), _within(after, begin, end)


def _alike(one: str, other: str) -> int:
    return len(list(takewhile(bool, map(eq, one, other))))


def _within(text: str, begin: int, end: int) -> str:
    stop = len(text) - max(end - _AROUND, 0)
    return f"{'…' if begin else ''}{text[begin:stop]}{'…' if stop < len(text) else ''}"


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|") if text else "nothing"
