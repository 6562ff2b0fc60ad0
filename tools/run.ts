/**
 * Runs one of the project's jobs: `deno task <job>` calls this.
 *
 * Nothing here may import `@std`: whether that can be resolved is what the jobs find out.
 *
 * @module
 */

import { check } from "./check.ts";
import { compile } from "./compile.ts";
import { lock } from "./lock.ts";
import { requireDeno } from "./require_deno.ts";
import { runScript } from "./run_script.ts";
import { test, unit } from "./test.ts";

/** Every job takes the rest of the command line and resolves to an exit code. */
type Job = { does: string; run: (args: string[]) => Promise<number> };

const JOBS: Record<string, Job> = {
  check: { does: "format, lint, types, and imports as docs/architecture.md has them", run: check },
  test: { does: "compile, then run the tests: [paths] [deno test options]", run: test },
  unit: { does: "run the tests that need no executables: as above", run: unit },
  compile: { does: "make dist/mpserver and dist/mpclient: [--target TRIPLE]", run: compile },
  lock: { does: "add to deno.lock what a changed deno.json needs", run: lock },
  release: {
    does: "make what people install, in dist/release: [--target TRIPLE] [--notes TAG]",
    run: (args) => runScript("tools/release/release.ts", args),
  },
  demo: { does: "watch four servers send one file", run: compiledThen("tools/demo/demo.ts") },
  record: { does: "make the pictures in the README", run: compiledThen("tools/record.ts") },
  bench: { does: "measure side by side with other programs", run: compiledThen("bench/bench.ts") },
  soak: { does: "download under random faults for long", run: compiledThen("tests/soak.ts") },
  simulate: {
    does: "run whole downloads in the simulator",
    run: (args) => runScript("bench/simulate.ts", args),
  },
};

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main([name = "", ...args]: string[]): Promise<number> {
  const job = Object.hasOwn(JOBS, name) ? JOBS[name] : undefined;
  if (!job) {
    console.error(usage());
    return name === "--help" || name === "-h" ? 0 : 2;
  }
  Deno.chdir(new URL("../", import.meta.url));
  try {
    requireDeno();
    return await job.run(args);
  } catch (error) {
    // A plain Error says all there is to say; any other is a bug, and its stack helps.
    if (!(error instanceof Error) || error.constructor !== Error) throw error;
    console.error(error.message);
    return 1;
  }
}

function compiledThen(script: string): Job["run"] {
  return async (args) => await compile([]) || await runScript(script, args);
}

function usage(): string {
  const lines = Object.entries(JOBS).map(([name, job]) => `  ${name.padEnd(9)} ${job.does}`);
  return ["Usage: deno task JOB [ARGUMENT…]", "", ...lines].join("\n");
}
