// SQL laid out for reading: what is joined by AND and OR stands on lines of its own, deeper inside brackets.

const TOKEN = /'(?:''|[^'])*'|`[^`]*`|"[^"]*"|[()]|[^\s()'"`]+|\s+/g;
const WIDE = 72;

/** A condition on lines, each at most as deep as its brackets. */
export function laidOut(condition) {
  return lines(grouped(condition.match(TOKEN) ?? []), "");
}

/** Tokens as a tree: a list for what stands in brackets. */
function grouped(tokens) {
  const root = [];
  const open = [root];
  for (const token of tokens) {
    if (token === "(") {
      const group = [];
      open.at(-1).push(group);
      open.push(group);
    } else if (token === ")" && open.length > 1) open.pop();
    else open.at(-1).push(token);
  }
  return root;
}

const flat = (group) => group.map((one) => (Array.isArray(one) ? `(${flat(one)})` : one)).join("");

function lines(group, indent) {
  let isBetween = false;
  let out = "";
  for (const one of group) {
    if (one === "AND" && isBetween) isBetween = false;
    else if (one === "AND" || one === "OR" || (one === "WHERE" && indent)) {
      out = `${out.trimEnd()}\n${indent}`;
    }
    if (one === "BETWEEN") isBetween = true;
    out += Array.isArray(one) ? bracketed(one, indent) : one;
  }
  return out;
}

function bracketed(group, indent) {
  const text = flat(group);
  const isLong = text.length > WIDE && group.some((one) => one === "AND" || one === "OR" || one === "WHERE");
  return isLong ? `(\n${indent}  ${lines(group, `${indent}  `)}\n${indent})` : `(${text})`;
}
