import { colourOf, named, onColours } from "./colours.js";

/** CSS pixels in the side of a piece's square, at most and at least. */
const MAX_SIDE = 14;
const MIN_SIDE = 3;

/** More servers than this are counted in the summary, not named. */
const MAX_NAMED = 8;

/** What a piece is, besides the number of the server that sent it (docs/json.md). */
const MISSING = 0;
const KEPT = -1;
const UNVERIFIED = -2;
const WRONG = -3;

/** Every piece of the file as a square in the colour of the server that it came from. */
export class PieceMap {
  #canvas;
  #summary;
  /** What each piece is. */
  #pieces = new Int16Array(0);
  #names = new Map();
  /** By what a piece is: its colour. Forgotten when the colours change. */
  #fills = new Map();
  #side = MAX_SIDE;
  #columns = 1;

  constructor(canvas, summary) {
    this.#canvas = canvas;
    this.#summary = summary;
    new ResizeObserver(() => this.#lay()).observe(canvas.parentElement);
    onColours(() => this.#lay());
  }

  /** Takes the addresses of the servers, for the summary in words. */
  name(servers) {
    for (const { index } of servers) this.#names.set(index, `Server${index}`);
  }

  /** Takes runs of pieces that have changed: `[first, length, what, first, length, what, …]`. */
  update({ count, runs }) {
    if (count !== this.#pieces.length) {
      this.#pieces = new Int16Array(count);
      this.#lay();
    }
    const context = this.#canvas.getContext("2d");
    for (let at = 0; at + 2 < runs.length; at += 3) {
      const [first, length, what] = runs.slice(at, at + 3);
      this.#pieces.fill(what, first, first + length);
      for (let piece = first; piece < first + length; piece += 1) this.#draw(context, piece);
    }
    this.#summarize();
  }

  #lay() {
    this.#fills.clear();
    const width = this.#canvas.parentElement.clientWidth;
    const count = Math.max(1, this.#pieces.length);
    this.#side = Math.max(MIN_SIDE, Math.min(MAX_SIDE, Math.floor(Math.sqrt(width * 240 / count))));
    this.#columns = Math.max(1, Math.floor(width / this.#side));
    const rows = Math.ceil(count / this.#columns);
    this.#canvas.width = width * devicePixelRatio;
    this.#canvas.height = rows * this.#side * devicePixelRatio;
    this.#canvas.style.height = `${rows * this.#side}px`;
    const context = this.#canvas.getContext("2d");
    for (let piece = 0; piece < this.#pieces.length; piece += 1) this.#draw(context, piece);
  }

  #draw(context, piece) {
    const side = this.#side * devicePixelRatio;
    const gap = this.#side > 5 ? devicePixelRatio : 0;
    const x = (piece % this.#columns) * side;
    const y = Math.floor(piece / this.#columns) * side;
    context.fillStyle = this.#fillOf(this.#pieces[piece]);
    context.fillRect(x, y, side - gap, side - gap);
  }

  #fillOf(what) {
    const fill = this.#fills.get(what) ?? fillOf(what);
    this.#fills.set(what, fill);
    return fill;
  }

  #summarize() {
    const counts = new Map();
    for (const what of this.#pieces) counts.set(what, (counts.get(what) ?? 0) + 1);
    const kinds = [...counts].filter(([what]) => what !== MISSING).sort(([a], [b]) => a - b);
    const servers = kinds.filter(([what]) => what > 0);
    const isMany = servers.length > MAX_NAMED;
    const words = kinds.filter(([what]) => what < 0 || !isMany)
      .map(([what, count]) => `${count} ${describe(what, this.#names)}`);
    if (isMany) {
      const sum = servers.reduce((sum, [, count]) => sum + count, 0);
      words.push(`${sum} from ${servers.length} servers`);
    }
    const done = this.#pieces.length - (counts.get(MISSING) ?? 0) - (counts.get(WRONG) ?? 0);
    const text = `${done} of ${this.#pieces.length} pieces`;
    this.#summary.textContent = words.length > 0 ? `${text}: ${words.join(", ")}` : text;
  }
}

function fillOf(what) {
  switch (what) {
    case MISSING:
      return named("--missing");
    case KEPT:
    case UNVERIFIED:
      return named("--soft");
    case WRONG:
      return named("--wrong");
    default:
      return colourOf(what);
  }
}

function describe(what, names) {
  switch (what) {
    case KEPT:
      return "from an earlier run";
    case UNVERIFIED:
      return "not verified yet";
    case WRONG:
      return "wrong";
    default:
      return `from ${names.get(what) ?? `Server${what}`}`;
  }
}
