// Copy buttons: shown only where the browser can copy, so that none is a dead end.
const SHOWN = 1500; // milliseconds the tick stays

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) button.hidden = false;
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    const use = button.querySelector("use");
    const before = use.getAttribute("href");
    use.setAttribute("href", before.replace(/#.*/, "#check"));
    button.classList.add("done");
    setTimeout(() => {
      use.setAttribute("href", before);
      button.classList.remove("done");
    }, SHOWN);
  });
}
