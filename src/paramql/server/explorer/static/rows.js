// Records as rows: which paths they have, and what stands there.
import { Exact } from "./json.js";

const USUAL = 7;

/** Every path to a value in the records, in the order of the first that has it; what is a list is a value. */
export function pathsOf(records) {
  const found = new Map();
  for (const record of records) walk(record, "", (path) => found.set(path, (found.get(path) ?? 0) + 1));
  return [...found.keys()];
}

function walk(value, path, tell) {
  const isInner = value && typeof value === "object" && !Array.isArray(value) && !(value instanceof Exact);
  if (!isInner || !Object.keys(value).length) {
    if (path) tell(path);
    return;
  }
  for (const [name, inner] of Object.entries(value)) walk(inner, path ? `${path}.${name}` : name, tell);
}

/** The columns that are shown where none were chosen: what was asked about first, then what can be asked about. */
export function usual(paths, asked, names) {
  const has = (wanted) => paths.filter((path) => wanted.some((name) => path === name || path.startsWith(`${name}.`)));
  const [first] = paths;
  return [...new Set([first, ...has(asked), ...has(names), ...paths])].filter(Boolean).slice(0, USUAL);
}

/** What a record has at a path; undefined where it has nothing. */
export function at(record, path) {
  let value = record;
  let rest = path;
  while (rest && value && typeof value === "object") {
    const name = Object.keys(value).find((one) => rest === one || rest.startsWith(`${one}.`));
    if (name === undefined) return undefined;
    value = value[name];
    rest = rest.slice(name.length + 1);
  }
  return rest ? undefined : value;
}
