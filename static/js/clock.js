// <time-left deadline> and <time-since start>: the server sends the moment, the page ticks. The text inside is what
// stands there without script. Nothing is announced each second; a deadline is spoken at 60, 30, 15 and 5 minutes.
const SPOKEN = [60, 30, 15, 5];
const two = (n) => String(n).padStart(2, "0");
let region = null;

function speak(text) {
  region.textContent = text;
}

function written(seconds, compact) {
  const s = Math.max(0, Math.floor(seconds));
  const [days, hours, minutes] = [Math.floor(s / 86400), Math.floor((s % 86400) / 3600), Math.floor((s % 3600) / 60)];
  if (days) return `${days} d ${hours} h`;
  if (compact) return hours ? `${hours} h ${minutes} min` : `${minutes} min`;
  return `${two(hours)}:${two(minutes)}:${two(s % 60)}`;
}

class Clock extends HTMLElement {
  connectedCallback() {
    if (!region) {
      region = document.createElement("p");
      region.className = "vh";
      region.setAttribute("role", "status");
      document.body.append(region);
    }
    this.moment = Date.parse(this.getAttribute(this.constructor.attribute));
    if (Number.isNaN(this.moment)) return;
    if (!this.title) this.title = this.textContent.trim();
    this.tick();
    this.timer = setInterval(() => this.tick(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }
}

class TimeSince extends Clock {
  static attribute = "start";

  tick() {
    this.textContent = written((Date.now() - this.moment) / 1000, this.hasAttribute("compact"));
  }
}

class TimeLeft extends Clock {
  static attribute = "deadline";

  tick() {
    const seconds = (this.moment - Date.now()) / 1000;
    const text = written(Math.abs(seconds), this.hasAttribute("compact"));
    this.textContent = seconds < 0 ? `−${text}` : text;
    this.classList.toggle("late", seconds < 0);
    const minutes = Math.ceil(seconds / 60);
    if (this.spoken !== undefined && minutes !== this.spoken && SPOKEN.includes(minutes)) {
      speak(`${this.getAttribute("name") ?? ""} ${minutes} min`.trim());
    }
    this.spoken = minutes;
  }
}

customElements.define("time-since", TimeSince);
customElements.define("time-left", TimeLeft);
