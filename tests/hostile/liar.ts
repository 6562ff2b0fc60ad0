import type { Random } from "../../testing/simulation/random.ts";
import type { Fields } from "./claim.ts";
import { CONTENT_LIES, type Lies } from "./content_lies.ts";
import { ESCAPES } from "./exchange.ts";
import { EVENT_LIES, INFO_LIES, MANIFEST_LIES, WRONG_NAMES } from "./port_lies.ts";

/** How a hostile server is, for as long as it lives. */
export interface Liar {
  readonly seed: number;
  /** Whether the client takes it for an mpserver, or for any web server. */
  readonly kind: "port" | "web";
  /** What it says it has: the right file, or one that nobody else has. */
  readonly vouchesFor: "right" | "other";
  /** Which lie it tells when it is asked for what; their names. */
  readonly info: string;
  readonly events: string;
  readonly manifest: string;
  readonly content: string;
  /** Requests for content that are answered truly before it begins to lie. */
  readonly honestFor: number;
  /** Sent with content. */
  readonly fields: Fields;
}

/** Draws a hostile server. */
export function randomLiar(random: Random): Liar {
  const kind = random.pick(["port", "port", "web"] as const);
  const few = random.integer(1, 2);
  const purposes = kind === "port"
    ? ["info", "events", "manifest", "content", "content"] as const
    : ["content", "content", "manifest"] as const;
  const lying = Array.from({ length: few }, () => random.pick(purposes));
  const draw = (purpose: typeof lying[number], lies: Lies) =>
    lying.includes(purpose) ? pickLie(random, lies) : "the truth";
  return {
    seed: random.integer(1, 2 ** 31 - 1),
    kind,
    vouchesFor: random.chance(0.7) ? "right" : "other",
    info: draw("info", INFO_LIES),
    events: draw("events", EVENT_LIES),
    manifest: draw("manifest", MANIFEST_LIES),
    content: draw("content", CONTENT_LIES),
    honestFor: random.pick([0, 1, 5, 8]),
    fields: kind === "web" ? webFields(random) : {},
  };
}

function pickLie(random: Random, lies: Lies): string {
  return random.pick(Object.keys(lies) as [string, ...string[]]);
}

function webFields(random: Random): Fields {
  const name = random.pick(WRONG_NAMES).toWellFormed();
  const plain = name.replace(/[^\x20-\x7e]|"/g, "?");
  const encoded = encodeURIComponent(name);
  const all: readonly Fields[] = [
    { ETag: `"1"` },
    { ETag: `W/"1"`, "Last-Modified": "Fri, 31 Dec 9999 23:59:59 GMT" },
    { "Content-Disposition": `attachment; filename="${plain}"` },
    { "Content-Disposition": `attachment; filename*=UTF-8''${encoded}` },
    { "Content-Disposition": `;;="${"\\".repeat(5_000)}` },
    { Link: `</film.mp4.meta4>; rel=describedby; type="application/metalink4+xml"` },
    { Link: Array.from({ length: 200 }, (_, at) => `</${at}>; rel=duplicate`).join(", ") },
    { Link: `</film.mp4>; rel=duplicate, <http://127.0.0.1:1/>; rel="duplicate"` },
    { Link: `${"<".repeat(4_000)}${'"'.repeat(1_001)};;rel=duplicate` },
    { "Content-Type": "application/metalink4+xml" },
    { "Content-Type": "text/html" },
    { "Repr-Digest": `sha-256=:${btoa("no digest of anything at all....")}:` },
    { "Repr-Digest": `sha-256=:${"A".repeat(9_000)}:`, Digest: `SHA-256=${ESCAPES.slice(-1)}` },
    { "Set-Cookie": "a=b; Domain=localhost" },
    { "X-Long": "y".repeat(random.pick([7_000, 60_000, 70_000])) },
  ];
  const few = Array.from({ length: random.integer(0, 2) }, () => random.integer(0, all.length - 1));
  return Object.assign({}, ...few.map((at) => all[at]));
}
