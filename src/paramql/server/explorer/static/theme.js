// Which colours are shown, before anything is drawn: as chosen here before, else as the system has them.
"use strict";
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem("paramql.theme");
  } catch {
    // storage may be refused; then the system decides on each visit
  }
  const isDark = chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  document.documentElement.dataset.theme = isDark ? "dark" : "light";
})();
