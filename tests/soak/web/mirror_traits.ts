import type { Random } from "../../../testing/simulation/random.ts";

/** How a mirror is for as long as it lives. All of it can be met on the web. */
export interface MirrorTraits {
  readonly seed: number;
  /** Bytes per second and connection. */
  readonly rate: number;
  /** What it answers to `HEAD`: programs that ask so find out nothing. */
  readonly head: "405" | "403" | "empty" | "silence";
  /** Where the URL leads before content comes. */
  readonly redirect:
    | "none"
    | "relative"
    | "other host"
    /** To a link that is good for so long only. */
    | "expiring"
    /** These lead nowhere. */
    | "loop"
    | "too many";
  /** By what its content can be told from another version of it. */
  readonly validator: "strong" | "weak" | "per edge" | "last-modified" | "none";
  /** How the end of the content is found. */
  readonly framing: "length" | "chunked" | "end of connection";
  readonly version: "1.0" | "1.1";
  readonly closes: boolean;
  /** Says `Content-Range: bytes 0-9/*`. */
  readonly hidesSize: boolean;
  /** Whether it knows ranges that are counted from the end. */
  readonly suffixRanges: boolean;
  /** How many interim answers it sends before each. */
  readonly hints: number;
  readonly ranges: "served" | "ignored" | "advertised and ignored";
  /** Connections at a time; others are refused. */
  readonly connections: number;
  /** Milliseconds from one connection to the next; what comes sooner is refused. */
  readonly connectionMs: number;
  /** How it refuses a connection. */
  readonly refusal: "503" | "closed";
  /**
   * What it holds: the right file, another one of the same size, the right one that is replaced by the
   * other, or the right one that gets another time and entity tag.
   */
  readonly content: "right" | "other" | "changes" | "touched";
  /** By what address it is reached; dead ones are the first of several that a name has. */
  readonly address:
    | "ipv4"
    | "ipv6"
    | "ipv4 after a dead one"
    | "ipv4 after a dead ipv6"
    | "ipv6 after a dead ipv4"
    | "ipv4 after a silent one";
  /** How likely an answer is to be {@linkcode Mishap} instead. */
  readonly mishaps: number;
}

/** What becomes of a single answer. */
export type Mishap =
  | "whole file"
  | "range off by one"
  | "range missing"
  | "gzip"
  | "error page with 200"
  | "error page with 206"
  | "page of HTML with 200"
  | "page of HTML with 206"
  | "too short"
  | "too long"
  | "another answer behind"
  | "reset"
  | "429"
  | "503";

export const MISHAPS: readonly [Mishap, ...Mishap[]] = [
  "whole file",
  "range off by one",
  "range missing",
  "gzip",
  "error page with 200",
  "error page with 206",
  "page of HTML with 200",
  "page of HTML with 206",
  "too short",
  "too long",
  "another answer behind",
  "reset",
  "429",
  "503",
];

/** What `Retry-After` may say; of all this, only the first two are a second or so. */
export const RETRY_AFTERS: readonly [() => string, ...(() => string)[]] = [
  () => "1",
  () => new Date(Date.now() + 1_000).toUTCString(),
  () => new Date(Date.now() - 3_600_000).toUTCString(),
  () => "0",
  () => "-5",
  () => "soon",
];

/** What keeps a client away for good, if it believes it. */
export const ABSURD_RETRY_AFTERS: readonly [() => string, ...(() => string)[]] = [
  () => "99999999999999999999",
  () => new Date(Date.now() + 1e12).toUTCString(),
];

/** Draws a mirror. */
export function randomMirror(random: Random, rate: number): MirrorTraits {
  const version = random.chance(0.1) ? "1.0" : "1.1";
  const closes = version === "1.0" || random.chance(0.15);
  const framing = closes
    ? random.pick(["length", "end of connection"] as const)
    : random.chance(0.2)
    ? "chunked"
    : "length";
  return {
    seed: random.integer(1, 2 ** 31 - 1),
    rate,
    head: random.pick(["405", "403", "empty", "silence"]),
    redirect: random.chance(0.4)
      ? random.pick(["relative", "other host", "expiring", "expiring", "loop", "too many"])
      : "none",
    validator: random.pick(["strong", "strong", "weak", "per edge", "last-modified", "none"]),
    framing,
    version,
    closes,
    hidesSize: random.chance(0.1),
    suffixRanges: random.chance(0.5),
    hints: version === "1.1" && random.chance(0.1) ? random.pick([1, 3]) : 0,
    ranges: random.chance(0.15) ? random.pick(["ignored", "advertised and ignored"]) : "served",
    connections: random.chance(0.15) ? 1 : Infinity,
    // Where each answer ends its connection, a block would take that long.
    connectionMs: !closes && random.chance(0.1) ? 1_000 : 0,
    refusal: random.pick(["503", "closed"]),
    content: random.chance(0.16) ? random.pick(["other", "changes", "touched"]) : "right",
    address: random.chance(0.3)
      ? random.pick([
        "ipv6",
        "ipv4 after a dead one",
        "ipv4 after a dead ipv6",
        "ipv6 after a dead ipv4",
        "ipv4 after a silent one",
      ])
      : "ipv4",
    mishaps: random.chance(0.6) ? 0 : random.between(0.05, 0.6),
  };
}

/** Whether a client can get anything from it. */
export function mayDeliver({ redirect }: MirrorTraits): boolean {
  return redirect !== "loop" && redirect !== "too many";
}

/** Whether a client can get the whole file from it alone, if it does all that it has to put up with. */
export function isDependable(mirror: MirrorTraits): boolean {
  const { content, mishaps, connections, connectionMs, refusal } = mirror;
  // A whole file says how large it is only by its length.
  const hasSize = mirror.ranges === "served" || mirror.framing === "length";
  // Nobody can know when one may be tried again that just hangs up.
  const hangsUp = refusal === "closed" && (connections < Infinity || connectionMs > 0);
  return mayDeliver(mirror) && hasSize && content === "right" && mishaps === 0 && !hangsUp;
}
