// Puts in place what <live-room> hears. Nothing moves under the reader: a part that has the focus or an open menu waits until
// it has not, the line that is being read stays where it is, forms are never touched.
const room = document.querySelector("live-room");
const list = document.querySelector("ol.tl[data-live]"); // the first page of everything; elsewhere entries are counted
const status = room.querySelector('[role="status"]');
const pills = room.querySelector(".pills");
const waiting = new Map(); // element → its new content
const SIGN_EVERY = 8_000;
let unread = 0;

const isBusy = (element) => element.contains(document.activeElement) || element.querySelector("details[open]") !== null;
const momentOf = (line) => [Date.parse(line.querySelector("time").dateTime), Number(line.id.split("-")[1])];

function say(text) {
  status.textContent = text;
}

// ---- pills: what the reader is told and may act on, over the page and not in it
function pill(key, text, ...actions) {
  let found = pills.querySelector(`[data-pill="${key}"]`);
  if (!text) return found?.remove();
  if (!found) {
    found = document.createElement("p");
    found.dataset.pill = key;
    pills.append(found);
  }
  const words = document.createElement("span");
  words.textContent = text;
  found.replaceChildren(words, ...actions);
  return found;
}

function countNew(count) {
  unread += count;
  const link = document.createElement("a");
  link.className = "btn pri";
  link.href = room.dataset.room;
  link.textContent = unread === 1 ? room.dataset.one : room.dataset.many.replace("{n}", unread);
  pill("news", " ", link);
}

function offerNext(text) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn";
  button.textContent = room.dataset.show;
  button.addEventListener("click", () => takeOver());
  pill("step", `${text} ${room.dataset.next}`, button);
}

// ---- lines
function withToken(line) {
  const token = document.querySelector("[name=csrfmiddlewaretoken]");
  for (const form of token ? line.querySelectorAll('form[method="post"]') : []) {
    if (!form.querySelector("[name=csrfmiddlewaretoken]")) form.prepend(token.cloneNode());
  }
  return line;
}

function drawn(html) {
  const template = document.createElement("template");
  template.innerHTML = html.trim();
  return withToken(template.content.firstElementChild);
}

function place(line) {
  if (document.getElementById(line.id)) return false;
  const [at, number] = momentOf(line);
  const after = [...list.children].find((other) => {
    const [then, its] = momentOf(other);
    return then < at || (then === at && its < number);
  });
  if (!after && list.dataset.live === "part") return false; // it belongs on a later page
  list.insertBefore(line, after ?? null);
  line.classList.add("fresh");
  return true;
}

function markDays() {
  let shown = "";
  for (const time of list.querySelectorAll(":scope > li > time")) {
    const { day } = time.dataset;
    const mark = time.querySelector("small");
    if (day === shown) mark?.remove();
    else if (!mark) time.append(Object.assign(document.createElement("small"), { textContent: day }));
    shown = day;
  }
}

// Runs `change` and scrolls by what it moved the line that is being read; who is above the list sees it grow.
function keepingStill(change) {
  const top = document.querySelector(".inc").getBoundingClientRect().bottom;
  const begun = list.getBoundingClientRect().top < top;
  const anchor = begun && [...list.children].find((line) => line.getBoundingClientRect().bottom > top);
  const before = anchor ? anchor.getBoundingClientRect().top : 0;
  change();
  if (anchor) scrollBy({ top: anchor.getBoundingClientRect().top - before, behavior: "instant" });
}

function placeAll(lines) {
  keepingStill(() => {
    lines.forEach(place);
    markDays();
  });
}

// ---- parts
function put(element, html) {
  waiting.set(element, html);
  settle();
}

function settle() {
  for (const [element, html] of waiting) {
    if (!element.isConnected) waiting.delete(element);
    else if (!isBusy(element)) {
      waiting.delete(element);
      if (element.matches("li")) element.replaceWith(drawn(html));
      else element.innerHTML = html;
    }
  }
  if (list) markDays();
}

document.addEventListener("focusout", () => setTimeout(settle));
document.addEventListener("toggle", () => setTimeout(settle), true);

function count(counts) {
  for (const place of document.querySelectorAll("[data-count]")) place.textContent = counts[place.dataset.count];
}

// The page as the server shows it now, for what depends on who reads: asked for by the reader, or where no stream stays open.
async function takeOver() {
  const answer = await fetch(location.pathname + location.search);
  if (!answer.ok || answer.redirected) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const own of document.querySelectorAll("[data-own], [data-part]")) {
    const [kind, name] = own.dataset.own ? ["own", own.dataset.own] : ["part", own.dataset.part];
    const found = page.querySelector(`[data-${kind}="${name}"]`);
    if (found) put(own, found.innerHTML);
  }
  for (const place of document.querySelectorAll("[data-count]")) {
    place.textContent = page.querySelector(`[data-count="${place.dataset.count}"]`)?.textContent ?? place.textContent;
  }
  const now = page.querySelector("live-room");
  if (list) placeAll([...page.querySelectorAll("ol.tl[data-live] > li")].reverse().map((line) => document.adoptNode(line)));
  if (!now) return;
  room.dataset.step = now.dataset.step;
  room.newest = Math.max(room.newest, Number(now.dataset.newest));
  room.version = Number(now.dataset.version);
  pill("step", "");
}

// ---- a sign to the others while something is being written
let signedAt = 0;
document.addEventListener("input", ({ target }) => {
  if (!target.closest("form.cmd") || !target.value || Date.now() - signedAt < SIGN_EVERY) return;
  signedAt = Date.now();
  const token = target.form.querySelector("[name=csrfmiddlewaretoken]").value;
  fetch(room.dataset.writing, { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => {}); // the next letter tries again
});

room.addEventListener("live-entries", ({ detail }) => {
  if (!list) countNew(detail.lines.length);
  else if (detail.is_cut) takeOver();
  else placeAll(detail.lines.map((line) => drawn(line.html)));
  say(detail.said);
});

room.addEventListener("live-altered", ({ detail }) => {
  for (const { id, html } of detail.lines) {
    const line = document.getElementById(`entry-${id}`);
    if (line) put(line, html);
  }
});

room.addEventListener("live-room", ({ detail }) => {
  for (const part of document.querySelectorAll("[data-part]")) put(part, detail.parts[part.dataset.part]);
  count(detail.counts);
  if (detail.step === room.dataset.step) pill("step", "");
  else if (detail.step !== room.offered) {
    offerNext(detail.said);
    say(detail.said);
  }
  room.offered = detail.step;
});

room.addEventListener("live-present", ({ detail }) => {
  const here = document.querySelector("[data-here]");
  for (const part of here.querySelectorAll("[data-here-part]")) part.innerHTML = detail[part.dataset.herePart];
  here.toggleAttribute("data-empty", here.querySelector("li") === null);
});

room.addEventListener("live-behind", ({ detail }) => {
  if (!list && detail.count) countNew(detail.count);
  if (detail.count) say(detail.label);
  takeOver();
});

room.addEventListener("live-state", ({ detail }) => {
  const { lost, again, closed } = room.dataset;
  const at = detail.lost?.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  const text = detail.closed ? closed : at ? lost.replace("{at}", at) : "";
  pill("state", text)?.classList.add("bad");
  say(text || again);
});
