"""Wrong compilers and checkers: each a small change to the library's source that real engines or libraries get wrong.

A change is a module, what stands there (exactly once) and what is put in its place.
"""

from __future__ import annotations

from typing import NamedTuple


class Sabotage(NamedTuple):
    """What goes wrong, in a few words, and the change that makes it so.

    first: the feature whose conformance cases are asked first, before generated triples; none: the triples.
    """

    name: str
    module: str
    old: str
    new: str
    first: str = ""


SQL = [
    Sabotage(
        "drop OR IS NULL from complements",
        "backends.sql.emit",
        'return [Piece(f"{term.value} IS NULL"), *(',
        "return [*(",
    ),
    Sabotage(
        "complement of an OR joined by OR",
        "simplify",
        "return all_of(*parts) if negated",
        "return any_of(*parts) if negated",
    ),
    Sabotage(
        "LIKE for contains",
        "backends.sqlite",
        'relation("instr({v}, {0}) > 0", "instr({v}, {0}) = 0")',
        "relation(\"{v} LIKE '%' || {0} || '%'\", \"{v} NOT LIKE '%' || {0} || '%'\")",
        first="text",
    ),
    Sabotage(
        "LIKE for GLOB",
        "backends.sqlite",
        'relation("{v} GLOB {0}", "{v} NOT GLOB {0}")',
        "relation(\"{v} LIKE replace({0}, '*', '%')\", \"{v} NOT LIKE replace({0}, '*', '%')\")",
    ),
    Sabotage(
        "wildcards of GLOB not escaped",
        "backends.sql.pattern",
        'len(equals) > 1 or equals in "*?["',
        "len(equals) > 1",
        first="text",
    ),
    Sabotage(
        "prefix range with its upper bound in it",
        "backends.sql.relation",
        "{value} < {high}",
        "{value} <= {high}",
        first="text",
    ),
    Sabotage(
        "complement of a prefix joined by AND",
        "backends.sql.relation",
        "{low} OR {value} >= {high}",
        "{low} AND {value} >= {high}",
        first="operators",
    ),
    Sabotage(
        "prefix range that ends in a surrogate",
        "backends.sql.emit",
        "chr(SURROGATES.stop if following in SURROGATES else following)",
        "chr(following)",
        first="text",
    ),
    Sabotage(
        "suffix found anywhere",
        "backends.sqlite",
        'relation("substr({v}, -{1}) = {0}"',
        'relation("instr({v}, {0}) > 0"',
        first="text",
    ),
    Sabotage(
        "order that ignores case", "backends.sqlite", "**ordered()", '**ordered("{v} COLLATE NOCASE")', first="text"
    ),
    Sabotage(
        "trailing blanks ignored",
        "backends.sql.relation",
        'relation("{v} = {0}", ',
        'relation("{v} = {0} COLLATE RTRIM", ',
        first="text",
    ),
    Sabotage(
        "a null in the list of nin",
        "backends.sqlite",
        '"{v} NOT IN (SELECT value FROM json_each({0}))"',
        '"{v} NOT IN (SELECT value FROM json_each({0}) UNION ALL SELECT NULL)"',
    ),
    Sabotage(
        "decimals as floats",
        "backends.sql.storage",
        "return int(cast(decimal.Decimal, value).scaleb(cast(Decimal, type_).scale, _EXACT))",
        "return round(float(cast(decimal.Decimal, value)) * 10 ** cast(Decimal, type_).scale)",
    ),
    Sabotage(
        "milliseconds cut",
        "backends.sql.storage",
        "time.isoformat('microseconds')",
        "time.isoformat('milliseconds')",
        first="lists-of-values",
    ),
    Sabotage(
        "no type guard in JSON", "backends.sql.emit", "return [guard.holds for guard in _asked(term, op)]", "return []"
    ),
    Sabotage(
        "misfits in JSON lost to complements",
        "backends.sql.emit",
        ", *(guard.fails for guard in _asked(term, op))]",
        "]",
    ),
    Sabotage("keys of a JSON path without quotes", "backends.sqlite", "return f'\"{key}\"'", "return key"),
    Sabotage("members of an object taken for elements", "backends.sqlite", "typeof({alias}.key) = 'integer'", "1=1"),
    Sabotage("scalars in a list taken for records", "backends.sqlite", "{alias}.type = 'object'", "1=1"),
    Sabotage(
        "a null element counts",
        "backends.sql.scope",
        "return tuple(guard.holds for guard in term.guards) or (",
        "return () and (",
        first="lists-of-values",
    ),
    Sabotage(
        "child rows of all parents", "backends.sql.scope", "source, links + present", "source, links[1:] + present"
    ),
    Sabotage(
        "1 and 0 for JSON booleans",
        "backends.sqlite",
        'kinds=("true", "false")',
        'kinds=("true", "false", "integer")',
        first="missing",
    ),
]

MEANING = [
    Sabotage(
        "ne of a list per element",
        "simplify",
        "return _signed(FALSE if inside == FALSE else Any(field, inside), negated=negated)",
        "return Any(field, _simple(Not(inside), negated=False) if negated else inside)",
    ),
    Sabotage(
        "exists:false of a list per element",
        "simplify",
        "return _signed(_existing(field), negated=negated)",
        "return FALSE if negated and isinstance(field.type, ListOf) else _signed(_existing(field), negated=negated)",
        first="lists-of-values",
    ),
    Sabotage(
        "two ranges on a list merged into one element",
        "simplify",
        "return any_of(*parts) if negated else all_of(*parts)",
        """lists = [part for part in parts if isinstance(part, Any)]
            if len(lists) > 1 and not negated and len({part.field for part in lists}) == 1:
                merged = Any(lists[0].field, all_of(*(part.where for part in lists)))
                return all_of(merged, *(part for part in parts if part not in lists))
            return any_of(*parts) if negated else all_of(*parts)""",
        first="lists-of-values",
    ),
    Sabotage(
        "gte folded as gt",
        "types.base",
        "if exact:\n        return Folded(op, floor)",
        "if exact:\n        return Folded(Op.GT if op is Op.GTE else op, floor)",
        first="operators",
    ),
    Sabotage(
        "a finer lower bound keeps its equal",
        "types.base",
        "return Folded(Op.GT, floor)",
        "return Folded(Op.GTE, floor)",
        first="numbers",
    ),
    Sabotage(
        "a finer upper bound loses its equal",
        "types.base",
        "return Folded(Op.LTE, floor)",
        "return Folded(Op.LT, floor)",
        first="numbers",
    ),
    Sabotage(
        "eq of a finer operand cut",
        "types.base",
        "case _:\n            return False",
        "case _:\n            return Folded(op, floor)",
        first="numbers",
    ),
    Sabotage(
        "the seventh digit cut",
        "types.moment",
        "return FineDateTime(instant, ",
        "return instant or FineDateTime(instant, ",
        first="precision",
    ),
    Sabotage(
        "lower() for classes",
        "folding",
        "return [siblings.get(folded, folded) for folded in map(fold, literal)]",
        "return ['' and siblings or ''.join(sorted({char.lower()[0], char.upper()[0]})) for char in literal]",
    ),
    Sabotage(
        "case ignored in ASCII only",
        "folding",
        "if block != block.lower() or",
        "if start == 0 and block != block.lower() or start == 0 and",
    ),
    Sabotage("any as all", "check.filters", 'if word == "any":', 'if word == "all":'),
    Sabotage(
        "or as and",
        "check.filters",
        "return Meant(Or(asked), any_of(*where))",
        "return Meant(Or(asked), all_of(*where))",
    ),
    Sabotage(
        "a path through two lists opens the inner one only",
        "bind",
        "for outer in reversed(name.lists):",
        "for outer in name.lists[-1:]:",
    ),
]

PYTHON = [
    Sabotage(
        "True == 1",
        "backends.python.values",
        "return isinstance(value, int) and not isinstance(value, bool)",
        "return isinstance(value, int)",
    ),
    Sabotage(
        "1 is true",
        "backends.python.numbered",
        '"{{x}} is {literal}" if kind == "boolean" else',
        '"" if kind == "nothing" else',
    ),
    Sabotage(
        "$ for \\Z",
        "backends.python.values",
        'Op.IENDSWITH: _search("", r"\\Z")',
        'Op.IENDSWITH: _search("", "$")',
        first="text",
    ),
    Sabotage(
        "a prefix found anywhere, ignoring case",
        "backends.python.values",
        'Op.ISTARTSWITH: _search(r"\\A", "")',
        'Op.ISTARTSWITH: _search("", "")',
        first="operators",
    ),
    Sabotage(
        "literals of i operators as patterns",
        "backends.python.values",
        "[{re.escape(members)}]",
        "[{members}]",
        first="text",
    ),
    Sabotage(
        "text compared with one element of a list",
        "backends.python.conditions",
        "if inner.word == Op.EQ and inner.path == ()",
        "if inner.word == Op.STARTSWITH and inner.path == ()",
        first="lists-of-records",
    ),
    Sabotage(
        "nulls first",
        "backends.python.order",
        "return [record for record, _ in present] + [record for record, value in found if value is None]",
        "return [record for record, value in found if value is None] + [record for record, _ in present]",
        first="sorting",
    ),
]

ROAD = [
    Sabotage(
        "clauses after the first dropped",
        "check",
        "for name, tree in found]\n    return",
        "for name, tree in found[:1]]\n    return",
        first="pairs",
    ),
    Sabotage(
        "unknown names ignored",
        "check.clauses",
        "if reading.lenient and not place.inside:",
        "if not place.inside:",
        first="errors",
    ),
    Sabotage(
        "lenient inside or and not",
        "check.clauses",
        "if reading.lenient and not place.inside:",
        "if reading.lenient:",
        first="errors",
    ),
    Sabotage(
        "suggestions from hidden names",
        "check.reading",
        "for name in place.scope.askable(place.inside)",
        "for name in place.scope",
        first="hidden",
    ),
    Sabotage(
        "suggestions from names of other callers",
        "check.reading",
        "if self.only is None or self.may_use(place.prefix + name.text)",
        "if True",
        first="hidden",
    ),
    Sabotage(
        "hidden fields may be asked",
        "declarations",
        "return name.target.filterable and all(",
        "return all(",
        first="hidden",
    ),
    Sabotage(
        "only forgotten below lists",
        "check.reading",
        "return name if self.may_use(full) or",
        "return name if place.prefix or self.may_use(full) or",
        first="hidden",
    ),
    Sabotage(
        "case-sensitive names",
        "declarations",
        "return name.lower() if self.ignore_case and name.isascii() else name",
        "return name",
        first="words",
    ),
    Sabotage(
        "spans in decoded coordinates",
        "source",
        "if len(self.raw) == len(self.text):",
        "if len(self.raw) >= len(self.text):",
        first="pairs",
    ),
    Sabotage(
        "problems in order of their codes",
        "problems",
        "key=lambda problem: problem.span))",
        "key=lambda problem: problem.code))",
        first="errors",
    ),
    Sabotage(
        "the first problems found, not the first in the query",
        "check",
        "sorted(reading.problems, key=lambda problem: problem.span)[",
        "reading.problems[",
        first="limits",
    ),
    Sabotage(
        "decoded twice",
        "source",
        "return Piece(raw, start, _unescape(text) if",
        "return Piece(raw, start, re.sub('%([0-7].)', lambda found: chr(int(found[1], 16)), _unescape(text)) if",
        first="pairs",
    ),
    Sabotage(
        "invalid UTF-8 replaced",
        "source",
        "return encoded.decode()",
        'return encoded.decode(errors="replace")',
        first="pairs",
    ),
    Sabotage(
        "not: forgotten",
        "check.operators",
        "negated = bool(before) != (spelled in COMPLEMENTS)",
        "negated = spelled in COMPLEMENTS",
    ),
    Sabotage(
        "text with a colon refused",
        "check.operators",
        "if isinstance(question.type, Text):",
        "if question.type is None:",
        first="prefixes",
    ),
    Sabotage("one clause too many", "check", "clauses > limit:", "clauses > limit + 1:", first="limits"),
    Sabotage("one clause too few", "check", "clauses > limit:", "clauses >= limit:", first="limits"),
    Sabotage(
        "a filtered list loses the first record that lacks a key",
        "backends.python.source",
        '"whole = False", "if keep(r):"',
        '"whole = False", "if False:"',
        first="missing",
    ),
    Sabotage(
        "items of a parameter's list are not counted",
        "check.clauses",
        "reading.clauses += len(items) - 1",
        "reading.clauses += 0",
        first="parameters",
    ),
    Sabotage(
        "one item too many", "check.values", "if len(items) > limit:", "if len(items) > limit + 1:", first="limits"
    ),
    Sabotage(
        "one character too few", "check.values", "return len(text) > limit", "return len(text) >= limit", first="limits"
    ),
    Sabotage(
        "one level too deep", "syntax.lark_parser", "if found > depth and", "if found > depth + 1 and", first="limits"
    ),
    Sabotage(
        "2^63 is an integer",
        "types.number",
        "or not -_INT64 <= int(text) < _INT64",
        "or not -_INT64 <= int(text) <= _INT64",
        first="numbers",
    ),
    Sabotage("a month begins with its last day", "types.moment", 'match[3] or "01"', 'match[3] or "28"', first="dates"),
    Sabotage("the zone forgotten", "types.moment", "if zone is dt.UTC:", "if zone is not None:", first="zones"),
    Sabotage(
        "the second of two times",
        "types.moment",
        "local.replace(tzinfo=zone, fold=0)",
        "local.replace(tzinfo=zone, fold=1)",
        first="zones",
    ),
    Sabotage(
        "text trimmed",
        "types.text",
        '"""The text itself."""\n        return text',
        '"""The text itself."""\n        return text.strip()',
        first="text",
    ),
    Sabotage(
        "canonical text without quotes",
        "rendering",
        "if operand and operand == operand.strip",
        "if operand or operand == operand.strip",
        first="canonical",
    ),
    Sabotage(
        "canonical lists in the order of the client",
        "rendering",
        "return sorted(set(values), key=_rank)",
        "return list(dict.fromkeys(values))",
        first="canonical",
    ),
]

DJANGO = [
    Sabotage(
        "NULL left to NOT by Django",
        "backends.django.condition",
        'else join("AND", [piece, Piece(is_there)])',
        "else piece",
        first="missing",
    ),
    Sabotage(
        "a fraction of zeros in Django's instants",
        "backends.django.engines",
        "return str(naive(type_, value))",
        'return naive(type_, value).isoformat(" ", "microseconds")',
        first="datetimes",
    ),
    Sabotage(
        "columns of the parent in Django's child rows",
        "backends.django.relations",
        "{child.column: parent for child, parent in found.field.related_fields}",
        "{found.related_model._meta.pk.column: parent for child, parent in found.field.related_fields}",
        first="lists-of-records",
    ),
]

SABOTAGES = {one.name: one for one in [*SQL, *MEANING, *PYTHON, *ROAD, *DJANGO]}
