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
 * @param faults What becomes of some of them: `flock:error=ENOLCK`.
 */
export function tracing(
  path: string,
  calls: readonly string[],
  faults: readonly string[] = [],
): string[] {
  const inject = faults.flatMap((fault) => ["-e", `inject=${fault}`]);
  const trace = ["-e", `trace=${calls.join(",")}`];
  return [
    "strace",
    "-f",
    "-qq",
    "-y",
    "-s",
    "4096",
    "--seccomp-bpf",
    "-o",
    path,
    ...trace,
    ...inject,
  ];
}
