import { existsSync } from "node:fs";
import { join } from "node:path";
import { runningTests, testDeadlineMs } from "../testing/test_log.ts";
import { childDeno } from "./child_deno.ts";
import { isAtLeast } from "./require_deno.ts";
import { stdFlags } from "./std_flags.ts";

/** Most test files at a time, and the fewest: they wait more than they work. */
const MOST_JOBS = 4;
const FEWEST_JOBS = 2;

/** The option that has types not checked. */
const UNCHECKED = "--no-check";

/** How much longer than its deadline a test may run before its thread counts as blocked. */
const GRACE_MS = 30_000;

/** How often is looked which tests run. */
const LOOK_MS = 1_000;

/**
 * Checks the types of tests, then runs them in parallel, each with a deadline: see
 * `testing/deadlines.ts`. When one does not let its thread go, all are stopped, and that one is named.
 *
 * @param args Paths, and options of `deno test`; with `--no-check` types are not checked.
 * @returns The exit code.
 */
export async function runTests(args: string[], graceMs = GRACE_MS): Promise<number> {
  const std = await stdFlags();
  if (!args.includes(UNCHECKED)) {
    const code = await childDeno([
      "check",
      "--quiet",
      ...std,
      ...args.filter((arg) => existsSync(arg)),
    ]);
    if (code !== 0) return code;
  }
  // Else Deno would check every worker that a test starts, each time and in each thread, which takes
  // seconds that the test has to wait for.
  const others = args.filter((arg) => arg !== UNCHECKED);
  const folder = await Deno.makeTempDir({ prefix: "multiport-tests-" });
  const log = join(folder, "log");
  const stop = new AbortController();
  const timer = setInterval(watch(log, graceMs, stop), LOOK_MS);
  const preload = new URL("../testing/deadlines.ts", import.meta.url).pathname;
  const options = ["-A", UNCHECKED, "--parallel", "--preload", preload, ...sanitizers(), ...std];
  const env = { DENO_JOBS: Deno.env.get("DENO_JOBS") ?? jobs(), TEST_LOG: log };
  try {
    const code = await childDeno(["test", ...options, ...others], { env, signal: stop.signal });
    return stop.signal.aborted ? 1 : code;
  } finally {
    clearInterval(timer);
    await Deno.remove(folder, { recursive: true });
  }
}

/** Looks, each time it is called, for a test that has been running for too long. */
function watch(log: string, graceMs: number, stop: AbortController): () => void {
  const patienceMs = testDeadlineMs() + graceMs;
  let seenMs = new Map<string, number>();
  return () => {
    const now = performance.now();
    const running = existsSync(log) ? runningTests(Deno.readTextFileSync(log)) : [];
    const next = new Map<string, number>();
    for (const { name, origin } of running) {
      const test = `"${name}" in ${origin}`;
      const since = seenMs.get(test) ?? now;
      next.set(test, since);
      if (now - since < patienceMs || stop.signal.aborted) continue;
      console.error(
        `${test} blocks its thread: all tests were stopped after ${patienceMs / 1000} s`,
      );
      stop.abort();
    }
    seenMs = next;
  };
}

/** Always on before Deno 2.8, off unless asked for since. */
function sanitizers(): string[] {
  return isAtLeast("2.8.0") ? ["--sanitize-ops", "--sanitize-resources"] : [];
}

function jobs(): string {
  return String(Math.max(FEWEST_JOBS, Math.min(MOST_JOBS, navigator.hardwareConcurrency)));
}
