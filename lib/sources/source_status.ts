/** How a source stands. */
export type SourceStatus =
  | {
    readonly state: Exclude<SourceStatusState, "waiting">;
    /** What went wrong last, in words that follow its name; empty if nothing has. */
    readonly reason: string;
  }
  | {
    readonly state: "waiting";
    readonly reason: string;
    /** Seconds on the clock of `now()`: when it is asked again. */
    readonly until: number;
  };

/**
 * The states of a source.
 *
 * @example
 * ```ts
 * import { inspect, type SourceStatusState } from "@multiport/multiport";
 *
 * const useless: SourceStatusState[] = ["refused", "differs", "terminated"];
 * const { servers } = await inspect({ servers: ["127.0.0.1:60000"] });
 * console.log(servers.filter(({ state }) => !useless.includes(state)).length); // 1
 * ```
 */
export type SourceStatusState =
  /** It has not answered yet. */
  | "connecting"
  /** It answers, and can be given work. */
  | "up"
  /** It answers, and its operator has paused it. It keeps the work it was given. */
  | "paused"
  /** It has said that it is too busy, and until when. */
  | "waiting"
  /** Its content broke off. It is known in a moment whether it is lost or was terminated. */
  | "disconnected"
  /** It does not answer any more, and is tried again. */
  | "lost"
  /** It answers, but has another file at present. */
  | "differs"
  /** Its operator ended it for good. */
  | "terminated"
  /** It cannot be used: it is no server of its kind, or does not serve what is asked for. */
  | "refused"
  /** It sent wrong bytes too often. */
  | "wrong";

/** What can happen to a source. */
export type StatusEvent =
  /** It was asked what it has, and answered. */
  | { readonly type: "answered"; readonly paused: boolean }
  /** It was asked, or listened to, in vain. `inUse`: content is being fetched from it all the same. */
  | { readonly type: "unreachable"; readonly reason: string; readonly inUse: boolean }
  | { readonly type: "paused" }
  | { readonly type: "resumed" }
  /** Its content broke off. `inTouch`: another connection is left by which it may say why. */
  | { readonly type: "broken"; readonly reason: string; readonly inTouch: boolean }
  /** It asked to be left alone for a while. */
  | { readonly type: "busy"; readonly reason: string; readonly until: number }
  /** That while is over. */
  | { readonly type: "waited"; readonly paused: boolean }
  /** It said that it goes away; it may come back. */
  | { readonly type: "gone"; readonly reason: string }
  | { readonly type: "terminated" }
  /** What it says of its copy does not fit to that of the others. */
  | { readonly type: "differs"; readonly reason: string }
  /** Its copy fits again. */
  | { readonly type: "fits"; readonly paused: boolean }
  | { readonly type: "refused"; readonly reason: string }
  /** It is to blame for too many wrong pieces. */
  | { readonly type: "blamed"; readonly reason: string };

/** Before anything has happened. */
export const CONNECTING: SourceStatus = { state: "connecting", reason: "" };

/** States that nothing leads out of. */
const FINAL: ReadonlySet<SourceStatusState> = new Set(["terminated", "refused", "wrong"]);

/** Whether nothing that happens to it from now on makes a difference. */
export function isFinal({ state }: SourceStatus): boolean {
  return FINAL.has(state);
}

/**
 * How a source stands after something has happened to it. What does not concern it in its present
 * state leaves it as it is: the same object.
 *
 * @example
 * ```ts
 * nextStatus(CONNECTING, { type: "answered", paused: true }); // { state: "paused", reason: "" }
 * ```
 */
export function nextStatus(status: SourceStatus, event: StatusEvent): SourceStatus {
  if (isFinal(status)) return status;
  switch (event.type) {
    case "terminated":
      return { state: "terminated", reason: "terminated by its operator" };
    case "refused":
      return { state: "refused", reason: event.reason };
    case "blamed":
      return { state: "wrong", reason: event.reason };
    case "differs":
      return { state: "differs", reason: event.reason };
    case "fits":
      return status.state === "differs" ? upOrPaused(status, event.paused) : status;
    default:
      // Whatever becomes of its connections: its copy is another one until somebody says it fits.
      return status.state === "differs" ? status : nextReachable(status, event);
  }
}

/** Events that are about the way to a source, not about what it has. */
type ReachEvent = Exclude<
  StatusEvent,
  { type: "terminated" | "refused" | "blamed" | "differs" | "fits" }
>;

function nextReachable(status: SourceStatus, event: ReachEvent): SourceStatus {
  const { state, reason } = status;
  const isUp = state === "up" || state === "paused";
  switch (event.type) {
    case "answered":
      return upOrPaused(status, event.paused);
    case "waited":
      return state === "waiting" ? upOrPaused(status, event.paused) : status;
    case "paused":
    case "resumed":
      return isUp ? upOrPaused(status, event.type === "paused") : status;
    case "busy":
      return { state: "waiting", reason: event.reason, until: event.until };
    case "gone":
      return { state: "lost", reason: event.reason };
    case "broken":
      if (!isUp) return status;
      return { state: event.inTouch ? "disconnected" : "lost", reason: event.reason };
    case "unreachable":
      if (state === "connecting") return { state, reason: event.reason };
      // The fetcher finds out, or bytes go on coming and there is no loss.
      if (isUp && event.inUse) return status;
      // The broken content was the cause; that nobody answers any more follows from it.
      return { state: "lost", reason: state === "disconnected" ? reason : event.reason };
  }
}

/** The reason of an earlier loss is kept: where attempts fail again and again, it is the one to tell. */
function upOrPaused(status: SourceStatus, paused: boolean): SourceStatus {
  const state = paused ? "paused" : "up";
  return status.state === state ? status : { state, reason: status.reason };
}
