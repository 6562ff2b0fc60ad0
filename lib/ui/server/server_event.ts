import type { ClientStatus, ServeEvent, ServerStatus } from "../../server/server_event.ts";

export type { ClientStatus, ServerState, ServerStatus } from "../../server/server_event.ts";

/** Everything that is shown of servers; the lines of `mpserver --json` are these objects. */
export type ServerEvent =
  | ServeEvent
  /** The figures at one moment. */
  | {
    readonly type: "status";
    readonly servers: readonly ServerStatus[];
    /** Who takes what; empty unless that was asked for. Not part of `--json`. */
    readonly clients?: readonly ClientStatus[];
  };
