/**
 * The worker of a port that breaks down when it is told to pause.
 *
 * @module
 */
import "../../lib/server/port_worker.ts";
import type { ToPort } from "../../lib/server/port_message.ts";

declare const self: { onmessage: (event: MessageEvent<ToPort>) => void };

const receive = self.onmessage;
self.onmessage = (event) => {
  if (event.data.type === "pause") throw new Error("out of luck");
  receive(event);
};
