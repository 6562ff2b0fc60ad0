import type { ClientEvent, SourceProgress } from "../../lib/client/client_event.ts";

const MIB = 2 ** 20;

/** Four servers, one of them paused and one lost, at 47 % of 1 GiB. */
export const START: ClientEvent = {
  type: "start",
  name: "oned.mp4",
  size: 1024 * MIB,
  output: "oned_copy.mp4",
  kept: 0,
  servers: [
    { index: 1, address: "127.0.0.1:60000" },
    { index: 2, address: "127.0.0.1:60002" },
    { index: 3, address: "[::1]:60003" },
    { index: 4, address: "127.0.0.1:60004" },
  ],
};

const SERVERS: readonly SourceProgress[] = [
  { index: 1, state: "downloading", received: 128.5 * MIB, rate: 48.1 * MIB },
  { index: 2, state: "paused", received: 64 * MIB, rate: 0 },
  { index: 3, state: "failed", received: 100 * MIB, rate: 0 },
  { index: 4, state: "downloading", received: 192 * MIB, rate: 61 * MIB },
];

export const PROGRESS: Extract<ClientEvent, { type: "progress" }> = {
  type: "progress",
  elapsed: 4.2,
  received: 484.5 * MIB,
  completed: 484.5 * MIB,
  rate: 109.1 * MIB,
  eta: 4.9,
  pieces: new Int16Array(0),
  servers: SERVERS,
};

export const DONE: ClientEvent = {
  type: "done",
  size: 1024 * MIB,
  received: 1024 * MIB,
  elapsed: 9.04,
  rate: 113.3 * MIB,
  sha256: "ab".repeat(32),
  servers: SERVERS.map((server) => ({
    ...server,
    state: "idle",
    received: [300, 200, 124, 400][server.index - 1]! * MIB,
  })),
};
