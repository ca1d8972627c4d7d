// Who asks: a visitor that the service offers, or a token that is pasted; and headers that a list reads.
import { byId, el } from "./dom.js";

export class Credentials {
  /** changed: is told whenever another would be sent. */
  constructor(changed) {
    Object.assign(this, { changed, token: "", headers: {} });
    this.root = byId("credentials");
  }

  /** Ask for what a list takes. */
  describe(list) {
    this.input = el("textarea", { rows: 3, spellcheck: false, autocomplete: "off", oninput: () => this.#typed() });
    this.inputs = Object.keys(list.headers).map((name) => el("input", { type: "text", name, autocomplete: "off", oninput: () => this.#typed() }));
    const hints = Object.values(list.headers);
    this.root.replaceChildren(
      ...(list.isSecured ? [el("label", {}, "Bearer token", this.input)] : []),
      ...this.inputs.map((input, at) => el("label", {}, input.name, input, el("small", { class: "hint" }, hints[at]))),
    );
    byId("identity").hidden = !this.root.childElementCount;
  }

  /** Become a visitor. */
  take({ token, headers }) {
    this.input.value = token;
    for (const input of this.inputs) input.value = headers[input.name] ?? "";
    this.#read();
  }

  /** What is sent with each request. */
  get sent() {
    const bearer = this.token ? { Authorization: `Bearer ${this.token}` } : {};
    return { ...bearer, ...this.headers };
  }

  #typed() {
    this.#read();
    this.changed();
  }

  /** Headers hold printable ASCII; what else was pasted is left out. */
  #read() {
    const clean = (text) => text.replace(/[^\x20-\x7e]/g, "").trim();
    this.token = clean(this.input.value).replace(/^Bearer /i, "");
    const given = this.inputs.map((input) => [input.name, clean(input.value)]).filter(([, value]) => value);
    this.headers = Object.fromEntries(given);
  }
}
