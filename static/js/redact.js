// [data-marks="ID"]: what is selected in this text goes into the next empty passage of the fieldset with that id. Without
// script, passages are typed or pasted.
const text = document.querySelector("[data-marks]");

if (text) {
  const fields = document.getElementById(text.dataset.marks);
  const button = document.querySelector("[data-mark-selection]");
  button.closest("[data-marking]").hidden = false;

  function selected() {
    const selection = document.getSelection();
    return selection && text.contains(selection.anchorNode) ? selection.toString().trim() : "";
  }

  // Pressing a button may end the selection, on phones before the click arrives.
  let kept = "";
  document.addEventListener("selectionchange", () => {
    kept = selected() || kept;
  });

  function row() {
    const rows = [...fields.querySelectorAll(".passage")];
    const free = rows.find((each) => !each.querySelector("textarea").value.trim());
    if (free) return free;
    const fresh = rows.at(-1).cloneNode(true);
    const number = rows.length + 1;
    for (const field of fresh.querySelectorAll("textarea, input")) {
      field.value = "";
      const label = fresh.querySelector(`label[for="${field.id}"]`);
      field.id = field.id.replace(/\d+$/, number);
      label.htmlFor = field.id;
      label.firstChild.textContent = label.firstChild.textContent.replace(/\d+/, number);
    }
    fields.append(fresh);
    return fresh;
  }

  button.addEventListener("click", () => {
    if (!kept) return;
    const target = row();
    target.querySelector("textarea").value = kept;
    target.querySelector("input").focus();
    kept = "";
  });
}
