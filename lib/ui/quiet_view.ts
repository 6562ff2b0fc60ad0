import type { ServerEvent } from "../server/server_event.ts";
import { ServerPlainView } from "./server_plain_view.ts";
import type { View } from "./view.ts";

/** Shows nothing: `--quiet` leaves errors, which go to standard error, as the only output. */
export class QuietView implements View<unknown> {
  show(): void {}

  close(): void {}
}

/** Shows nothing but the answers to what an operator types. */
export class QuietServerView extends ServerPlainView {
  override show(_event: ServerEvent): void {}
}
