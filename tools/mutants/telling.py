"""What was found, as Markdown: how many of each module, and who survived."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import unified_diff

from tools.mutants.made import KILLED, NO_TESTS, SURVIVED, TIME, TYPES, Module, mutants, original

_COLUMNS = ("mutants", "refused by types", "killed", "killed by time", "survived", "not asked")
_STATES = {KILLED: "killed", TIME: "killed by time", TYPES: "refused by types", SURVIVED: "survived", None: "not asked"}
_STATES |= {NO_TESTS: "survived"}


def told(found: Sequence[Module]) -> str:
    """The whole."""
    return "\n".join([*_table(found), "", *_survivors(found), ""])


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
    noticed = counts["killed"] + counts["killed by time"]
    asked = noticed + counts["survived"]
    score = _share(noticed + counts["refused by types"], asked + counts["refused by types"])
    return f"| {name} | {' | '.join(str(counts[one]) for one in _COLUMNS)} | {score} | {_share(noticed, asked)} |"


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}" if whole else "–"


def _name(module: Module) -> str:
    return str(module.source).partition("paramql/")[2].removesuffix(".py").replace("/", ".").removesuffix(".__init__")


def _survivors(found: Sequence[Module]) -> Iterator[str]:
    yield from ("| where | as it is | as the mutant has it |", "|---|---|---|")
    for module, name in mutants(list(found), SURVIVED, NO_TESTS):
        function = original(name).rpartition(".")[2].removeprefix("x_").replace("xǁ", "").replace("ǁ", ".")
        before, after = changed(module, name)
        yield f"| `{_name(module)}`, `{function}` | {_code(before)} | {_code(after)} |"


def changed(module: Module, name: str) -> tuple[str, str]:
    """The lines of a function that a mutant has otherwise: as they are, and as it has them."""
    lines, spans = module.source.read_text(encoding="utf-8").splitlines(), module.lines
    mutant = name.rpartition(".")[2]
    whole, other = (
        lines[first:last] for first, last in (spans[f"{original(mutant)}__mutmut_orig"], spans[mutant])
    )  # without the line that names them
    differing = [line for line in unified_diff(whole, other, n=0, lineterm="") if line[:3] not in {"---", "+++"}]
    return tuple(" ".join(line[1:].strip() for line in differing if line[0] == sign) for sign in "-+")  # type: ignore[return-value]


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|") if text else "nothing"
