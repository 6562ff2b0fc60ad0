import { MultiportError } from "../multiport_error.ts";
import type { SourceEvent } from "./source_event.ts";
import { DEFAULT_WAIT_S, FIRST_TRY_S, LATE_START_MS, TICK_MS } from "./limits.ts";
import type { Source } from "./source.ts";
import type { Sources } from "./sources.ts";

/** Milliseconds of waiting before people are told of it, and between two times they are. */
const WAITING_EVENT_MS = 1_000;

/** When the wait for servers is over. */
export interface WaitOptions {
  /** Whether those that have answered disagree, so that the others have to decide. */
  readonly isTied?: () => boolean;
  /** Whether it can begin with those that have answered, and without those that may join late. */
  readonly mayBegin?: () => boolean;
  /** Milliseconds that late servers are waited for once the first one has answered. */
  readonly lateStartMs?: number;
  /** Seconds that servers have to answer at all. */
  readonly firstTrySeconds?: number;
}

/**
 * Waits for servers: until all have answered, or those that have can start without the others. Once
 * the first one has answered, the others are tried at once: those that do not answer then may come
 * later, and are not waited for.
 *
 * @param sources The servers, being asked.
 * @param waitSeconds How long servers have to come up. One try ends as soon as all have failed once, and
 * has {@linkcode FIRST_TRY_S} even if this is less. Absent: {@linkcode DEFAULT_WAIT_S}, but not for those
 * whose names nobody knows.
 * @param onEvent Is told for whom it waits.
 * @throws {MultiportError} With the code `unreachable` if nobody answers in time.
 */
export async function waitForSources(
  sources: Sources,
  waitSeconds: number | undefined,
  onEvent: (event: SourceEvent) => void,
  signal: AbortSignal,
  options: WaitOptions = {},
): Promise<void> {
  const { isTied = no, mayBegin = no } = options;
  const { lateStartMs = LATE_START_MS, firstTrySeconds = FIRST_TRY_S } = options;
  const patience = waitSeconds ?? DEFAULT_WAIT_S;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const startedAt = performance.now();
  let firstAt: number | undefined;
  /** Whoever was tried since then in vain. */
  const tried = new Set<Source>();
  let toldAt = startedAt;
  const look = () => {
    const now = performance.now();
    const up = sources.all.filter(({ isUp }) => isUp);
    const awaited = sources.all.filter(({ isUp, mayReturn }) => !isUp && mayReturn);
    if (up.length > 0) {
      if (firstAt === undefined) awaited.forEach((source) => source.hurry());
      firstAt ??= now;
      const pending = awaited.filter((source) => !tried.has(source));
      const isPending = pending.some(({ joinsLate }) => !joinsLate) ||
        pending.length > 0 && !mayBegin();
      const isLate = !isPending || now - firstAt >= lateStartMs;
      // Where they disagree, those that have said nothing yet are to decide.
      const mayDecide = awaited.some(({ copy }) => !copy) && now - startedAt < patience * 1_000;
      if (isLate && !(mayDecide && isTied())) return resolve();
    } else {
      if (awaited.length === 0) return reject(nobodyAnswers(sources, "no server can be used"));
      const isUnknown = awaited.every(({ fault }) => fault?.cause instanceof Deno.errors.NotFound);
      if (isUnknown && waitSeconds === undefined) {
        return reject(nobodyAnswers(sources, "no server can be found"));
      }
      const isTried = awaited.every(({ reason }) => reason !== "");
      // One that has not even refused, or a name server that is dead, must not stretch the wait.
      const seconds = isTried ? patience : Math.max(patience, firstTrySeconds);
      if (now - startedAt >= seconds * 1_000) {
        const when = seconds === 0 ? "no server answers" : `no server answered within ${seconds} s`;
        return reject(nobodyAnswers(sources, when));
      }
    }
    if (now - toldAt < WAITING_EVENT_MS) return;
    toldAt = now;
    const servers = awaited.map(({ name, reason, knownFault: fault }) => ({
      address: name,
      reason,
      ...fault === undefined ? {} : { fault },
    }));
    onEvent({ type: "waiting", servers, elapsed: (now - startedAt) / 1_000 });
  };
  const interrupt = () => reject(signal.reason);
  const timer = setInterval(look, TICK_MS);
  signal.addEventListener("abort", interrupt);
  sources.observer = {
    happened: (source, { type }) => {
      // One that is too busy but may join late is worth waiting for where no other will do.
      const isInVain = type === "unreachable" || type === "busy" && !source.joinsLate;
      if (isInVain && firstAt !== undefined) tried.add(source);
      look();
    },
  };
  try {
    if (signal.aborted) interrupt();
    look();
    await promise;
  } finally {
    clearInterval(timer);
    signal.removeEventListener("abort", interrupt);
    sources.observer = undefined;
  }
}

function no(): boolean {
  return false;
}

function nobodyAnswers(sources: Sources, what: string): MultiportError {
  return new MultiportError("unreachable", `Cannot start: ${what}: ${sources.reasons}`, {
    cause: sources.faults,
  });
}
