import { CLIENTS } from "../peers.ts";
import type { Downloader } from "./downloader.ts";

export const wget: Downloader = {
  peer: CLIENTS.wget,
  usesAll: false,
  afterLoss: "resumes",
  // By itself it would try a server that is gone twenty times.
  args: ([url = ""], output) => ["-nv", "--tries=1", "-c", "-O", output, url],
};
