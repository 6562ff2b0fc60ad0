import { globSync } from "node:fs";

/** An executable: what it is made of and what it may do. */
export interface Program {
  /** Its file name. */
  name: string;
  /** The module that it runs. */
  entry: string;
  /** What it may do, no more than it needs: it never asks, and fails where it tries anything else. */
  options: string[];
}

/** How the terminal wants its text, and whether a bug shall show where it happened. */
const ENV = "--allow-env=TERM,LANG,LC_ALL,LC_CTYPE,MULTIPORT_DEBUG";

/** Every worker has a heap of its own, and what the bytes pass through is not in it: keep them small. */
const SMALL_HEAPS =
  "--v8-flags=--optimize-for-size,--max-semi-space-size=1,--heap-growing-percent=20";

/** The executables of this project. */
export const PROGRAMS: readonly Program[] = [
  {
    name: "mpserver",
    entry: "server.ts",
    options: [SMALL_HEAPS, "--allow-net", "--allow-read", ENV],
  },
  {
    name: "mpclient",
    entry: "client.ts",
    // statfs tells how much room the disk has.
    options: ["--allow-net", "--allow-read", "--allow-write", "--allow-sys=statfs", ENV],
  },
];

/** The modules that run in workers: `deno compile` does not see them in the import graph. */
export function workerModules(): string[] {
  return globSync("lib/**/*_worker.ts").sort();
}
