// Colours for text: which parts of a query, or of code, are of which kind. Places are in UTF-16 units.
import { clausesOf } from "./clauses.js";

const EXPRESSION = /"(?:\\.|[^"\\])*"?|(?<=\b(?:any|all)\(\s*)[\w.-]+|\b(?:and|or|not|any|all)(?=\()|[A-Za-z_][\w.-]*(?=:)|[(),:]/g;
const OPERATORS = new Set(
  "not eq ne gt gte lt lte in nin contains startswith endswith ieq icontains istartswith iendswith exists".split(" "),
);
const CODE = {
  python: /(?<string>'(?:\\.|[^'\\])*')|(?<keyword>\b(?:def|return|if|for|in|and|or|not|is|try|except|nonlocal|True|False|None|Exception|type)\b)|(?<number>\b\d+\b)/g,
  sql: /(?<name>`[^`]*`|"[^"]*")|(?<string>'(?:''|[^'])*')|(?<keyword>\b(?:SELECT|FROM|WHERE|AND|OR|NOT|EXISTS|IN|IS|NULL|CASE|WHEN|THEN|END|AS|CAST|COLLATE|LIKE|GLOB|REGEXP|BETWEEN|ALL|COLUMNS|PATH)\b)|(?<hole>\?|%s)|(?<number>\b\d+\b)/g,
  json: /(?<name>"(?:\\.|[^"\\])*"(?=\s*:))|(?<string>"(?:\\.|[^"\\])*")|(?<keyword>\b(?:true|false|null)\b)|(?<number>-?\b\d[\d.eE+-]*)/g,
  shell: /(?<string>'[^']*'|"[^"]*")|(?<keyword>^\s*(?:curl|TOKEN)\b)/gm,
};

/** Kinds of the parts of a query: name, operator, value; what is left are marks between them. Earlier ones count. */
export function partsOfQuery(text, filterName) {
  return clausesOf(text).flatMap((clause) => {
    const nameEnd = clause.hasValue ? clause.valueAt - 1 : clause.end;
    const name = { start: clause.start, end: nameEnd, kind: "name" };
    const mark = { start: nameEnd, end: nameEnd + 1, kind: "mark" };
    const inner = clause.name === filterName ? ofExpression(clause) : ofValue(clause);
    const value = { start: clause.valueAt, end: clause.end, kind: "value" };
    return clause.hasValue ? [name, mark, ...inner, value] : [name];
  });
}

function ofValue({ value, valueAt }) {
  const [prefix] = /^(?:not:)?(?:[a-z]+:)?/.exec(value);
  const words = prefix.split(":").slice(0, -1);
  return words.every((word) => OPERATORS.has(word)) && prefix
    ? [{ start: valueAt, end: valueAt + prefix.length, kind: "operator" }]
    : [];
}

function ofExpression({ value, valueAt }) {
  return [...value.matchAll(EXPRESSION)].map((match) => ({
    start: valueAt + match.index,
    end: valueAt + match.index + match[0].length,
    kind: kindOf(match[0], value.slice(match.index + match[0].length)),
  }));
}

function kindOf(word, after) {
  if (word.startsWith('"')) return "value";
  if (/^[(),:]$/.test(word)) return "mark";
  if (after.startsWith("(")) return "operator";
  return OPERATORS.has(word) ? "operator" : "name";
}

/** Code as nodes, coloured. */
export function coloured(text, language) {
  const nodes = [];
  let at = 0;
  for (const match of text.matchAll(CODE[language])) {
    const [kind] = Object.entries(match.groups).find(([, found]) => found !== undefined);
    const part = document.createElement("span");
    part.className = `is-${kind}`;
    part.textContent = match[0];
    nodes.push(text.slice(at, match.index), part);
    at = match.index + match[0].length;
  }
  return [...nodes, text.slice(at)];
}
