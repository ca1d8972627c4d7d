// What is wrong with the query, in words: each message leads to its characters, and mends them where it can.
import { el } from "./dom.js";
import { escaped } from "./text.js";

const LISTED = /^(?:operators here:|one of) (.+)$/;

/** The messages, in a list. `go` is given a problem; `mend`, a problem and the text that replaces its characters. */
export function messages(problems, { go, mend, text }) {
  return problems.map((problem, at) =>
    el(
      "li",
      { id: `problem-${at}`, data: { problem: at } },
      el("button", { type: "button", class: "place", onclick: () => go(problem), title: "Show where" }, snippet(problem, text)),
      el("span", { class: "message" }, problem.message),
      hint(problem),
      ...offers(problem).map((other) =>
        el(
          "button",
          { type: "button", class: "mend", onclick: () => mend(problem, other), "aria-label": `Replace by ${other}` },
          other,
        ),
      ),
    ),
  );
}

function snippet({ units }, text) {
  const part = text.slice(units.start, units.end);
  if (!part) return units.start ? "here" : "query";
  const characters = [...part];
  return characters.length > 24 ? `${characters.slice(0, 23).join("")}…` : part;
}

/** What would help; not said again where it can be clicked. */
function hint(problem) {
  const { hint: sentence } = problem;
  const isOffered = offers(problem).length >= (LISTED.exec(sentence)?.[1].split(", ").length ?? 1);
  return sentence && !isOffered ? el("span", { class: "hint" }, sentence) : null;
}

/** Texts that could stand in place of the mistake. */
export function offers({ code, hint: sentence, units }) {
  if (!sentence || units.start === units.end) return [];
  const meant = /^did you mean (.+)\?$/.exec(sentence);
  if (meant) return [meant[1]];
  if (/^true or false\b/.test(sentence)) return ["true", "false"];
  const listed = LISTED.exec(sentence);
  const fits = code === "invalid-value" || code === "unknown-operator";
  if (!listed || !fits) return [];
  return listed[1].split(", ").filter((one) => one !== "…").slice(0, 6);
}

/** The query with a problem mended. */
export function mended(text, { units }, other) {
  return text.slice(0, units.start) + escaped(other) + text.slice(units.end);
}
