// Keys. Ctrl-K always; single keys only outside fields and unless the person switched them off (WCAG 2.1.4).
const PAUSE = 1200; // milliseconds in which the second key of "g r" must follow
const isOff = document.documentElement.dataset.shortcuts === "off";
let first = "";
let timer = 0;

const CHOICES = "[type=radio], [type=checkbox]"; // letters mean nothing there, so keys go on working
const isTyping = (element) =>
  element.closest(`input:not(${CHOICES}), select, textarea, [contenteditable], dialog[open]`) !== null;
const open = (id) => document.getElementById(id)?.showModal();

// A key of the page itself goes before one that every page has. A button or a choice is pressed.
function follow(keys) {
  const wanted = `[data-keys="${CSS.escape(keys)}"]`;
  const found = document.querySelector(`main ${wanted}`) ?? document.querySelector(wanted);
  if (found?.href) location.assign(found.href);
  else found?.click();
  return found !== null;
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    const palette = document.getElementById("palette");
    if (!palette) return;
    event.preventDefault();
    if (palette.open) palette.close();
    else if (!document.querySelector("dialog[open]")) palette.showModal();
    return;
  }
  if (isOff || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const search = event.key === "/" && document.querySelector("[data-search]");
  clearTimeout(timer);
  if (search) search.focus();
  else if (event.key === "/") open("palette");
  else if (event.key === "?") open("shortcuts");
  else if (!first && event.key === "g") {
    first = "g";
    timer = setTimeout(() => (first = ""), PAUSE);
    return;
  } else if (!follow(first ? `${first} ${event.key}` : event.key)) {
    first = "";
    return;
  }
  first = "";
  event.preventDefault();
});
