import { colourOf, named, onColours } from "./colours.js";

/** Seconds that the plot shows, one sample each: at least, and once there is more, at most. */
const MIN_SECONDS = 60;
const SECONDS = 300;

/** The rates of all servers over the last minutes, as lines. */
export class Plot {
  #canvas;
  #summary;
  /** By server: bytes per second, one a second, the latest last. */
  #rates = new Map();
  #addedAt = -Infinity;

  constructor(canvas, summary) {
    this.#canvas = canvas;
    this.#summary = summary;
    new ResizeObserver(() => this.#draw()).observe(canvas);
    onColours(() => this.#draw());
  }

  /** Takes what happened before the page was opened: for each server its rates. */
  restore(history) {
    for (const { index, rates } of history) this.#rates.set(index, rates.slice(-SECONDS));
    this.#draw();
  }

  /** Adds the present rates, at most once a second. */
  add(servers, isOver) {
    const now = performance.now();
    if (isOver || now - this.#addedAt < 950) return;
    this.#addedAt = now;
    for (const { index, rate } of servers) {
      const rates = this.#rates.get(index) ?? [];
      rates.push(rate);
      if (rates.length > SECONDS) rates.shift();
      this.#rates.set(index, rates);
    }
    const total = servers.reduce((sum, { rate }) => sum + rate, 0);
    const text = `${(total / 2 ** 20).toFixed(1)} MiB/s in all; the lines show the last minutes`;
    this.#summary.textContent = text;
    this.#draw();
  }

  #draw() {
    const { clientWidth: width, clientHeight: height } = this.#canvas;
    const scale = devicePixelRatio;
    this.#canvas.width = width * scale;
    this.#canvas.height = height * scale;
    const context = this.#canvas.getContext("2d");
    context.scale(scale, scale);
    const most = Math.max(1, ...[...this.#rates.values()].flat());
    context.fillStyle = named("--soft");
    context.font = "12px system-ui, sans-serif";
    context.fillText(`${(most / 2 ** 20).toFixed(1)} MiB/s`, 6, 14);
    const longest = Math.max(0, ...[...this.#rates.values()].map((rates) => rates.length));
    const seconds = Math.max(MIN_SECONDS, longest);
    for (const [index, rates] of this.#rates) {
      context.beginPath();
      context.strokeStyle = colourOf(index);
      context.lineWidth = 1.5;
      rates.forEach((rate, at) => {
        const x = width * (seconds - rates.length + at + 1) / seconds;
        const y = height - 2 - (height - 22) * rate / most;
        if (at === 0) context.moveTo(x, y);
        else context.lineTo(x, y);
      });
      context.stroke();
    }
  }
}
