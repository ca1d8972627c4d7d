"""Values of every type that engines are known to disagree about, and literals that lie beside them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal as Number
from random import Random
from typing import Any as Anything

import paramql as pq
from paramql.types import Type

# Å composed, decomposed and as the Ångström sign; wildcards of LIKE, GLOB and regular expressions; quotes of every
# dialect; what looks like the language itself; characters beyond the BMP, and those on either side of the surrogates;
# case pairs that lower() and casefold() disagree about; blanks and line ends where an anchor may slip.
TEXTS = [
    *("", " ", "a", "A", "b", "a ", " a", "  ", "ab", "aB", "a b", "aa", "abc", "Å", "A\u030a", "\u212b", "å", "Åse"),
    *("%", "_", "a%b", "a_b", "axb", "%a%", "*", "?", "a*b", "[a]", "[", "]", "[^a]", "^a", "^", "-", "a-c", "[!a]"),
    *(
        "\\",
        "\\%",
        "a\\b",
        "\\\\",
        "'",
        "''",
        '"',
        'a"b',
        "`",
        "a'b",
        ";--",
        "$1",
        "%s",
        ":a",
        "{0}",
        "#",
        "&",
        "=",
        "+",
    ),
    *("a.b", "a|b", "(a)", "a,b", ".*", "a+", "^a$", "\\d", "(?i)a", "a$", "not:a", "eq:a", "gt:5", "a:b", "urn:x:y"),
    *("contians:a", "GT:1", "in:(a)", "true", "1", "0", "null", "None", "NaN", "1e5", "2019-05-01", "and(a:b)"),
    *("\U0001f600", "\U0001f600b", "\U0010ffff", "a\U0010ffff", "\uffff", "\ufffd", "\ue000", "\ud7ff", "a\ud7ff"),
    *(
        "ß",
        "ẞ",
        "ss",
        "SS",
        "ﬁ",
        "İ",
        "i",
        "ı",
        "I",
        "ſ",
        "s",
        "S",
        "\u212a",
        "k",
        "K",
        "σ",
        "ς",
        "Σ",
        "ΑΣ",
        "ας",
        "ασ",
    ),
    *("ǆ", "Ǆ", "ǅ", "µ", "μ", "ΐ", "ΐ", "\u0345", "ι", "Ω", "ω", "\u2126", "Ꭰ", "ꭰ", "𐐀", "𐐨", "ø", "Ø", "\u03f4"),
    *("\n", "a\n", "\na", "a\r\n", "\t", "\x7f", "\x01", "\x1b[0m", "א", "\u202ea", "a\u200db", "\ufeff", "\xa0a"),
    *("a" * 130, "aé" * 60, "x" * 1000 + "y"),
]
# Texts that one engine or another takes for the same, or for a pattern of each other.
FAMILIES = [
    *(["a%b", "axxb", "a_b", "axb", "ab", "A%B"], ["a*b", "axxb", "a?b", "axb", "A*B", "a[b"]),
    *(["[a]", "a", "[", "]", "b", "[^a]", "-", "a-c", "^"], ["a", "A", "a ", " a", "a\n", "\na", "á", "a\u0301"]),
    *(["Å", "A\u030a", "\u212b", "å", "A"], ["ß", "ẞ", "ss", "SS", "ſs"], ["k", "K", "\u212a"], ["s", "S", "ſ"]),
    *(["σ", "ς", "Σ", "ΑΣ", "ας", "ασ"], ["i", "I", "İ", "ı", "i\u0307"], ["ǆ", "Ǆ", "ǅ"], ["µ", "μ", "Μ"]),
    *(["\ud7ff", "\ud7ffa", "\ue000", "\uffff", "\U0010ffff", "\U0010ffff\U0010ffff", "\U0001f600"], ["𐐀", "𐐨"]),
    *(["ab", "ac", "abz", "ab\uffff", "ab\U0010ffff", "abc", "b", "aB", "a"], ["'", "''", "a'b", "\\'", "a\\'b"]),
    *(['"', '""', 'a"b', '\\"'], ["\\", "\\\\", "\\a", "a\\b", "a\b"], ["1", "01", "1.0", "1e0", "true", "null", ""]),
    *(["", "  ", " ", "\t", "\xa0", "\u200b"], ["Ω", "ω", "\u2126"], ["θ", "ϑ", "ϴ", "Θ"], ["ΐ", "ΐ"], ["Ꭰ", "ꭰ"]),
    *(["x:y", "eq:x", "not:x", "x", "in:(x)", "gt:x"], ["a,b", "a", "b", "(a)", '"a"', "a, b", "a,"]),
]
INTEGERS = [
    *(0, 1, -1, 2, 3, 9, 10, 99, 100, -10, 2**31, 2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1),
    *(2**63 - 1, 2**63 - 2, -(2**63), -(2**63) + 1),
]
FLOATS = [
    *(0.0, -0.0, 1.0, -1.0, 0.1, 0.2, 0.1 + 0.2, 0.3, 1.5, -1.5, 1 / 3, 9.0, 10.0, 1e16, 1e22, 2.0**53, 2.0**53 + 2),
    *(-2.5, 123456789.12345679, 1e-10, 1e300, -1e300, 100.0),
]
MOMENTS = [
    dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[arg-type, misc]
    for parts in [
        *((1, 1, 1), (1, 1, 1, 0, 0, 0, 1), (9999, 12, 31, 23, 59, 59, 999999), (9999, 12, 31, 23, 59, 59)),
        *((1970, 1, 1), (1969, 12, 31, 23, 59, 59, 999999), (1969, 12, 31, 23, 59, 59, 500000), (1900, 2, 28)),
        *((2019, 5, 1), (2019, 5, 1, 12), (2019, 5, 1, 12, 0, 0, 1), (2019, 5, 1, 12, 0, 0, 123456)),
        *((2019, 5, 1, 12, 0, 0, 123000), (2019, 5, 1, 12, 0, 0, 999999), (2019, 5, 1, 12, 0, 1), (2020, 2, 29, 1)),
        *((2019, 3, 31, 1), (2019, 10, 27, 0, 30), (2019, 4, 30, 23, 59, 59, 999999), (2038, 1, 19, 3, 14, 8)),
    ]
]
DATES = [
    dt.date(*parts)
    for parts in [
        *((1, 1, 1), (9999, 12, 31), (1970, 1, 1), (1969, 12, 31), (2019, 5, 1), (2019, 4, 30), (2019, 5, 2)),
        *((2020, 2, 29), (2019, 12, 31), (2020, 1, 1), (999, 12, 31), (1000, 1, 1), (2019, 10, 27)),
    ]
]
UUIDS = [
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "123e4567-e89b-12d3-a456-426614174000",
    "123e4567-e89b-12d3-a456-426614174001",
    "9a000000-0000-4000-8000-000000000000",
    "a9000000-0000-4000-8000-000000000000",
]
WORDS = ["open", "closed", "Open", "a b", "a,b", "Å", "gt:", "not:", "x", "true", "(x)", '"', "%"]

GRID = {"us": dt.timedelta(microseconds=1), "ms": dt.timedelta(milliseconds=1), "s": dt.timedelta(seconds=1)}
FIRST, LAST = min(MOMENTS), max(MOMENTS)


def type_of(word: str, rng: Random) -> Type:
    """A type of that word, its settings drawn; `ordered text` is text with an order."""
    match word:
        case "decimal":
            scale = rng.choice([0, 1, 2, 2, 5])
            return pq.Decimal(scale, rng.choice([18, 18, scale + 3]))
        case "datetime":
            return pq.DateTime(rng.choice(["us", "us", "ms", "s"]))
        case "choice":
            return pq.Choice(*rng.sample(WORDS, rng.randint(3, 6)))
        case _:
            return _PLAIN[word]


_PLAIN: dict[str, Type] = {
    "text": pq.Text(),
    "ordered text": pq.Text(ordered=True),
    "integer": pq.Integer(),
    "float": pq.Float(),
    "boolean": pq.Boolean(),
    "date": pq.Date(),
    "uuid": pq.Uuid(),
}
TYPE_WORDS = [*_PLAIN, "decimal", "datetime", "choice"]


def word_of(type_: Type) -> str:
    """The word that `type_of` takes."""
    return "ordered text" if isinstance(type_, pq.Text) and type_.ordered else type_.word


def stored(type_: Type, rng: Random) -> Anything:
    """A value of the type, on its grid."""
    match type_:
        case pq.Choice():
            return rng.choice(type_.words)
        case pq.Decimal():
            return _decimal(type_, rng)
        case pq.DateTime():
            step = GRID[type_.precision]
            moment = rng.choice(MOMENTS)
            return moment - (moment - FIRST) % step
        case pq.Boolean():
            return rng.random() < 0.5
        case _:
            return rng.choice(_POOLS[type(type_)])


def pool(type_: Type, rng: Random) -> list[Anything]:
    """A few values for the rows of one field: such as are easily confused, mostly."""
    base, count = stored(type_, rng), rng.randint(2, 5)
    match type_:
        case pq.Text() if rng.random() < 0.7:
            family = rng.choice([*FAMILIES, [base, base.swapcase(), base + " ", base[:-1], base + "b"]])
            return rng.sample(family, min(len(family), count + 1))
        case pq.Integer() | pq.Float() if rng.random() < 0.4:
            return [base, *(value for value in (base + 1, base - 1, -base) if -(2**63) <= value < 2**63)]
        case pq.Decimal() if rng.random() < 0.4:
            unit = Number(1).scaleb(-type_.scale)
            most = 10 ** (type_.digits - type_.scale)
            return [base, *(value for value in (base + unit, base - unit) if abs(value) < most)]
        case pq.DateTime() if rng.random() < 0.4:
            instants = [base.replace(microsecond=part) for part in (0, 1, 123_000, 123_456, 999_999)]
            return sorted({instant - (instant - FIRST) % GRID[type_.precision] for instant in instants})
        case _:
            return [stored(type_, rng) for _ in range(count)]


_POOLS: dict[type[Type], list[Anything]] = {
    pq.Text: TEXTS,
    pq.Integer: INTEGERS,
    pq.Float: FLOATS,
    pq.Date: DATES,
    pq.Uuid: UUIDS,
}


def _decimal(type_: pq.Decimal, rng: Random) -> Number:
    most = 10**type_.digits - 1
    units = rng.choice([0, 1, -1, 5, 10, 25, 50, 99, 100, -250, 250, most, -most, rng.randint(-most, most)])
    return Number(max(-most, min(most, units))).scaleb(-type_.scale)


# What is not of the type, as JSON has it and as Python records have it.
MISFITS: dict[str, list[Anything]] = {
    "text": [5, True, 1.5, [], {}, ["a"]],
    "choice": ["no word", 5, False, {}],
    "uuid": ["zz", 5, "", "00000000-0000-0000-0000-00000000000", True],
    "integer": ["5", True, False, 2.5, 1.0, "", [], [1], 2**63, -(2**70)],
    "decimal": ["x", True, False, 2.5, [], {}, 10**30],
    "float": ["1.5", True, False, "nan", [], {}],
    "boolean": [0, 1, "true", "", []],
    "datetime": ["2019-05-01", 5, True, "2019-05-01T12:00:00Z", "", "x" * 27, []],
    "date": ["2019-05", 20190501, True, "2019-05-01T00:00:00.000000Z", ""],
    "list": ["x", 5, {"0": 1}, True, {}],
    "record": [5, "x", [], True, [{}]],
}
