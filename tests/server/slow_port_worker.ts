/**
 * A worker in which Server1 never says that it has ended.
 *
 * @module
 */
import "../../lib/server/port_worker.ts";
import type { FromPortWorker } from "../../lib/server/port_message.ts";

declare const self: { postMessage(message: FromPortWorker): void };

const send = self.postMessage.bind(self);
self.postMessage = (message) => {
  const isEnd = message.type === "port" && message.index === 1 && message.message.type === "ended";
  if (!isEnd) send(message);
};
