// <live-room data-stream data-poll>: hears what is new in the room, and says so as events that bubble: live-entries,
// live-altered, live-room, live-present (each with what the server sent), live-behind ({count}), live-state ({lost, closed}).
// Where no stream stays open it asks every few seconds instead. A window nobody looks at lets its stream go, and catches
// up when it is looked at again: browsers open only a few connections to one site.
const EVENTS = ["entries", "altered", "room", "present"];
const QUIET = 40_000; // the server says something every 15 seconds
const POLL = 12_000;
const UNSEEN = 20_000;
const LONGEST = 30_000;

class LiveRoom extends HTMLElement {
  connectedCallback() {
    this.newest = Number(this.dataset.newest);
    this.version = Number(this.dataset.version);
    this.tries = 0;
    this.dueAt = 0;
    this.heardAt = Date.now();
    document.addEventListener("visibilitychange", () => this.seen());
    addEventListener("pageshow", (event) => event.persisted && this.open());
    addEventListener("online", () => this.open());
    addEventListener("pagehide", () => this.shut());
    this.timer = setInterval(() => this.tick(), 1000);
    this.open();
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    this.shut();
  }

  open() {
    this.shut();
    if (this.isClosed) return;
    this.heardAt = Date.now();
    this.dueAt = 0;
    this.source = new EventSource(`${this.dataset.stream}?after=${this.newest}&version=${this.version}`);
    this.source.addEventListener("beat", () => this.heard());
    this.source.addEventListener("closed", () => this.close());
    this.source.onerror = () => this.fail();
    for (const name of EVENTS) {
      this.source.addEventListener(name, (event) => {
        const data = JSON.parse(event.data);
        this.heard();
        if (name === "entries") this.newest = Math.max(this.newest, Number(event.lastEventId));
        if (name === "room") this.version = data.version;
        this.tell(name, data);
      });
    }
  }

  shut() {
    this.source?.close();
    this.source = null;
  }

  heard() {
    this.heardAt = Date.now();
    this.tries = 0;
    this.connected();
  }

  // The stream is gone: ask once how things stand, and try again after a while that grows and differs for each reader.
  fail() {
    this.shut();
    const wait = Math.min(LONGEST, 1000 * 2 ** this.tries);
    this.tries += 1;
    this.dueAt = Date.now() + wait * (0.5 + Math.random());
    this.ask();
  }

  tick() {
    if (this.isClosed || document.hidden) return;
    const now = Date.now();
    if (this.source && now - this.heardAt > QUIET) this.fail();
    else if (!this.source && now > this.dueAt) this.open();
    else if (!this.source && now - this.askedAt > POLL) this.ask();
  }

  seen() {
    clearTimeout(this.leaving);
    if (document.hidden) this.leaving = setTimeout(() => this.shut(), UNSEEN);
    else if (!this.source || Date.now() - this.heardAt > UNSEEN) this.open();
  }

  async ask() {
    this.askedAt = Date.now();
    try {
      const address = `${this.dataset.poll}?after=${this.newest}&version=${this.version}`;
      const answer = await fetch(address, { headers: { Accept: "application/json" } });
      if (answer.redirected || [401, 403, 404].includes(answer.status)) return this.close();
      if (!answer.ok) return this.lost();
      const news = await answer.json();
      this.connected();
      if (news.count || news.is_changed) this.tell("behind", news);
    } catch {
      this.lost();
    }
    return undefined;
  }

  lost() {
    if (this.lostAt) return;
    this.lostAt = new Date();
    this.tell("state", { lost: this.lostAt });
  }

  connected() {
    if (!this.lostAt) return;
    this.lostAt = null;
    this.tell("state", {});
  }

  close() {
    this.isClosed = true;
    this.shut();
    this.tell("state", { closed: true });
  }

  tell(name, detail) {
    this.dispatchEvent(new CustomEvent(`live-${name}`, { bubbles: true, detail }));
  }
}

customElements.define("live-room", LiveRoom);
