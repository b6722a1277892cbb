// <live-news data-poll="URL" data-every="12">: asks how much is new and offers a button; nothing moves under the reader.
// The URL answers {"count": 3, "label": "3 new entries", "url": "…"}; count 0 shows nothing.
class LiveNews extends HTMLElement {
  connectedCallback() {
    this.classList.add("news");
    this.setAttribute("role", "status");
    this.timer = setInterval(() => this.ask(), Number(this.dataset.every || 15) * 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  async ask() {
    if (document.hidden) return;
    try {
      const answer = await fetch(this.dataset.poll, { headers: { Accept: "application/json" } });
      if (answer.ok) this.show(await answer.json());
    } catch {
      // The next turn asks again; a lost connection is not news.
    }
  }

  show(news) {
    if (!news.count || this.label === news.label) return;
    this.label = news.label;
    const link = document.createElement("a");
    link.className = "btn pri";
    link.href = news.url || location.href;
    link.textContent = news.label;
    link.addEventListener("click", (event) => {
      if (news.url) return;
      event.preventDefault();
      location.reload();
    });
    this.replaceChildren(link);
  }
}

customElements.define("live-news", LiveNews);
