// Raw query strings: places in them, and what of them a URL can hold.

/** Where each code point begins, in UTF-16 units, and where the text ends: the service counts code points. */
export function offsets(text) {
  const starts = [];
  let at = 0;
  for (const character of text) {
    starts.push(at);
    at += character.length;
  }
  starts.push(at);
  return starts;
}

/** A span of code points as one of UTF-16 units. */
export function units(span, starts) {
  const last = starts.length - 1;
  return { start: starts[Math.min(span.start, last)], end: starts[Math.min(span.end, last)] };
}

/** The text as a URL has it: what was encoded stays, what cannot stand there is encoded. */
export function encoded(text) {
  return wellFormed(text).replace(/[^!$%&'()*+,\-./0-9:;=?@A-Z_a-z~]+/g, encodeURIComponent).replaceAll("'", "%27");
}

/** Without halves of pairs, which no URL can hold. */
export function wellFormed(text) {
  return text.replace(/[\ud800-\udfff]/gu, "\ufffd");
}

/** The text of a URL as a person would write it: letters as letters; what would change its meaning stays encoded. */
export function readable(text) {
  return text.replace(/(?:%[89a-f][0-9a-f])+|%20|%22|%27|%3c|%3e/gi, (escaped) => decodedOr(escaped));
}

/** A part of a query string as it is meant; one that is not well encoded, as it stands. */
export function decoded(part) {
  return decodedOr(part.replaceAll("+", "%20"), part);
}

/** A value so that it stands in a query string as itself. */
export function escaped(value) {
  return value.replace(/[%&+#]/g, encodeURIComponent);
}

function decodedOr(text, otherwise = text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return otherwise;
  }
}
