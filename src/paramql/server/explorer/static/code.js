// What the query becomes, in other languages, and as a line for a shell.
import { copying, el, spoken } from "./dom.js";
import { coloured } from "./highlight.js";
import { laidOut } from "./sql.js";

const HIDDEN = "Names such as hidden_1 stand for fields that are not yours to name.";

/** Python or MongoDB. */
export function source(code, language) {
  if (code.refused) return [refusal(code)];
  return [block(code.text, language, code.title), ...about(code.text)];
}

/** The dialects of SQL, one of them shown. `chosen`: its name; `choose` is told another. */
export function dialects(codes, table, chosen, choose) {
  const code = codes.find((one) => one.language === chosen) ?? codes[0];
  const picks = codes.map((one) =>
    el(
      "label",
      {},
      el("input", {
        type: "radio",
        name: "dialect",
        value: one.language,
        checked: one === code,
        onchange: () => choose(one.language),
      }),
      el("span", {}, one.title),
    ),
  );
  const pick = el("fieldset", { class: "pick" }, el("legend", { class: "sr" }, "Dialect"), ...picks);
  if (code.refused) return [pick, refusal(code)];
  const text = code.text ? `SELECT *\nFROM ${table}\nWHERE ${laidOut(code.text)}` : `SELECT *\nFROM ${table}`;
  return [pick, block(text, "sql", code.title), parameters(code.params), ...about(code.text)];
}

/** A line for a shell, which asks what the page asks. */
export function curl(address, headers) {
  const { Authorization: bearer, ...others } = headers;
  const token = bearer?.replace(/^Bearer /, "");
  const flags = Object.entries(others).map(([name, value]) => ` \\\n  -H ${quoted(`${name}: ${value}`)}`);
  const first = token ? `TOKEN=${quoted(token)}\n` : "";
  const authorised = token ? ' \\\n  -H "Authorization: Bearer $TOKEN"' : "";
  return [block(`${first}curl -s${authorised}${flags.join("")} \\\n  ${quoted(address)}`, "shell", "Lines for a shell")];
}

const quoted = (text) => `'${text.replaceAll("'", `'\\''`)}'`;

function block(text, language, title) {
  const copy = copying(el("button", { type: "button", class: "quiet copy" }, "Copy", spoken(` ${title}`)), () => text);
  const pre = el("pre", { tabIndex: 0, "aria-label": title, role: "region" }, el("code", {}, ...coloured(text, language)));
  return el("div", { class: "code" }, copy, pre);
}

function parameters(params) {
  if (!params.length) return el("p", { class: "hint" }, "No parameters.");
  const items = params.map((one) => el("li", {}, el("code", {}, one)));
  return el("div", { class: "params" }, el("h3", {}, "Parameters, in order"), el("ol", {}, ...items));
}

function refusal(code) {
  return el("p", { class: "empty" }, `${code.title} cannot answer this: ${code.refused}`);
}

const about = (text) => (text.includes("hidden_1") ? [el("p", { class: "hint" }, HIDDEN)] : []);
