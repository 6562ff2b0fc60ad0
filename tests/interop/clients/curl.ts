import { CLIENTS } from "../peers.ts";
import type { Downloader } from "./downloader.ts";

/** What every command of curl begins with here: no settings of the user's, and errors that show. */
export const CURL_ARGS = ["-q", "--silent", "--show-error", "--fail"] as const;

export const curl: Downloader = {
  peer: CLIENTS.curl,
  usesAll: false,
  afterLoss: "resumes",
  args: ([url = ""], output) => [...CURL_ARGS, "-C", "-", "-o", output, url],
};
