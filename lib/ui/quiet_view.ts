import type { View } from "./view.ts";

/** Shows nothing: `--quiet` leaves errors, which go to standard error, as the only output. */
export class QuietView implements View<unknown> {
  show(): void {}

  close(): void {}
}
