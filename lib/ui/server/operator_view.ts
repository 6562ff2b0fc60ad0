import type { ServerEvent, ServerStatus } from "./server_event.ts";
import type { View } from "../view.ts";

/** What came of one thing that an operator typed. */
export interface Reply {
  /** What was asked for; `unknown` when it made no sense. */
  readonly command: "pause" | "resume" | "terminate" | "status" | "help" | "quit" | "unknown";
  /** Whether it was done. */
  readonly ok: boolean;
  /** Which servers this is about, 1 for Server1; absent when it is about none in particular. */
  readonly servers?: readonly number[];
  /** In words; several lines for help, none for a status. */
  readonly lines: readonly string[];
  /** What was asked for with `status`. */
  readonly status?: readonly ServerStatus[];
}

/** A view of servers that also answers the operator who types commands. */
export interface OperatorView extends View<ServerEvent> {
  /** Shows what came of a command. */
  reply(reply: Reply): void;
}
