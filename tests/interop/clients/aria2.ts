import { CLIENTS } from "../peers.ts";
import type { Downloader } from "./downloader.ts";

/**
 * No settings of the user's, and parts small enough for every port to have some. All ports of a test
 * have one host name, which aria2 takes for one server, and asks over one connection unless told.
 */
export const ARIA2_ARGS = [
  "--no-conf",
  "--console-log-level=notice",
  "--summary-interval=0",
  "--split=4",
  "--max-connection-per-server=4",
  "--min-split-size=1M",
] as const;

export const aria2: Downloader = {
  peer: CLIENTS.aria2,
  usesAll: true,
  afterLoss: "carries on",
  args: (urls, output) => [...ARIA2_ARGS, "-c", "-o", output, ...urls],
};
