// Tabs as the ARIA practices describe them: arrows, Home and End move and show; one of them can be tabbed to.
import { byId, el } from "./dom.js";

/** Panels by id and title; answers with the panels' elements by id. `shown` is told which one is. */
export function tabs(titles, shown = () => {}) {
  const ids = Object.keys(titles);
  const panels = Object.fromEntries(
    ids.map((id) => [
      id,
      el("div", { id: `panel-${id}`, class: "panel", role: "tabpanel", "aria-labelledby": `tab-${id}`, tabIndex: 0 }),
    ]),
  );
  const made = ids.map((id) =>
    el(
      "button",
      { type: "button", id: `tab-${id}`, role: "tab", "aria-controls": `panel-${id}`, onclick: () => show(id) },
      titles[id],
    ),
  );

  function show(id) {
    ids.forEach((one, at) => {
      made[at].setAttribute("aria-selected", String(one === id));
      made[at].tabIndex = one === id ? 0 : -1;
      panels[one].hidden = one !== id;
    });
    byId(`tab-${id}`).scrollIntoView({ block: "nearest", inline: "nearest" });
    shown(id);
  }

  byId("tabs").addEventListener("keydown", (event) => {
    const at = made.indexOf(document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: ids.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    const next = (to + ids.length) % ids.length;
    made[next].focus();
    show(ids[next]);
  });

  byId("tabs").replaceChildren(...made);
  byId("panels").replaceChildren(...Object.values(panels));
  show(ids[0]);
  return panels;
}
