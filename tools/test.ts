import { existsSync } from "node:fs";
import { childDeno } from "./child_deno.ts";
import { compile } from "./compile.ts";
import { stdFlags } from "./std_flags.ts";

/** Most test files at a time, and the fewest: they wait more than they work. */
const MOST_JOBS = 4;
const FEWEST_JOBS = 2;

/** Compiles, then runs the tests: those of the paths among the arguments, or all. */
export async function test(args: string[]): Promise<number> {
  const compiled = await compile([]);
  if (compiled !== 0) return compiled;
  const paths = args.some((arg) => existsSync(arg)) ? [] : ["tests/"];
  const command = ["test", "-A", "--parallel", ...await stdFlags(), ...paths, ...args];
  return await childDeno(command, { env: { DENO_JOBS: Deno.env.get("DENO_JOBS") ?? jobs() } });
}

function jobs(): string {
  return String(Math.max(FEWEST_JOBS, Math.min(MOST_JOBS, navigator.hardwareConcurrency)));
}
