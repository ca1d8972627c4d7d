// JSON whose numbers keep their digits: one that a double would round is kept as the text that was sent.

/** A number that is shown as it was written. */
export class Exact {
  constructor(text) {
    this.text = text;
  }
  toString() {
    return this.text;
  }
}

export function parsed(text) {
  return JSON.parse(text, (_, value, context) => {
    const source = context?.source;
    if (typeof value !== "number" || !source || String(value) === source) return value;
    return /^-?\d{16,}$/.test(source) ? new Exact(source) : value;
  });
}

/** Indented, for reading. */
export function pretty(value, indent = "") {
  const inner = `${indent}  `;
  if (Array.isArray(value) && value.length) {
    return `[\n${value.map((one) => inner + pretty(one, inner)).join(",\n")}\n${indent}]`;
  }
  if (value instanceof Exact) return value.text;
  if (value && typeof value === "object" && Object.keys(value).length) {
    const members = Object.entries(value).map(([name, one]) => `${inner}${JSON.stringify(name)}: ${pretty(one, inner)}`);
    return `{\n${members.join(",\n")}\n${indent}}`;
  }
  return JSON.stringify(value);
}
