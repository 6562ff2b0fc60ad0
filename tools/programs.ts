import { globSync } from "node:fs";

/** An executable: what it is made of and what it may do. */
export interface Program {
  /** Its file name. */
  name: string;
  /** The module that it runs. */
  entry: string;
  /** What it needs, and no more: neither asks, both fail where something else is tried. */
  permissions: string[];
}

/** How the terminal wants its text, and whether a bug shall show where it happened. */
const ENV = "--allow-env=TERM,LANG,LC_ALL,LC_CTYPE,MULTIPORT_DEBUG";

/** The executables of this project. */
export const PROGRAMS: readonly Program[] = [
  { name: "mpserver", entry: "server.ts", permissions: ["--allow-net", "--allow-read", ENV] },
  {
    name: "mpclient",
    entry: "client.ts",
    // statfs tells how much room the disk has.
    permissions: ["--allow-net", "--allow-read", "--allow-write", "--allow-sys=statfs", ENV],
  },
];

/** The modules that run in workers: `deno compile` does not see them in the import graph. */
export function workerModules(): string[] {
  return globSync("lib/**/*_worker.ts").sort();
}
