// A query string as clauses, each with its place, and a clause as the parts that a form shows.
import { decoded, escaped } from "./text.js";

const PREFIXES = /^(not:)?(?:([a-z]+):)?/;

/** The pairs of a query string; empty ones are skipped. Places are in UTF-16 units. */
export function clausesOf(text) {
  const found = [];
  let start = 0;
  for (const raw of text.split("&")) {
    if (raw) found.push(clause(raw, start));
    start += raw.length + 1;
  }
  return found;
}

function clause(raw, start) {
  const at = raw.indexOf("=");
  const name = at < 0 ? raw : raw.slice(0, at);
  const value = at < 0 ? "" : raw.slice(at + 1);
  return { raw, start, end: start + raw.length, valueAt: start + name.length + 1, name: decoded(name), value, hasValue: at >= 0 };
}

/** `not:`, operator and operand of a clause, where the parameter takes the operators of that list. */
export function partsOf(clause, operators) {
  const value = decoded(clause.value);
  const [, not, word] = PREFIXES.exec(value);
  const isOperator = word && operators.includes(word);
  const length = (not ? not.length : 0) + (isOperator ? word.length + 1 : 0);
  return { not: Boolean(not), operator: isOperator ? word : null, operand: value.slice(length) };
}

/** The text of a clause. Without an operator it says none; one that begins like an operator says `eq:`. */
export function written({ name, not, operator, operand }, operators) {
  const isPlain = !operator || (operator === "eq" && !looksPrefixed(operand, operators));
  return `${escaped(name)}=${not ? "not:" : ""}${isPlain ? "" : `${operator}:`}${escaped(operand)}`;
}

function looksPrefixed(operand, operators) {
  const [, not, word] = PREFIXES.exec(operand);
  return operand === "" || Boolean(not) || operators.includes(word);
}

/** The query string with another text in place of a clause; without the clause where that is empty. */
export function replaced(text, clause, other) {
  if (other) return text.slice(0, clause.start) + other + text.slice(clause.end);
  const before = text.slice(0, clause.start).replace(/&$/, "");
  const after = text.slice(clause.end).replace(/^&/, "");
  return [before, after].filter(Boolean).join("&");
}

/** The query string with one more clause. */
export function appended(text, other) {
  return text && !text.endsWith("&") ? `${text}&${other}` : text + other;
}

/** The query string with a control parameter set, or without it where `value` is null. */
export function controlled(text, name, value) {
  const all = clausesOf(text).filter((one) => one.name === name);
  const other = value === null ? "" : `${escaped(name)}=${escaped(value)}`;
  if (!all.length) return other ? appended(text, other) : text;
  return all.reverse().reduce((rest, one, at) => replaced(rest, one, at === all.length - 1 ? other : ""), text);
}
