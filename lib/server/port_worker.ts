/**
 * The Web Worker of one port; see `port_message.ts` for what it is told and tells.
 *
 * @module
 */
import type { FromPort, ToPort } from "./port_message.ts";
import { PortKeeper } from "./port_keeper.ts";

declare const self: {
  onmessage: (event: MessageEvent<ToPort>) => void;
  postMessage(message: FromPort): void;
};

const keeper = new PortKeeper((message) => self.postMessage(message));
self.onmessage = ({ data }) => keeper.receive(data);
