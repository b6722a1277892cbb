// A POST form is sent once: a second submit is refused until the page comes back. The pressed button keeps its name and
// value, so it is marked rather than disabled.
const sent = new Set();

function release(form) {
  sent.delete(form);
  for (const button of form.querySelectorAll(".busy")) {
    button.classList.remove("busy");
    button.removeAttribute("aria-disabled");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.matches("[data-once=off], [hx-post], [hx-get]")) return;
  if (sent.has(form)) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  sent.add(form);
  event.submitter?.classList.add("busy");
  event.submitter?.setAttribute("aria-disabled", "true");
}, true);

document.addEventListener("upload-failed", (event) => release(event.target));
addEventListener("pageshow", () => [...sent].forEach(release));
