import type { ServerEvent } from "./server_event.ts";
import { ServerPlainView } from "./server_plain_view.ts";

/** Shows nothing but the answers to what an operator types. */
export class QuietServerView extends ServerPlainView {
  override show(_event: ServerEvent): void {}
}
