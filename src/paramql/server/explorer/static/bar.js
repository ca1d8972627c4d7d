// The query as it is typed: coloured, and underlined under exactly the characters that a problem names.
import { el } from "./dom.js";
import { partsOfQuery } from "./highlight.js";
import { offsets, units } from "./text.js";

export class Bar {
  /** area: the textarea. under: what is drawn beneath its characters. changed, run: are told. */
  constructor(area, under, { changed, run, moved }) {
    Object.assign(this, { area, under, problems: [], filterName: "filter" });
    area.addEventListener("input", () => {
      this.#flatten();
      this.problems = [];
      this.draw();
      changed(this.text);
    });
    area.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      run();
    });
    document.addEventListener("selectionchange", () => {
      if (document.activeElement === area) moved(area.selectionStart);
    });
    new ResizeObserver(() => this.#fit()).observe(under);
  }

  get text() {
    return this.area.value;
  }

  set text(text) {
    if (text === this.area.value) return;
    this.area.value = text;
    this.#flatten();
    this.problems = [];
    this.draw();
  }

  /** Underline problems; each gets its `units`, the span as the browser counts. */
  mark(problems) {
    const starts = offsets(this.text);
    this.problems = problems;
    for (const problem of problems) problem.units = units(problem.span, starts);
    this.area.setAttribute("aria-invalid", String(problems.length > 0));
    this.draw();
  }

  /** Put the caret on a problem. */
  select({ start, end }) {
    this.area.focus();
    this.area.setSelectionRange(start, end);
  }

  draw() {
    const { text, problems } = this;
    const parts = partsOfQuery(text, this.filterName);
    const cuts = [0, text.length, ...[...parts, ...problems.map((one) => one.units)].flatMap((one) => [one.start, one.end])];
    const places = [...new Set(cuts)].sort((one, other) => one - other);
    this.under.replaceChildren(...this.#gaps(0), ...places.slice(1).flatMap((end, at) => this.#piece(places[at], end, parts)), "\u200b");
    this.#fit();
  }

  #piece(start, end, parts) {
    const kind = parts.find((part) => part.start <= start && end <= part.end)?.kind ?? "mark";
    const inside = this.problems.filter(({ units: span }) => span.start <= start && end <= span.end);
    const text = this.text.slice(start, end);
    const piece = el(inside.length ? "mark" : "span", { class: `is-${kind}` }, text);
    if (inside.length) piece.dataset.problem = this.problems.indexOf(inside.at(-1));
    return [piece, ...this.#gaps(end)];
  }

  /** A problem of no characters: something is missing there. */
  #gaps(at) {
    return this.problems
      .filter(({ units: span }) => span.start === at && span.end === at)
      .map((one) => el("mark", { class: "gap", data: { problem: this.problems.indexOf(one) } }));
  }

  /** A query is one line; pasted breaks of lines are none. */
  #flatten() {
    const { area } = this;
    if (!/[\r\n\t]/.test(area.value)) return;
    const caret = area.selectionStart;
    const before = area.value.slice(0, caret);
    area.value = area.value.replace(/[\r\n\t]+\s*/g, "");
    const place = before.replace(/[\r\n\t]+\s*/g, "").length;
    area.setSelectionRange(place, place);
  }

  #fit() {
    this.area.style.height = "0";
    this.area.style.height = `${this.area.scrollHeight}px`;
  }
}
