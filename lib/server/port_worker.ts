/**
 * The Web Worker of one port; see `port_message.ts` for what it is told and tells.
 *
 * @module
 */
import { PortKeeper } from "./port_keeper.ts";
import type { FromPort, ToPort } from "./port_message.ts";

declare const self: {
  onmessage: (event: MessageEvent<ToPort>) => void;
  postMessage(message: FromPort): void;
};

const keeper = new PortKeeper((message) => self.postMessage(message));
self.onmessage = ({ data }) => keeper.receive(data);

// A defect ends this server and no other; without these, Deno would print a stack trace as well.
addEventListener("error", (event) => {
  event.preventDefault();
  self.postMessage({ type: "broken", reason: event.message });
});
addEventListener("unhandledrejection", (event) => {
  event.preventDefault();
  self.postMessage({ type: "broken", reason: String(event.reason) });
});
