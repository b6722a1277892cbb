// The colours somebody chose live in a cookie, so that the server can write data-theme before the first paint.
const root = document.documentElement;
const YEAR = 365 * 24 * 3600;

function choose(theme) {
  if (theme) {
    root.dataset.theme = theme;
    document.cookie = `holdfast_theme=${theme}; path=/; max-age=${YEAR}; samesite=lax`;
  } else {
    delete root.dataset.theme;
    document.cookie = "holdfast_theme=; path=/; max-age=0; samesite=lax";
  }
  show();
}

function show() {
  for (const button of document.querySelectorAll("[data-theme-to]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeTo === (root.dataset.theme ?? "")));
  }
}

for (const box of document.querySelectorAll("[data-themes], .scripted")) box.hidden = false;
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-theme-to]");
  if (button) choose(button.dataset.themeTo);
});
show();
