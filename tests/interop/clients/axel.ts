import { CLIENTS } from "../peers.ts";
import type { Downloader } from "./downloader.ts";

export const axel: Downloader = {
  peer: CLIENTS.axel,
  usesAll: true,
  // It carries on, unless SIGPIPE ends it as it writes to a connection that was closed (2.17.11).
  afterLoss: "may resume",
  args: (urls, output) => ["-q", "-n", "4", "-o", output, ...urls],
};
