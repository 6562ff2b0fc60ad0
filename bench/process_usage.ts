/** What a program took of the machine. */
export interface Usage {
  /** In user and kernel mode together. */
  readonly cpuSeconds: number;
  /** The most memory it had at a time: resident pages, those of its own file included. */
  readonly peakBytes: number;
}

/** Nothing at all; where nobody serves. */
export const NO_USAGE: Usage = { cpuSeconds: 0, peakBytes: 0 };

/** Clock ticks of /proc in a second; the same on every Linux that Deno runs on. */
const TICKS_PER_SEC = 100;

/** Positions of times in /proc/PID/stat, counted from the field after the name (proc(5)). */
const USER_TICKS = 11;
const CHILD_USER_TICKS = 13;

/** CPU seconds that a process has used so far; 0 once it has ended. */
export function cpuSecondsOf(pid: number): number {
  return ticksAt(`/proc/${pid}/stat`, USER_TICKS) / TICKS_PER_SEC;
}

/** CPU seconds of all processes that this one started, waited for and saw the end of. */
export function cpuSecondsOfEnded(): number {
  return ticksAt("/proc/self/stat", CHILD_USER_TICKS) / TICKS_PER_SEC;
}

/** The most memory that a process has had so far; undefined once it has ended. */
export function peakBytesOf(pid: number): number | undefined {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readIfThere(`/proc/${pid}/status`)) ?? [];
  return kibibytes === undefined ? undefined : Number(kibibytes) * 1024;
}

/** User and kernel time stand one after the other. */
function ticksAt(path: string, field: number): number {
  const text = readIfThere(path);
  // The name of the program is in parentheses and may have spaces in it.
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
  return Number(fields[field] ?? 0) + Number(fields[field + 1] ?? 0);
}

function readIfThere(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
