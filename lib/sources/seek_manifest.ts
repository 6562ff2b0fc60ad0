import { now } from "../clock.ts";
import type { Manifest } from "../content/manifest.ts";
import { delay } from "../delay.ts";
import { MultiportError } from "../multiport_error.ts";
import type { Agreement } from "./agreement.ts";
import { MANIFEST_PATIENCE_MS, MANIFEST_POLL_MS } from "./limits.ts";
import { LostError } from "./lost_error.ts";
import type { Source } from "./source.ts";

/**
 * Gets the manifest as soon as the servers agree on the content and one of them hands it out. One
 * whose manifest cannot be used is named at once, and not asked again; one that is too busy is asked
 * again when it has said.
 *
 * @param notice Tells people whose manifest cannot be used, and why.
 * @throws {MultiportError} With the code `content` if every server that might have one has one that cannot
 * be used.
 * @throws The reason of `signal`.
 */
export async function obtainManifest(
  agreement: Agreement,
  signal: AbortSignal,
  notice: (message: string) => void,
): Promise<Manifest> {
  const unusable = new Map<Source, LostError>();
  /** Seconds: before when sources are not asked that are too busy. */
  const busyUntil = new Map<Source, number>();
  const takeNote = (source: Source, error: LostError) => {
    if (error.final) {
      unusable.set(source, error);
      notice(`${source.label}: ${error.message}`);
    } else if (error.loss.kind === "busy") {
      busyUntil.set(source, now() + (error.loss.retryAfterMs ?? 0) / 1_000);
    }
  };
  while (!signal.aborted) {
    const holders = agreement.holders.filter((source) =>
      !unusable.has(source) && now() >= (busyUntil.get(source) ?? 0)
    );
    const found = await askInTurn(holders, signal, takeNote);
    if (found) return found;
    if (agreement.candidates.every((source) => unusable.has(source)) && unusable.size > 0) {
      throw noneUsable(unusable);
    }
    await delay(MANIFEST_POLL_MS, signal);
  }
  throw signal.reason;
}

function noneUsable(unusable: ReadonlyMap<Source, LostError>): MultiportError {
  const reasons = [...unusable].map(([{ name }, { message }]) => `${name} (${message})`);
  return new MultiportError(
    "content",
    `Cannot verify: no server has digests of the file that can be used: ${reasons.join(", ")}`,
    { cause: new AggregateError(unusable.values()) },
  );
}

/** Asks one after the other, and the next one too when an answer takes long: the first one counts. */
async function askInTurn(
  holders: readonly Source[],
  signal: AbortSignal,
  takeNote: (source: Source, error: LostError) => void,
): Promise<Manifest | undefined> {
  const enough = new AbortController();
  const asked: Promise<Manifest>[] = [];
  try {
    for (const source of holders) {
      if (signal.aborted) break;
      const asking = source.fetchManifest(AbortSignal.any([signal, enough.signal]));
      asked.push(asking);
      asking.catch((error) => {
        if (error instanceof LostError && !enough.signal.aborted) takeNote(source, error);
      });
      // One that is lost or lies is noticed by its content; the next one has the same manifest.
      const patience = delay(MANIFEST_PATIENCE_MS, enough.signal);
      const first = await Promise.race([Promise.any(asked), patience]).catch(() => undefined);
      if (first) return first;
    }
    return await Promise.any(asked).catch(() => undefined);
  } finally {
    enough.abort();
    // None of them outlasts this.
    await Promise.allSettled(asked);
  }
}
