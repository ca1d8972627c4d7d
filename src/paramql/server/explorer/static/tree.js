// The filter as a tree: nested lists, which are read as such, with branches drawn beside them.
import { counted, el } from "./dom.js";
import { meaning } from "./words.js";

const LISTED = 8;
const GROUPS = {
  and: ["and", "all of these hold"],
  or: ["or", "one of these holds"],
  not: ["not", "this does not hold"],
};

/** The tree. `types`: of parameters by name. */
export function tree(node, types) {
  if (node.node === "everything") return el("p", { class: "empty" }, "No filter: every record that you may see.");
  return el("ul", { class: "tree" }, branch(node, types));
}

function branch(node, types, prefix = "") {
  if (node.node === "clause") return el("li", {}, clause(node, types, prefix));
  const inner = node.node === "any" || node.node === "all" ? `${prefix}${node.name}.` : prefix;
  const below = (node.of ?? []).map((one) => branch(one, types, inner));
  return el("li", {}, head(node), below.length ? el("ul", {}, ...below) : null);
}

function head(node) {
  if (node.node === "nothing") return el("span", { class: "leaf" }, "no record");
  if (node.node === "any" || node.node === "all") {
    const said = node.node === "any" ? "some element for which" : "each element, for which";
    return el("span", { class: "group quantifier" }, el("b", {}, node.node), " ", el("span", { class: "is-name" }, node.name), note(said));
  }
  const [word, said] = GROUPS[node.node];
  return el("span", { class: `group ${word}` }, el("b", {}, word), note(said));
}

const note = (text) => el("span", { class: "note" }, text);

function clause({ name, operator, value }, types, prefix) {
  const word = el("span", { class: "is-operator", title: meaning(operator, types[prefix + name]) }, operator);
  return el("span", { class: "leaf" }, el("span", { class: "is-name" }, name), " ", word, " ", ...literal(value));
}

function literal(value) {
  const shown = (text) => el("span", { class: "is-value" }, text === "" ? "(empty)" : text);
  if (!Array.isArray(value)) return [shown(value)];
  const listed = value.slice(0, LISTED).flatMap((one, at) => [at ? ", " : "", shown(one)]);
  return value.length > LISTED ? [...listed, note(`… ${counted(value.length, "value")} in all`)] : listed;
}
