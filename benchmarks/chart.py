"""The chart of a run: an SVG whose text is text, in colours that the colour-blind tell apart, for light and dark pages.

Matplotlib draws in the colours of a light page; a style sheet in the file exchanges them where a reader prefers dark.
"""

from __future__ import annotations

from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks import data_growth, growth
from benchmarks.compared import Compared
from benchmarks.fit import Growth
from benchmarks.goals import said
from benchmarks.harness import Spread
from benchmarks.peer_run import OURS_KNOWN, OURS_NEW
from benchmarks.queries import QSL
from benchmarks.results import Results

INK, GRID, OURS, OTHER = "#1f2328", "#d5d9de", "#0072b2", "#8c959f"
SERIES = ("#0072b2", "#d55e00", "#009e73", "#aa4499", "#a6761d")
_DARK = {
    INK: "#e6e6e6",
    GRID: "#4a4f57",
    OURS: "#56b4e9",
    OTHER: "#9aa3ad",
    "#d55e00": "#f0914a",
    "#009e73": "#35c79b",
    "#aa4499": "#de8fcf",
    "#a6761d": "#e0b04f",
}
_MARKS = "osD^v"


class Bar(NamedTuple):
    """One bar: how many times as long as `parse_qsl` in the same process."""

    label: str
    ratio: Spread
    is_ours: bool


def bars(results: Results) -> list[Bar]:
    """Ours and the peers', the quickest first; all as multiples of `parse_qsl` in the same process."""
    found = [_bar(f"{peer.peer['name']}: {peer.peer['whole']}", peer.peer["whole"], [peer]) for peer in results.peers]
    own = [_bar(case, case, results.peers, is_ours=True) for case in (OURS_NEW, OURS_KNOWN)]
    return sorted(filter(None, [*found, *own]), key=lambda bar: bar.ratio.median)


def _bar(label: str, case: str, peers: list[Compared], *, is_ours: bool = False) -> Bar | None:
    """Of a case in one or more processes: the median of their medians, the outermost of their p10 and p90."""
    ratios = [one.ratio for peer in peers for one in peer.figures if (one.case, one.base) == (case, QSL)]
    if not ratios:
        return None
    medians, p10, p90 = zip(*ratios, strict=True)
    return Bar(label, Spread(median(medians), min(p10), max(p90)), is_ours)


def draw(results: Results, path: Path) -> None:
    """Write the chart as SVG; its look as PNG beside it only where the path ends so."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    style = {
        "svg.fonttype": "none",
        "svg.hashsalt": "paramql",
        "font.family": "sans-serif",
        "font.size": 10,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.axisbelow": True,
        "axes.titlelocation": "left",
        "axes.titlesize": 11,
        "legend.frameon": False,
        "legend.fontsize": 9,
        **dict.fromkeys(("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK),
        "axes.titlecolor": INK,
        "grid.color": GRID,
    }
    with mpl.rc_context(style):
        shown = bars(results)
        figure = plt.figure(figsize=(9, 4.4 + 0.27 * len(shown)), layout="constrained")
        top, bottom = figure.subfigures(2, 1, height_ratios=(0.9 + 0.27 * len(shown), 3.5))
        _bars(top.subplots(), shown)
        left, right = bottom.subplots(1, 2)
        _grown(left, [one for one in results.growth if one.part == growth.PART], "clauses, items, levels, mistakes")
        _grown(right, [one for one in results.growth if one.part == data_growth.PART], "rows")
        left.set_title("A query's cost by its size")
        right.set_title("A filter's cost by the data")
        bottom.supxlabel(f"{results.python}; {results.machine}; {results.date}", fontsize=8)
        options: dict[str, Any] = {"metadata": {"Date": None}} if path.suffix == ".svg" else {"dpi": 110}
        figure.savefig(path, transparent=path.suffix == ".svg", **options)
        plt.close(figure)
    if path.suffix == ".svg":
        path.write_text(with_dark(path.read_text(encoding="utf-8")), encoding="utf-8")


def _plain(number: float, _: int) -> str:
    """A tick in digits rather than as a power."""
    return f"{number:,.0f}" if number >= 1 else f"{number:g}"


def _bars(axes: Any, shown: list[Bar]) -> None:
    places = range(len(shown))
    medians = [bar.ratio.median for bar in shown]
    errors = [
        [bar.ratio.median - bar.ratio.p10 for bar in shown],
        [bar.ratio.p90 - bar.ratio.median for bar in shown],
    ]
    colours = [OURS if bar.is_ours else OTHER for bar in shown]
    axes.barh(places, medians, color=colours, xerr=errors, error_kw={"ecolor": INK, "elinewidth": 1, "capsize": 2})
    axes.set_yticks(places, [bar.label for bar in shown])
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter(_plain)
    axes.axvline(1, color=INK, linewidth=1, linestyle=":")
    axes.grid(axis="x")
    for place, bar in enumerate(shown):
        axes.annotate(said(bar.ratio.median), (bar.ratio.p90, place), (6, 0), textcoords="offset points", va="center")
    axes.margins(x=0.12)
    axes.set_title("Five conditions to SQL: time by that of parse_qsl alone (less is better)")


def _grown(axes: Any, found: list[Growth], label: str) -> None:
    for number, one in enumerate(found):
        colour, mark = SERIES[number % len(SERIES)], _MARKS[number % len(_MARKS)]
        axes.plot(one.sizes, one.micros, marker=mark, markersize=4, color=colour, label=one.case)
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.xaxis.set_major_formatter(_plain)
    axes.yaxis.set_major_formatter(_plain)
    axes.grid()
    axes.set_xlabel(label)
    axes.set_ylabel("µs")
    if found:
        low, high = axes.get_ylim()
        axes.set_ylim(low, high * (high / low) ** 0.75)  # room for the legend above the lines
        axes.legend(loc="upper left", fontsize=8, labelspacing=0.3)


def with_dark(svg: str) -> str:
    """The same drawing, whose colours change where dark pages are preferred.

    >>> "prefers-color-scheme" in with_dark("<style>*{}</style>")
    True
    """
    rules = "".join(
        f'[style*="{kind}: {light}"]{{{kind}:{dark} !important}}'
        for light, dark in _DARK.items()
        for kind in ("fill", "stroke")
    )
    return svg.replace("</style>", f"@media (prefers-color-scheme: dark){{{rules}}}</style>", 1)
