// Picking rows: all on the page, a range with Shift, the count in the bulk bar, which hides while nothing is picked.
for (const form of document.querySelectorAll("[data-rows]")) {
  const all = form.querySelector("[data-all]");
  const bar = form.querySelector(".bulk");
  const count = form.querySelector("[data-count]");
  const words = count?.textContent.replace(/^\s*\d+/, "") ?? "";
  const boxes = () => [...form.querySelectorAll(".pick input:not([data-all])")];
  let last = null;

  function show() {
    const rows = boxes();
    const picked = rows.filter((box) => box.checked).length;
    if (bar) bar.hidden = picked === 0;
    if (count) count.textContent = picked + words;
    if (!all) return;
    all.checked = picked > 0 && picked === rows.length;
    all.indeterminate = picked > 0 && picked < rows.length;
  }

  count?.setAttribute("role", "status");
  form.addEventListener("click", (event) => {
    const box = event.target.closest(".pick input");
    if (!box) return;
    const rows = boxes();
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
  show();
}
