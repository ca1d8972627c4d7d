// The inputs of one condition: which name, whether not, which operator, which value.
import { el } from "./dom.js";
import { meaning } from "./words.js";

let count = 0;

/** A condition that can be edited. `parameters`: all there are. `changed` is told once something is chosen or typed. */
export class Condition {
  constructor(parameters, parts, changed) {
    Object.assign(this, { parameters, changed, id: `condition-${(count += 1)}` });
    this.name = el("select", { "aria-label": "Parameter", onchange: () => this.#renamed() }, ...choices(parameters));
    this.not = el("input", { type: "checkbox", onchange: changed });
    this.operator = el("select", { "aria-label": "Operator", onchange: () => this.#chosen() });
    this.place = el("span", { class: "value" });
    this.name.value = parts.name;
    this.#offer(parts);
    this.not.checked = parts.not;
  }

  get parameter() {
    return this.parameters.find((one) => one.name === this.name.value);
  }

  get parts() {
    const operator = this.operator.value || null;
    return { name: this.name.value, not: this.not.checked, operator, operand: this.value.value };
  }

  /** The inputs with their labels. */
  get nodes() {
    return [
      el("span", { class: "name" }, this.name),
      el("label", { class: "not" }, this.not, "not"),
      el("span", { class: "operator" }, this.operator),
      this.place,
    ];
  }

  #renamed() {
    this.not.checked = false;
    this.#offer({ operator: null, operand: "" });
    this.changed();
  }

  #offer({ operator, operand }) {
    const { operators, type, isOption } = this.parameter;
    const offered = operators.map((word) => el("option", { value: word }, `${word} · ${meaning(word, type)}`));
    this.operator.replaceChildren(...offered);
    this.operator.value = operator ?? (operators.includes("eq") ? "eq" : operators[0]);
    this.not.disabled = isOption;
    this.#ask(operand);
  }

  #chosen() {
    this.#ask(this.value.value);
    this.changed();
  }

  /** An input that fits the operator and the type. */
  #ask(operand) {
    const { choices: words, type, examples, notice } = this.parameter;
    const listed = this.operator.value === "exists" ? ["true", "false"] : this.operator.value.endsWith("in") ? null : words;
    const hint = examples.map((one) => one.replace(/^[a-z]+:/, ""))[0] ?? "";
    this.value = listed ? choice(listed, operand) : free(type, operand, hint);
    this.value.addEventListener(listed ? "change" : "input", this.changed);
    this.value.setAttribute("aria-label", "Value");
    this.place.replaceChildren(this.value, ...(notice ? [el("small", { class: "hint" }, notice)] : []));
  }
}

function choices(parameters) {
  const outer = parameters.filter((one) => !one.isOfList);
  const inner = parameters.filter((one) => one.isOfList);
  const options = (listed) => listed.map((one) => el("option", { value: one.name }, one.name));
  return inner.length ? [...options(outer), el("optgroup", { label: "Some element of a list" }, ...options(inner))] : options(outer);
}

function choice(words, operand) {
  const offered = operand && !words.includes(operand) ? [operand, ...words] : words;
  const select = el("select", {}, ...offered.map((word) => el("option", { value: word }, word)));
  select.value = operand || words[0];
  return select;
}

function free(type, operand, hint) {
  const inputMode = type === "integer" ? "numeric" : type === "decimal" || type === "float" ? "decimal" : "text";
  return el("input", { type: "text", inputMode, value: operand, placeholder: hint, spellcheck: false, autocomplete: "off" });
}
