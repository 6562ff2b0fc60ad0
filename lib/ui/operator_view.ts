import type { ServerEvent, ServerStatus } from "../server/server_event.ts";
import type { View } from "./view.ts";

/** A view of servers that also answers the operator who types commands. */
export interface OperatorView extends View<ServerEvent> {
  /** Shows what came of a command. */
  answer(lines: readonly string[]): void;
  /** Shows the status because it was asked for, whether or not it is shown by itself. */
  answerStatus(servers: readonly ServerStatus[]): void;
  /** Says that a command was not understood. */
  complain(message: string): void;
}
