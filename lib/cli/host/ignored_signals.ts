/** Why someone wants the program to end. */
export type StopSignal = "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGBREAK";

/** How the process was started, as far as it says which signals are not for it. */
export interface Surroundings {
  /** Whether standard input is the null device, as `nohup` and shells make it. */
  readonly nullInput: boolean;
  /** Whether any of the standard streams is a terminal. */
  readonly anyTerminal: boolean;
}

/** Bits of the mask that `ps` prints: bit 0 is for signal 1. */
const MASK_BITS: Readonly<Partial<Record<StopSignal, bigint>>> = {
  SIGHUP: 1n << 0n,
  SIGINT: 1n << 1n,
  SIGTERM: 1n << 14n,
};

/**
 * Which signals whoever started this process wants it to ignore: SIGHUP under `nohup`, SIGINT for
 * the jobs that a shell script puts in the background.
 *
 * Deno takes over SIGHUP, SIGINT and SIGTERM together as soon as the first listener of any signal is
 * added, and does not tell what it replaces. So this has to be asked before. The kernel says it in
 * `/proc`, which Deno keeps from programs without all permissions, and to `ps`.
 *
 * `ps` is asked only where input is the null device: `nohup` and shells give it to the processes
 * that shall ignore signals. Without an answer, a process that has no terminal at all takes no
 * notice when one is closed.
 *
 * @param askMask Resolves to the hexadecimal mask that `ps -o ignored=` prints; rejects where there
 * is no such `ps`.
 *
 * @example
 * ```ts
 * await findIgnoredSignals({ nullInput: true, anyTerminal: false }, () => askPs("ignored=")); // Set { "SIGHUP" }
 * ```
 */
export async function findIgnoredSignals(
  { nullInput, anyTerminal }: Surroundings,
  askMask: () => Promise<string>,
): Promise<ReadonlySet<StopSignal>> {
  if (!nullInput) return new Set();
  try {
    return readMask(await askMask());
  } catch {
    return new Set(anyTerminal ? [] : ["SIGHUP"]);
  }
}

function readMask(text: string): ReadonlySet<StopSignal> {
  if (!/^\s*[0-9a-f]{8,}\s*$/i.test(text)) throw new Error("this is no mask of signals");
  const mask = BigInt(`0x${text.trim()}`);
  const signals = Object.entries(MASK_BITS).filter(([, bit]) => (mask & bit) !== 0n);
  return new Set(signals.map(([signal]) => signal as StopSignal));
}
