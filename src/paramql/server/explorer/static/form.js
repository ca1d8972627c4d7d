// The query as a form: its plain clauses as conditions that can be changed, one to add, and order and size.
import { appended, clausesOf, controlled, partsOf, replaced, written } from "./clauses.js";
import { byId, el, spoken } from "./dom.js";
import { Condition } from "./fields.js";
import { decoded } from "./text.js";

export class Form {
  /** changed: is told the query's new text. */
  constructor(changed) {
    Object.assign(this, { changed, root: byId("form"), text: "", rows: [] });
  }

  /** Offer what may be asked. */
  describe({ parameters, controls }) {
    Object.assign(this, { parameters, controls });
    this.list = el("ul", { class: "conditions" });
    this.none = el("p", { class: "hint" }, "None yet: every record that you may see.");
    this.root.replaceChildren(this.#composer(), this.list, this.none, this.#paging());
    this.show(this.text, true);
  }

  /** The conditions of a query. Those that are being edited stay as they are. */
  show(text, isNew = false) {
    this.text = text;
    if (!this.controls) return;
    const shown = clausesOf(text).filter((one) => !this.#isPaging(one.name));
    if (!isNew && this.#agrees(shown)) return;
    this.rows = shown.map((clause, at) => this.#row(clause, at));
    this.list.replaceChildren(...this.rows.map((row) => row.node));
    this.none.hidden = shown.length > 0;
    this.#showPaging(text);
  }

  /** Conditions with a problem are said to be wrong. */
  mark(problems) {
    for (const row of this.rows) {
      const { start, end } = row.clause;
      const at = problems.findIndex(({ units }) => units.start >= start && units.end <= end && problems.length);
      row.node.classList.toggle("wrong", at >= 0);
      for (const input of row.node.querySelectorAll("input[type=text]")) {
        input.setAttribute("aria-invalid", String(at >= 0));
        if (at >= 0) input.setAttribute("aria-describedby", `problem-${at}`);
        else input.removeAttribute("aria-describedby");
      }
    }
  }

  #agrees(shown) {
    const same = shown.length === this.rows.length && shown.every((clause, at) => clause.raw === this.rows[at].clause.raw);
    if (same) shown.forEach((clause, at) => Object.assign(this.rows[at].clause, clause));
    if (same) this.#showPaging(this.text);
    return same;
  }

  #tell(text) {
    this.text = text;
    this.changed(text);
  }

  // --- conditions

  #row(clause, at) {
    const row = { clause: { ...clause } };
    const parameter = this.#parameter(clause.name);
    const body = parameter && clause.hasValue ? this.#editable(row, parameter) : this.#literal(row);
    const remove = el(
      "button",
      { type: "button", class: "remove", onclick: () => this.#remove(row, at), title: "Remove" },
      el("span", { "aria-hidden": "true" }, "×"),
      spoken(`Remove condition ${at + 1}, ${clause.name}`),
    );
    row.node = el("li", { role: "group", "aria-label": `Condition ${at + 1}, ${clause.name}` }, ...body, remove);
    return row;
  }

  #editable(row, parameter) {
    const parts = { name: parameter.name, ...partsOf(row.clause, parameter.operators) };
    const condition = new Condition(this.parameters, parts, () => {
      this.#rewrite(row, written(condition.parts, condition.parameter.operators));
    });
    return condition.nodes;
  }

  /** An expression, or a clause that is none of a known name: edited as text. */
  #literal(row) {
    const isFilter = row.clause.name === this.controls.filter.name;
    const change = (event) => this.#rewrite(row, `${row.clause.name}=${event.target.value}`);
    const input = el("input", { type: "text", value: row.clause.value, spellcheck: false, autocomplete: "off", oninput: change });
    const name = el("span", { class: "word" }, isFilter ? "expression" : row.clause.name);
    return [el("label", { class: "whole" }, name, input)];
  }

  #rewrite(row, raw) {
    const text = replaced(this.text, row.clause, raw);
    const moved = raw.length - row.clause.raw.length;
    for (const other of this.rows) {
      if (other.clause.start > row.clause.start) {
        other.clause.start += moved;
        other.clause.end += moved;
      }
    }
    Object.assign(row.clause, { raw, end: row.clause.start + raw.length });
    this.#tell(text);
  }

  #remove(row, at) {
    this.#tell(replaced(this.text, row.clause, ""));
    this.show(this.text, true);
    const next = this.rows[Math.min(at, this.rows.length - 1)];
    (next ? next.node.querySelector(".remove") : this.first).focus();
  }

  #parameter(name) {
    const known = this.parameters ?? [];
    return known.find((one) => one.name === name) ?? known.find((one) => one.name.toLowerCase() === name.toLowerCase());
  }

  // --- a condition to add

  #composer() {
    if (!this.parameters.length) return el("p", { class: "hint" }, "There is nothing that you may ask about.");
    const usual = { name: this.parameters[0].name, not: false, operator: null, operand: "" };
    const draft = new Condition(this.parameters, usual, () => {});
    this.first = draft.name;
    const add = (event) => {
      event.preventDefault();
      this.#tell(appended(this.text, written(draft.parts, draft.parameter.operators)));
      this.show(this.text);
      if (draft.value.tagName === "INPUT") draft.value.value = "";
      draft.name.focus();
    };
    const button = el("button", { type: "submit", class: "add" }, "Add condition");
    return el("form", { class: "composer", onsubmit: add, "aria-label": "Add a condition" }, ...draft.nodes, button);
  }

  // --- order and size

  #paging() {
    const { order, size } = this.controls;
    this.order = el("select", {
      onchange: () => this.#tell(controlled(this.text, order.name, this.order.value || null)),
    });
    this.size = el("input", {
      type: "number",
      min: 1,
      max: size.most,
      placeholder: size.default,
      oninput: () => this.#tell(controlled(this.text, size.name, this.size.value || null)),
    });
    const ordered = order.keys.length ? [el("label", {}, "Order", this.order)] : [];
    return el("div", { class: "paging-inputs" }, ...ordered, el("label", {}, "Page size", this.size));
  }

  #showPaging(text) {
    const { order, size } = this.controls;
    const of = (name) => clausesOf(text).filter((one) => one.name === name).map((one) => decoded(one.value));
    const chosen = of(order.name).join(",");
    const known = order.keys.flatMap((key) => [`desc:${key}`, `asc:${key}`]);
    const usual = el("option", { value: "" }, order.default.length ? `default (${order.default.join(", ")})` : "default");
    const others = chosen && !known.includes(chosen) ? [chosen, ...known] : known;
    this.order.replaceChildren(usual, ...others.map((one) => el("option", { value: one }, one)));
    this.order.value = chosen;
    if (document.activeElement !== this.size) this.size.value = of(size.name)[0] ?? "";
  }

  #isPaging(name) {
    const { order, size, token } = this.controls;
    return [order.name, size.name, token.name].includes(name);
  }
}
