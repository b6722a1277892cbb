// Picking rows: all on the page, a range with Shift, the count in the bulk bar, which hides while nothing is picked.
const ready = new WeakSet();

function bind(form) {
  ready.add(form);
  const boxes = () => [...form.querySelectorAll(".pick input:not([data-all])")];
  let last = null;

  // Looks everything up anew, because a changed filter swaps the rows and the bar under the form.
  function show() {
    const all = form.querySelector("[data-all]");
    const bar = form.querySelector(".bulk");
    const count = form.querySelector("[data-count]");
    const rows = boxes();
    const picked = rows.filter((box) => box.checked).length;
    if (bar) bar.hidden = picked === 0;
    if (count) {
      count.setAttribute("role", "status");
      count.textContent = count.textContent.replace(/^\s*\d+/, picked);
    }
    if (!all) return;
    all.checked = picked > 0 && picked === rows.length;
    all.indeterminate = picked > 0 && picked < rows.length;
  }

  form.addEventListener("click", (event) => {
    const box = event.target.closest(".pick input");
    if (!box) return;
    const rows = boxes();
    const all = form.querySelector("[data-all]");
    if (box === all) {
      for (const row of rows) row.checked = all.checked;
    } else {
      if (event.shiftKey && last && last !== box) {
        const [from, to] = [rows.indexOf(last), rows.indexOf(box)].sort((a, b) => a - b);
        for (const row of rows.slice(from, to + 1)) row.checked = box.checked;
      }
      last = box;
    }
    show();
  });
  form.addEventListener("reset", () => setTimeout(show));
  addEventListener("pageshow", show);
  document.addEventListener("htmx:after:swap", show);
  show();
}

function bindAll() {
  for (const form of document.querySelectorAll("[data-rows]")) if (!ready.has(form)) bind(form);
}

document.addEventListener("htmx:after:swap", bindAll);
bindAll();
