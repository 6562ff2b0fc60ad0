/**
 * The Web Worker of one port or of several; see `port_message.ts` for what it is told and tells.
 *
 * @module
 */
import { BufferPool } from "../http/buffer_pool.ts";
import { PortKeeper } from "./port_keeper.ts";
import { PORT_BUFFERS } from "./port_limits.ts";
import type { FromPortWorker, ToPortWorker } from "./port_message.ts";

declare const self: {
  onmessage: (event: MessageEvent<ToPortWorker>) => void;
  postMessage(message: FromPortWorker): void;
};

const buffers = new BufferPool(PORT_BUFFERS);
const keepers = new Map<number, PortKeeper>();

self.onmessage = ({ data: { index, message } }) => keeperOf(index).receive(message);

function keeperOf(index: number): PortKeeper {
  let keeper = keepers.get(index);
  if (keeper === undefined) {
    keeper = new PortKeeper(
      buffers,
      (message) => self.postMessage({ type: "port", index, message }),
    );
    keepers.set(index, keeper);
  }
  return keeper;
}

// A defect ends this worker and no other; without these, Deno would print a stack trace as well.
addEventListener("error", (event) => {
  event.preventDefault();
  self.postMessage({ type: "broken", reason: event.message });
});
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  self.postMessage({ type: "broken", reason: String(event.reason) });
});
