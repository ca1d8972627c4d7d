// The button that changes the theme, which is kept for the next visit.

export function offerThemes(button) {
  const { dataset } = document.documentElement;
  const show = () => button.setAttribute("aria-pressed", String(dataset.theme === "dark"));
  button.addEventListener("click", () => {
    dataset.theme = dataset.theme === "dark" ? "light" : "dark";
    keep(dataset.theme);
    show();
  });
  show();
}

function keep(theme) {
  try {
    localStorage.setItem("paramql.theme", theme);
  } catch {
    // then it holds until the page is left
  }
}
