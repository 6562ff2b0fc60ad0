import { PAYLOAD_PART } from "./network.ts";
import { sum } from "./statistics.ts";

/** What happens to one server or its link in the middle of a download. */
export interface Mishap {
  /** The link slows down to a part of its rate, the server crashes, or it is paused for a while. */
  readonly kind: "slows" | "crashes" | "pauses";
  /** Which one, counted from 0. */
  readonly server: number;
  /** Seconds after the start of the client. */
  readonly atSeconds: number;
  /** What is left of the rate. */
  readonly part: number;
  /** How long it lasts; Infinity: to the end. */
  readonly seconds: number;
}

/** Servers behind links of their own, and what goes wrong with them. */
export interface LinkCase {
  /** Megabits per second of each link, Ethernet headers included. */
  readonly mbits: readonly number[];
  /** Bytes in the file. */
  readonly size: number;
  readonly mishap?: Mishap;
}

/** The best that anybody could do. */
export interface Ideal {
  readonly seconds: number;
  /** What each server delivers until then; together the whole file. */
  readonly bytes: readonly number[];
}

/**
 * How soon the links can have delivered a file if every one of them is busy all the time, and with
 * nothing twice: no program can be faster, and none can know enough to be as fast.
 */
export function idealOf({ mbits, size, mishap }: LinkCase): Ideal {
  const normal = mbits.map((mbit) => mbit * 1e6 / 8 * PAYLOAD_PART);
  const phases = mishap ? phasesOf(normal, mishap) : [{ seconds: Infinity, rates: normal }];
  const bytes = mbits.map(() => 0);
  let seconds = 0;
  let left = size;
  for (const phase of phases) {
    const rate = sum(phase.rates);
    const taken = Math.min(phase.seconds, left / rate);
    for (const [at, own] of phase.rates.entries()) bytes[at] = (bytes[at] ?? 0) + own * taken;
    seconds += taken;
    left -= rate * taken;
    if (taken < phase.seconds) break;
  }
  return { seconds, bytes: rounded(bytes, size) };
}

interface Phase {
  readonly seconds: number;
  /** Bytes of payload per second of each link. */
  readonly rates: readonly number[];
}

function phasesOf(normal: readonly number[], mishap: Mishap): Phase[] {
  const rates = normal.map((rate, at) => at === mishap.server ? rate * mishap.part : rate);
  return [
    { seconds: mishap.atSeconds, rates: normal },
    { seconds: mishap.seconds, rates },
    { seconds: Infinity, rates: normal },
  ];
}

/** Whole bytes; what rounding leaves over goes to the first. */
function rounded(bytes: readonly number[], size: number): number[] {
  const [, ...others] = bytes.map(Math.floor);
  return [size - sum(others), ...others];
}
