// Dialogs and menus: an opener is a link or button that works by itself; here it opens the dialog instead.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    opener.closest("details[data-menu], details.menu")?.removeAttribute("open");
    dialog.showModal();
  }
  event.target.closest("[data-closes]")?.closest("dialog").close();
  if (event.target instanceof HTMLDialogElement) event.target.close(); // a click on the backdrop
  for (const menu of document.querySelectorAll("details.menu[open], details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open], details[data-menu][open]")) {
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  }
});

document.addEventListener("change", (event) => {
  // On a small screen several filters are chosen first and asked for with the button.
  if (matchMedia("(min-width: 64rem)").matches) event.target.closest("form[data-autosubmit]")?.requestSubmit();
});

// A dialog that came back from the server with errors stays open; an error summary takes the focus.
for (const dialog of document.querySelectorAll("dialog[data-open]")) dialog.showModal();
document.querySelector("[data-focus]")?.focus();
