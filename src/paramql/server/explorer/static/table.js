// Records in a table: columns that can be chosen, each row with all of its record below it, where that is wanted.
import { counted, el, spoken } from "./dom.js";
import { coloured } from "./highlight.js";
import { Exact, pretty } from "./json.js";
import { at, pathsOf, usual } from "./rows.js";

const INSTANT = /^(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(:\d\d(?:\.\d+)?)(Z|[+-]\d\d:\d\d)$/;

export class Table {
  constructor() {
    this.chosen = null;
    this.columns = el("div", { class: "sheet columns-sheet" });
    this.menu = el("details", { class: "menu" }, el("summary", {}, "Columns"), this.columns);
    this.head = el("thead");
    this.body = el("tbody");
    this.node = el(
      "div",
      { class: "scroll", tabIndex: 0, role: "region", "aria-label": "Records" },
      el("table", {}, el("caption", { class: "sr" }, "Records that match"), this.head, this.body),
    );
  }

  /** Show records. asked: names that the query uses; names: those that can be asked about. */
  show(records, asked, names) {
    this.records = records;
    this.paths = pathsOf(records);
    this.usual = usual(this.paths, asked, names);
    this.#draw();
    this.#offer();
    this.node.scrollTop = 0;
  }

  get shown() {
    return this.chosen ? this.paths.filter((path) => this.chosen.has(path)) : this.usual;
  }

  #draw() {
    const shown = this.shown;
    const heads = shown.map((path) => el("th", { scope: "col", class: isNumeric(this.records, path) ? "number" : "" }, path));
    this.head.replaceChildren(el("tr", {}, el("th", { scope: "col", class: "opener" }, spoken("Whole record")), ...heads));
    this.body.replaceChildren(...this.records.flatMap((record, number) => this.#row(record, number, shown)));
  }

  #row(record, number, shown) {
    const below = el("tr", { class: "whole", hidden: true }, el("td", { colspan: shown.length + 1 }));
    const opener = el(
      "button",
      { type: "button", "aria-expanded": "false", onclick: () => toggle(opener, below, record) },
      el("span", { "aria-hidden": "true", class: "arrow" }),
      spoken(`Whole record, row ${number + 1}`),
    );
    const cells = shown.map((path) => el("td", { class: isNumber(at(record, path)) ? "number" : "" }, cell(at(record, path))));
    return [el("tr", {}, el("td", { class: "opener" }, opener), ...cells), below];
  }

  #offer() {
    const shown = new Set(this.shown);
    const boxes = this.paths.map((path) =>
      el(
        "label",
        {},
        el("input", { type: "checkbox", checked: shown.has(path), onchange: (event) => this.#choose(path, event.target.checked) }),
        path,
      ),
    );
    this.columns.replaceChildren(...boxes);
  }

  #choose(path, isShown) {
    this.chosen = new Set(this.shown);
    if (isShown) this.chosen.add(path);
    else this.chosen.delete(path);
    this.#draw();
  }
}

function toggle(opener, below, record) {
  below.hidden = !below.hidden;
  opener.setAttribute("aria-expanded", String(!below.hidden));
  if (!below.hidden) below.firstChild.replaceChildren(el("pre", { tabIndex: 0 }, el("code", {}, ...coloured(pretty(record), "json"))));
}

const isNumber = (value) => typeof value === "number" || value instanceof Exact;
const isNumeric = (records, path) => records.every((one) => [undefined, null].includes(at(one, path)) || isNumber(at(one, path)));

function cell(value) {
  if (value === undefined || value === null) return el("span", { class: "none" }, "–", spoken("no value"));
  if (Array.isArray(value)) return el("span", { class: "pill", title: brief(value) }, counted(value.length, "item"));
  if (typeof value === "boolean") return el("span", { class: `pill ${value}` }, String(value));
  if (typeof value === "object" && !(value instanceof Exact)) return "{}";
  return typeof value === "string" ? words(value) : String(value);
}

function words(text) {
  const instant = INSTANT.exec(text);
  if (!instant) return text === "" ? el("span", { class: "none" }, "(empty)") : el("span", { title: text }, text);
  const [, day, minutes, rest, zone] = instant;
  return el("time", { dateTime: text, title: text }, `${day} ${minutes}`, el("span", { class: "fine" }, rest.slice(0, 3) + zone));
}

const brief = (value) => {
  const text = pretty(value).replace(/\s+/g, " ");
  return text.length > 300 ? `${text.slice(0, 299)}…` : text;
};
