import { isInstalled } from "./run.ts";

/** Whether programs can be watched here. */
export const HAS_STRACE = Deno.build.os === "linux" && isInstalled("strace");

/** What is said of a test that is left out for want of it. */
export const WITHOUT_STRACE = HAS_STRACE ? "" : " (ignored: needs strace)";

/**
 * The command that starts another one whose system calls are written down, one a line, with the paths
 * of the files that they are about.
 *
 * @param path Where they are written.
 * @param calls Names of system calls; `?` before one that not every system has.
 * @param faults What becomes of some of them: `flock:error=ENOLCK`; or before which the program is
 * killed: `rename:signal=KILL:when=2`.
 */
export function tracing(
  path: string,
  calls: readonly string[],
  faults: readonly string[] = [],
): string[] {
  const inject = faults.flatMap((fault) => ["-e", `inject=${fault}`]);
  const trace = ["-e", `trace=${calls.join(",")}`];
  // Faster, as only these calls are stopped at; but no signals are sent then.
  const fast = faults.some((fault) => fault.includes("signal=")) ? [] : ["--seccomp-bpf"];
  return [
    "strace",
    "-f",
    "-qq",
    "-y",
    "-s",
    "4096",
    ...fast,
    "-o",
    path,
    ...trace,
    ...inject,
  ];
}
