/**
 * A worker that breaks down when one of its ports is told to pause.
 *
 * @module
 */
import "../../lib/server/port_worker.ts";
import type { ToPortWorker } from "../../lib/server/port_message.ts";

declare const self: { onmessage: (event: MessageEvent<ToPortWorker>) => void };

const receive = self.onmessage;
self.onmessage = (event) => {
  if (event.data.message.type === "pause") throw new Error("out of luck");
  receive(event);
};
