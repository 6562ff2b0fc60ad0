import { CLIENTS } from "../peers.ts";
import type { Downloader } from "./downloader.ts";

export const wget2: Downloader = {
  peer: CLIENTS.wget2,
  usesAll: false,
  afterLoss: "resumes",
  // It resumes a file of the URL's name only (1.99.1), and that is what tests call theirs.
  args: ([url = ""]) => ["--tries=1", "--progress=none", "-c", url],
  // Its exit code is 0 all the same (1.99.1).
  tellsLoss: ({ said }) => /Just got \d+ of \d+ bytes/.test(said),
};
