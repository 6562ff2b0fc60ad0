import { byteLength, type ByteRange } from "../../../lib/byte_range.ts";
import type {
  ClientEvent,
  SourceFigures,
  SourceState,
} from "../../../lib/ui/client/client_event.ts";

const MIB = 2 ** 20;

/** Four servers, one of them paused and one lost, at 47 % of 1 GiB. */
export const START: Extract<ClientEvent, { type: "start" }> = {
  type: "start",
  name: "oned.mp4",
  size: 1024 * MIB,
  output: "oned_copy.mp4",
  kept: 0,
  pieceLength: MIB,
  servers: [
    { index: 1, address: "127.0.0.1:60000" },
    { index: 2, address: "127.0.0.1:60002" },
    { index: 3, address: "[::1]:60003" },
    { index: 4, address: "127.0.0.1:60004" },
  ],
};

/** What each piece of 1 MiB is. */
const PIECES = new Int16Array(1024);
PIECES.fill(1, 0, 128).fill(2, 256, 320).fill(3, 512, 612).fill(4, 768, 960);

/** What Server3 had left when it was lost is divided between Server1 and Server4. */
const SERVERS: readonly SourceFigures[] = [
  figures(1, "downloading", 128.5, 48.1, range(128.5, 256), range(612, 647.5)),
  figures(2, "paused", 64, 0, range(320, 512)),
  figures(3, "failed", 100, 0),
  figures(4, "downloading", 192, 61, range(960, 1024), range(647.5, 768)),
];

export const PROGRESS: Extract<ClientEvent, { type: "progress" }> = {
  type: "progress",
  elapsed: 4.2,
  received: 484.5 * MIB,
  completed: 484.5 * MIB,
  rate: 109.1 * MIB,
  held: 192 * MIB,
  eta: 3.2,
  pieces: PIECES,
  servers: SERVERS,
};

export const DONE: Extract<ClientEvent, { type: "done" }> = {
  type: "done",
  size: 1024 * MIB,
  received: 1024 * MIB,
  elapsed: 9.04,
  rate: 113.3 * MIB,
  sha256: "ab".repeat(32),
  servers: SERVERS.map((server) => ({
    ...server,
    state: "idle",
    remaining: 0,
    portion: [],
    received: [300, 200, 124, 400][server.index - 1]! * MIB,
  })),
};

/** A part of the file, in MiB. */
function range(start: number, end: number): ByteRange {
  return { start: start * MIB, end: end * MIB };
}

/** One server's figures, in MiB. */
function figures(
  index: number,
  state: SourceState,
  received: number,
  rate: number,
  ...portion: ByteRange[]
): SourceFigures {
  const remaining = byteLength(portion);
  return { index, state, received: received * MIB, remaining, portion, rate: rate * MIB };
}

/** What {@linkcode START} and then {@linkcode PROGRESS} look like in 79 columns. */
export const PICTURE = [
  "oned.mp4 → oned_copy.mp4",
  "1  127.0.0.1:60000  ▕██▓░░     ░░      ▏   128.5 MiB    48.1 MiB/s  downloading",
  "2  127.0.0.1:60002  ▕    █▓░░░         ▏    64.0 MiB             –  paused",
  "3  [::1]:60003      ▕         ██       ▏   100.0 MiB             –  failed",
  "4  127.0.0.1:60004  ▕           ░░▓██▓░▏   192.0 MiB    61.0 MiB/s  downloading",
  "▕██████████████████████████████████▏                                     ▏  47%",
  " 111111111·········22222·············3333333···········44444444444444····",
  " 484.5 of 1024.0 MiB  109.1 MiB/s  0:04 left  avg 115.4 MiB/s  0:04 elapsed",
  "Server2 is paused: 192.0 MiB wait",
];
