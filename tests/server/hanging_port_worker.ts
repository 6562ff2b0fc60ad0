/**
 * A worker that hangs for ever when one of its ports is told to end.
 *
 * @module
 */
import "../../lib/server/port_worker.ts";
import type { ToPortWorker } from "../../lib/server/port_message.ts";

declare const self: { onmessage: (event: MessageEvent<ToPortWorker>) => void };

const receive = self.onmessage;
self.onmessage = (event) => {
  if (event.data.message.type !== "terminate") return receive(event);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
};
