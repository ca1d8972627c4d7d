// The page: what is typed, checked, shown and asked, and in which order.
import { Refused, addressOf, explained, formOf, start } from "./api.js";
import { Bar } from "./bar.js";
import { curl } from "./code.js";
import { Credentials } from "./credentials.js";
import { byId, copying, counted, el } from "./dom.js";
import { Form } from "./form.js";
import { explain } from "./meaning.js";
import { mended, messages } from "./problems.js";
import { Results } from "./results.js";
import { tabs } from "./tabs.js";
import { encoded, readable } from "./text.js";
import { offerThemes } from "./toggle.js";

const PAUSE = 160;

const state = { list: null, lists: [], visitors: [], parameters: [], meaning: null };
const panels = tabs({ results: "Results", tree: "Tree", python: "Python", sql: "SQL", mongodb: "MongoDB", curl: "curl" });
const results = new Results(panels.results, () => ({
  list: state.list,
  headers: credentials.sent,
  asked: state.meaning?.names ?? [],
  order: state.meaning?.order.map((key) => key.replace(/^(asc|desc):/, "")) ?? [],
  names: state.parameters.filter((one) => !one.isOfList).map((one) => one.name),
}));
const credentials = new Credentials(() => later(identify));
const form = new Form((text) => {
  bar.text = text;
  changed();
});
const bar = new Bar(byId("query"), byId("drawn"), {
  changed: () => {
    form.show(bar.text);
    changed();
  },
  run: () => check(),
  moved: (at) => point(at),
});

// --- checking, a moment after the last key

let timer;
let aborter;
let turn = 0;

/** Something else is to be found out: what is shown is old until it is. Answers with the number of this turn. */
function begin() {
  document.querySelector("main").setAttribute("aria-busy", "true");
  return (turn += 1);
}

function end(mine) {
  if (mine === turn) document.querySelector("main").removeAttribute("aria-busy");
}

function later(act) {
  begin();
  clearTimeout(timer);
  timer = setTimeout(act, PAUSE);
}

/** The query is another: the URL is at once, the rest once it is checked. */
function changed() {
  address();
  later(check);
}

async function check() {
  const mine = begin();
  clearTimeout(timer);
  aborter?.abort();
  aborter = new AbortController();
  try {
    await understood(await explained(state.list, bar.text, credentials.sent, aborter.signal));
  } catch (error) {
    if (error.name === "AbortError") return;
    if (!(error instanceof Refused)) throw error;
    refused(error);
  } finally {
    end(mine);
  }
}

async function understood(meaning) {
  state.meaning = meaning.problems.length ? null : meaning;
  const remarks = [...meaning.problems, ...(meaning.notices ?? [])];
  mark(meaning.problems, meaning.notices ?? []);
  verdict(meaning);
  if (!remarks.length) byId("problems").hidden = true;
  if (!state.meaning) {
    results.refuse("There are results once the query is mended.");
    tell(null, "There is something to show once the query is mended.");
    return;
  }
  tell(meaning);
  await results.run(bar.text);
}

function refused(error) {
  state.meaning = null;
  mark([], []);
  byId("problems").hidden = true;
  say("wrong", `${error.title}${error.status ? ` (${error.status})` : ""}. `, error.detail ?? "");
  results.refuse(error.status === 401 ? "Choose who asks, or paste a token." : "There are no results.");
  tell(null, "There is nothing to show.");
}

function tell(meaning, sentence) {
  const types = Object.fromEntries(state.parameters.map((one) => [one.name, one.type]));
  explain(panels, meaning, { sentence, types, list: state.list });
}

// --- what is said of the query

function mark(problems, notices) {
  bar.mark([...problems, ...notices]);
  byId("query").setAttribute("aria-invalid", String(problems.length > 0));
  const all = bar.problems;
  byId("drawn").classList.toggle("only-notices", !problems.length && all.length > 0);
  const list = byId("problems");
  list.replaceChildren(...messages(all, { go: (one) => bar.select(one.units), mend, text: bar.text }));
  list.classList.toggle("only-notices", !problems.length);
  list.hidden = !all.length;
  form.mark(problems.map((_, at) => all[at]));
}

function mend(problem, other) {
  bar.text = mended(bar.text, problem, other);
  form.show(bar.text);
  bar.select({ start: bar.text.length, end: bar.text.length });
  changed();
}

function verdict({ problems, notices }) {
  const they = problems.length === 1 ? "it is" : "they are";
  if (problems.length) return say("wrong", counted(problems.length, "mistake"), ` – nothing is asked until ${they} mended`);
  if (notices.length) return say("doubtful", "Understood", `, with ${counted(notices.length, "remark")}`);
  return say("right", "Understood");
}

function say(kind, first, rest = "") {
  byId("verdict").className = `verdict ${kind}`;
  byId("verdict").replaceChildren(el("b", {}, first), rest);
}

/** Which message belongs to the characters at the caret, and to those under the pointer. */
function point(at) {
  const inside = bar.problems.findIndex(({ units }) => units.start <= at && at <= units.end);
  for (const one of document.querySelectorAll("[data-problem]")) one.classList.toggle("here", one.dataset.problem === String(inside));
}

byId("problems").addEventListener("pointerover", (event) => {
  const item = event.target.closest("li");
  for (const one of document.querySelectorAll("[data-problem]")) one.classList.toggle("here", one.dataset.problem === item?.dataset.problem);
});

function address() {
  const asked = addressOf(state.list, bar.text);
  byId("address").textContent = asked;
  panels.curl.replaceChildren(...curl(asked, credentials.sent));
  history.replaceState(null, "", `#${encoded(bar.text)}`);
}

// --- who asks what list

async function identify() {
  const mine = begin();
  try {
    const described = await formOf(state.list, credentials.sent);
    state.parameters = described.parameters;
    bar.filterName = described.controls.filter.name;
    form.describe(described);
    form.show(bar.text);
    address();
    await check();
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    address();
    refused(error);
  } finally {
    end(mine);
  }
}

function become(visitor, text) {
  credentials.take(visitor);
  offerExamples(visitor);
  bar.text = text ?? visitor.query;
  return identify();
}

function offerExamples({ queries }) {
  const select = byId("example");
  byId("examples").hidden = !queries.length;
  select.replaceChildren(el("option", { value: "" }, "an example…"), ...queries.map((one) => el("option", { value: one }, one)));
}

function choose(list) {
  state.list = list;
  byId("path").textContent = `${list.path}?`;
  credentials.describe(list);
}

function prepare({ title, lists, visitors }, text) {
  Object.assign(state, { lists, visitors });
  document.title = `${title} · explorer`;
  byId("title").textContent = title;
  document.querySelector("h1").textContent = `${title}: explorer`;
  byId("list").replaceChildren(...lists.map((one) => el("option", { value: one.name }, one.name)));
  byId("visitor").replaceChildren(...visitors.map((one, at) => el("option", { value: at }, one.name)));
  byId("lists").hidden = lists.length < 2;
  byId("visitors").hidden = !visitors.length;
  choose(lists[0]);
  return become(visitors[0] ?? { token: "", headers: {}, queries: [], query: "" }, text || undefined);
}

// --- the page's own controls

byId("run").addEventListener("click", () => check());
byId("list").addEventListener("change", (event) => {
  choose(state.lists.find((one) => one.name === event.target.value));
  bar.text = "";
  identify();
});
byId("visitor").addEventListener("change", (event) => become(state.visitors[event.target.value]));
byId("example").addEventListener("change", (event) => {
  if (!event.target.value) return;
  bar.text = event.target.value;
  event.target.value = "";
  form.show(bar.text);
  address();
  check();
});
addEventListener("hashchange", () => {
  bar.text = readable(location.hash.slice(1));
  form.show(bar.text);
  changed();
});
addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select");
  if (event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  bar.area.focus();
});
copying(byId("copy-address"), () => byId("address").textContent);

const narrow = matchMedia("(max-width: 60rem)");
byId("build").open = !narrow.matches;
offerThemes(byId("theme"));
try {
  await prepare(await start(), readable(location.hash.slice(1)));
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  say("wrong", error.title);
}
