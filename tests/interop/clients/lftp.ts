import { CLIENTS } from "../peers.ts";
import type { Downloader } from "./downloader.ts";

export const lftp: Downloader = {
  peer: CLIENTS.lftp,
  usesAll: false,
  afterLoss: "resumes",
  // By itself it would try a server that is gone for ever, and note how far it is every 10 s only.
  args: ([url = ""], output) => [
    "-c",
    "set net:max-retries 1; set cmd:fail-exit yes; set pget:save-status 0.1; " +
    `pget -n 4 -c "${url}" -o "${output}"`,
  ],
};
