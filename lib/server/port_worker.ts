/**
 * The Web Worker of one port or of several; see `port_message.ts` for what it is told and tells.
 *
 * @module
 */
import { MultiportError } from "../multiport_error.ts";
import { ClientBuffers } from "./port/client_buffers.ts";
import { Port } from "./port/port.ts";
import { SendTurns } from "./port/send_turns.ts";
import type { FromPort, FromPortWorker, OpenPort, ToPortWorker } from "./port_message.ts";

declare const self: {
  onmessage: (event: MessageEvent<ToPortWorker>) => void;
  postMessage(message: FromPortWorker): void;
};

const shared = { buffers: new ClientBuffers(), turns: new SendTurns() };
const ports = new Map<number, Port>();

self.onmessage = ({ data: { index, message } }) => {
  if (message.type === "open") return open(message);
  const port = ports.get(index);
  // What could not be opened has nothing to close.
  if (port === undefined) report(index, { type: "ended" });
  else port.obey(message);
};

function open(message: OpenPort): void {
  const { index, options: { hostnames } } = message;
  try {
    const port = Port.open(message, shared, (said) => report(index, said));
    ports.set(index, port);
    const hostname = withZone(port.address.hostname, hostnames);
    report(index, { type: "opened", hostname, port: port.address.port });
  } catch (error) {
    if (!(error instanceof MultiportError)) throw error;
    const { code, message, cause } = error;
    report(index, { type: "failed", code, message, cause });
  }
}

/** A link-local address means nothing without its zone (RFC 4007), which Deno does not tell. */
function withZone(hostname: string, [typed = ""]: readonly string[]): string {
  return typed.includes("%") ? typed : hostname;
}

function report(index: number, message: FromPort): void {
  self.postMessage({ type: "port", index, message });
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
