import type { SourceState } from "./client_event.ts";
import type { ClientModel, SourceRow } from "./client_model.ts";
import { formatBytes, formatClock, sharedUnit } from "../format_figures.ts";

/** How long a download still takes, and what it waits for, in words. */
export interface EtaText {
  /** Seconds until all that can move is there: `0:05 left`; undefined while nobody can say. */
  readonly left: string | undefined;
  /** What waits for whom: `Server2 is paused: 192.0 MiB wait`; undefined while nothing does. */
  readonly waiting: string | undefined;
}

/** What the output is called that goes to standard output. */
const STDOUT = "-";

/** More servers than this are counted, not named. */
const MAX_NAMED = 3;

/**
 * How long a download still takes without the parts of paused servers, and which servers it waits for.
 *
 * @example
 * ```ts
 * etaText(model); // { left: "0:05 left", waiting: "Server2 is paused: 192.0 MiB wait" }
 * ```
 */
export function etaText({ file, servers, held, eta }: ClientModel): EtaText {
  const inState = (state: SourceState) => servers.filter((server) => server.state === state);
  const left = eta === null ? undefined : `${formatClock(Math.ceil(eta))} left`;
  const paused = inState("paused").filter(({ remaining }) => remaining > 0);
  if (held > 0) {
    const amount = formatBytes(held, sharedUnit(file?.size ?? held));
    const are = paused.length === 1 ? "is" : "are";
    return { left, waiting: `${names(paused)} ${are} paused: ${amount} wait` };
  }
  if (left !== undefined || inState("downloading").length > 0) return { left, waiting: undefined };
  // No server is asked for more than what may be kept for the reader of standard output.
  if (file?.output === STDOUT && inState("idle").length > 0) {
    return { left, waiting: "waiting for what reads the output" };
  }
  const waits = [
    { whom: inState("paused"), what: "to be resumed" },
    { whom: inState("failed"), what: "to come back" },
    { whom: inState("waiting"), what: "to be less busy" },
    { whom: inState("connecting"), what: "to answer" },
  ].filter(({ whom }) => whom.length > 0).map(({ whom, what }) => `${names(whom)} ${what}`);
  return { left, waiting: waits.length === 0 ? undefined : `waiting for ${waits.join(", or ")}` };
}

function names(servers: readonly SourceRow[]): string {
  const all = servers.map(({ index }) => `Server${index}`);
  if (all.length > MAX_NAMED) return `${all.length} servers`;
  const last = all.pop() ?? "paused servers";
  return all.length === 0 ? last : `${all.join(", ")} and ${last}`;
}
