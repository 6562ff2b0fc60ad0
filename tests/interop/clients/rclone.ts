import { CLIENTS } from "../peers.ts";
import type { Downloader } from "./downloader.ts";

export const rclone: Downloader = {
  peer: CLIENTS.rclone,
  usesAll: false,
  afterLoss: "restarts",
  args: ([url = ""], output) => {
    const { origin, pathname } = new URL(url);
    return [
      "copyto",
      "--config=",
      ...["--retries=1", "--low-level-retries=1"],
      ...["--multi-thread-cutoff=1M", "--multi-thread-streams=4"],
      `:http,url="${origin}":${decodeURIComponent(pathname.slice(1))}`,
      output,
    ];
  },
};
