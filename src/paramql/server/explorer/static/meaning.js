// What a query means and becomes: the panels beside its results.
import { dialects, source } from "./code.js";
import { el } from "./dom.js";
import { tree } from "./tree.js";

const SQL = ["sqlite", "postgresql", "mariadb", "duckdb"];
let dialect = SQL[0];

/** Show a meaning; where there is none, a sentence. types: of parameters by name. list: which is asked. */
export function explain(panels, meaning, { sentence, types, list }) {
  if (!meaning) {
    for (const id of ["tree", "python", "sql", "mongodb"]) panels[id].replaceChildren(el("p", { class: "empty" }, sentence));
    return;
  }
  const of = (language) => meaning.code.find((one) => one.language === language);
  panels.tree.replaceChildren(tree(meaning.tree, types), facts(meaning));
  panels.python.replaceChildren(...source(of("python"), "python"));
  panels.mongodb.replaceChildren(...source(of("mongodb"), "json"));
  showSql(panels.sql, SQL.map(of), list);
}

function showSql(panel, codes, list) {
  const choose = (name) => {
    dialect = name;
    showSql(panel, codes, list);
    panel.querySelector("input:checked").focus();
  };
  panel.replaceChildren(...dialects(codes, list.name, dialect, choose));
}

function facts({ canonical, order, size }) {
  const pair = (name, value) => [el("dt", {}, name), el("dd", {}, el("code", {}, value))];
  return el(
    "dl",
    { class: "facts" },
    ...pair("Canonical", canonical || "(empty)"),
    ...(order.length ? pair("Order", order.join(", ")) : []),
    ...pair("Page size", String(size)),
  );
}
