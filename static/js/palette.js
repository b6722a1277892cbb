// Ctrl-K: ask the server what one can go to or do, choose with the arrow keys. The opener is a link to the search page.
const dialog = document.getElementById("palette");
const WAIT = 140; // milliseconds of silence before asking

if (dialog) {
  const input = dialog.querySelector("input");
  const list = dialog.querySelector("[role=listbox]");
  const status = dialog.querySelector("[role=status]");
  let timer = 0;
  let asking = null;

  const options = () => [...list.querySelectorAll("[role=option]")];
  const chosen = () => list.querySelector("[aria-selected=true]");

  function select(option) {
    chosen()?.setAttribute("aria-selected", "false");
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  }

  function make(tag, className, text) {
    const element = document.createElement(tag);
    element.className = className;
    if (text) element.textContent = text;
    return element;
  }

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    svg.setAttribute("class", "i");
    svg.setAttribute("aria-hidden", "true");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    use.setAttribute("href", `${dialog.dataset.sprite}#${name}`);
    svg.append(use);
    return svg;
  }

  function option(item, number) {
    const link = make("a", "", "");
    link.href = item.url;
    link.id = `palette-${number}`;
    link.tabIndex = -1;
    link.setAttribute("role", "option");
    link.setAttribute("aria-selected", "false");
    link.append(icon(item.icon || "arrow-right"), make("span", "clip", item.label));
    if (item.hint) link.append(make("span", "hint", item.hint));
    return link;
  }

  function show(groups) {
    let number = 0;
    list.replaceChildren();
    for (const group of groups.filter((g) => g.items.length)) {
      const box = make("div", "", "");
      box.setAttribute("role", "group");
      box.setAttribute("aria-label", group.label);
      const heading = make("div", "grp", group.label);
      heading.setAttribute("aria-hidden", "true");
      box.append(heading, ...group.items.map((item) => option(item, number++)));
      list.append(box);
    }
    say(number ? "" : dialog.dataset.none);
    select(options()[0]);
  }

  function say(text) {
    status.textContent = text;
    if (text) {
      const note = make("p", "none", text);
      note.setAttribute("aria-hidden", "true");
      list.replaceChildren(note);
    }
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const address = `${dialog.dataset.url}?q=${encodeURIComponent(input.value.trim())}`;
    try {
      const answer = await fetch(address, { signal: asking.signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      show((await answer.json()).groups);
    } catch (error) {
      if (error.name !== "AbortError") say(dialog.dataset.failed);
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.indexOf(chosen());
    if (event.key === "ArrowDown") select(all[(at + 1) % all.length]);
    else if (event.key === "ArrowUp") select(all[(at - 1 + all.length) % all.length]);
    else if (event.key === "Enter") chosen()?.click();
    else return;
    event.preventDefault();
  });
  // However it is opened (header link, keys), it starts from an empty question.
  new MutationObserver(() => {
    if (!dialog.open) return;
    input.value = "";
    input.focus();
    ask();
  }).observe(dialog, { attributeFilter: ["open"] });
}
