// The records that match: how many, how long it took, a table, and the pages before and after.
import { Refused, page, queryOf } from "./api.js";
import { counted, el } from "./dom.js";
import { Table } from "./table.js";

export class Results {
  constructor(panel, context) {
    Object.assign(this, { panel, context, pages: [], at: 0, table: new Table() });
    this.summary = el("p", { class: "summary", role: "status" });
    this.before = el("button", { type: "button", class: "quiet", onclick: () => this.#turn(-1) }, "← Previous");
    this.after = el("button", { type: "button", class: "quiet", onclick: () => this.#turn(1) }, "Next →");
    this.nav = el("nav", { class: "pager", "aria-label": "Pages" }, this.before, this.after);
    this.tools = el("div", { class: "results-head" }, this.summary, this.table.menu, this.nav);
    this.rest = el("div", { class: "rest" });
    panel.replaceChildren(this.tools, this.rest);
  }

  /** The first page of a query; or say what is to be mended before there is one. */
  async run(text) {
    this.pages = [text];
    this.at = 0;
    await this.#load();
  }

  /** There is no page, for a reason. */
  refuse(sentence) {
    this.aborter?.abort();
    this.pages = [];
    this.#empty(sentence);
  }

  async #turn(step) {
    if (this.isBusy || !this.pages[this.at + step]) return;
    this.at += step;
    await this.#load();
    const button = step > 0 ? this.after : this.before;
    if (button.disabled) (step > 0 ? this.before : this.after).focus();
  }

  async #load() {
    this.aborter?.abort();
    const aborter = (this.aborter = new AbortController());
    const { list, headers } = this.context();
    this.isBusy = true;
    this.panel.setAttribute("aria-busy", "true");
    try {
      this.#show(list, await page(list, this.pages[this.at], headers, aborter.signal));
    } catch (error) {
      if (error.name === "AbortError") return;
      if (!(error instanceof Refused)) throw error;
      this.#empty(`${error.title}${error.status ? ` (${error.status})` : ""}. ${error.detail ?? ""}`);
    } finally {
      if (this.aborter === aborter) {
        this.isBusy = false;
        this.panel.removeAttribute("aria-busy");
      }
    }
  }

  #show(list, { body, took }) {
    const records = body[list.name];
    const { asked, order, names } = this.context();
    this.pages.length = this.at + 1;
    if (body.next) this.pages.push(queryOf(body.next));
    this.before.disabled = this.at === 0;
    this.after.disabled = !body.next;
    this.summary.replaceChildren(...this.#said(body, took));
    this.table.menu.hidden = this.nav.hidden = records.length === 0;
    if (records.length) this.table.show(records, [...asked, ...order], names);
    this.rest.replaceChildren(records.length ? this.table.node : nothing());
  }

  #said(body, took) {
    const time = `${took < 10 ? took.toFixed(1) : Math.round(took)} ms`;
    const total = body.totalHits === undefined ? "Matches" : this.#total(body);
    const place = this.pages.length > 1 ? ` on page ${this.at + 1}` : "";
    const rows = `${counted(body.count, "row")}${place} · ${time}`;
    return [el("b", {}, total), " ", el("span", { class: "fine" }, rows)];
  }

  #total({ totalHits, totalHitsIsExact }) {
    return `${totalHitsIsExact === false ? "more than " : ""}${counted(totalHits, "match", "matches")}`;
  }

  #empty(sentence) {
    this.table.menu.hidden = this.nav.hidden = true;
    this.summary.replaceChildren();
    this.rest.replaceChildren(el("p", { class: "empty" }, sentence));
  }
}

const nothing = () =>
  el("div", { class: "empty" }, el("p", {}, "Nothing matches."), el("p", { class: "hint" }, "Take a condition away, or widen one."));
