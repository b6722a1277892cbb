// <form data-draft="key">: what was typed survives a reload, a lost connection and an expired session, in this browser
// only, until the server says it has it (<meta name="draft-done" content="key"> on the next page). Never passwords or files.
const PREFIX = "draft:";
const KEPT = "input:not([type=password], [type=file], [type=hidden], [type=submit]), select, textarea";

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + key));
  } catch {
    return null;
  }
}

function values(form) {
  return [...form.querySelectorAll(KEPT)]
    .filter((field) => field.name)
    .map((field) => [field.name, field.type === "checkbox" || field.type === "radio" ? field.checked : field.value, field.value]);
}

function restore(form, kept) {
  const fields = [...form.querySelectorAll(KEPT)].filter((field) => field.name);
  kept.forEach(([name, value, own], at) => {
    const field = fields[at];
    if (!field || field.name !== name) return;
    if (typeof value === "boolean") {
      if (field.value === own) field.checked = value;
    } else field.value = value;
  });
}

for (const done of document.querySelectorAll('meta[name="draft-done"]')) localStorage.removeItem(PREFIX + done.content);

for (const form of document.querySelectorAll("form[data-draft]")) {
  const key = form.dataset.draft;
  const asServed = JSON.stringify(values(form));
  const kept = read(key);
  const cameBack = form.querySelector(".errors") !== null; // the server sent what was typed, with what is wrong
  if (kept && !cameBack && JSON.stringify(kept.values) !== asServed && kept.served === asServed) {
    restore(form, kept.values);
    const template = document.querySelector("template#draft-restored");
    if (template) {
      const note = template.content.firstElementChild.cloneNode(true);
      note.querySelector("button").addEventListener("click", () => {
        restore(form, JSON.parse(asServed));
        localStorage.removeItem(PREFIX + key);
        note.remove();
      });
      form.prepend(note);
    }
  }
  const keep = () => localStorage.setItem(PREFIX + key, JSON.stringify({ served: asServed, values: values(form) }));
  form.addEventListener("input", keep);
  form.addEventListener("change", keep);
}
