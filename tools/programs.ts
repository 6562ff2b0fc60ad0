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

/** The executables of this project. */
export const PROGRAMS: readonly Program[] = [
  { name: "mpserver", entry: "server.ts", permissions: ["--allow-net", "--allow-read"] },
  {
    name: "mpclient",
    entry: "client.ts",
    permissions: ["--allow-net", "--allow-read", "--allow-write"],
  },
];

/** The modules that run in workers: `deno compile` does not see them in the import graph. */
export function workerModules(): string[] {
  return globSync("lib/**/*_worker.ts").sort();
}
