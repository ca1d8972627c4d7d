// Elements made of names, properties and children. Text is only ever text: nothing here reads markup.

/** An element; `props` are properties, except for `class`, `data`, and what begins with `aria-`, or is `role` or `for`. */
export function el(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null) continue;
    if (name === "class") made.className = value;
    else if (name === "data") Object.assign(made.dataset, value);
    else if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name.includes("-") || ["role", "for", "list", "scope", "colspan"].includes(name)) made.setAttribute(name, value);
    else made[name] = value;
  }
  made.append(...children.flat().filter((one) => one !== null && one !== undefined));
  return made;
}

export const byId = (id) => document.getElementById(id);

/** What a screen reader says and no eye sees. */
export const spoken = (text) => el("span", { class: "sr" }, text);

/** `word` for one, `word`s for others, with the number. */
export function counted(number, word, words = `${word}s`) {
  return `${number.toLocaleString("en")} ${number === 1 ? word : words}`;
}

/** A button that copies what `text()` gives at that moment, and says so. */
export function copying(button, text) {
  const label = [...button.childNodes];
  let timer;
  button.addEventListener("click", async () => {
    clearTimeout(timer);
    try {
      await navigator.clipboard.writeText(text());
      button.replaceChildren("Copied");
    } catch {
      button.replaceChildren("Not allowed");
    }
    timer = setTimeout(() => button.replaceChildren(...label), 1500);
  });
  return button;
}
