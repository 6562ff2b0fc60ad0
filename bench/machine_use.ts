import { sum } from "./statistics.ts";

/** CPU ticks since the machine was started. */
interface Ticks {
  /** What all programs used, in user and kernel mode. */
  readonly all: number;
  /** What this process and all ended children used. */
  readonly own: number;
  /** What there was, idle or not. */
  readonly possible: number;
}

/** How much of the machine others use while something is measured. */
export class MachineUse {
  readonly #before = ticks();

  /** The part of the machine's CPU time, 0 to 1, that went to programs which are none of the bench's. */
  get byOthers(): number {
    const now = ticks();
    const all = now.all - this.#before.all;
    const own = now.own - this.#before.own;
    return Math.max(0, all - own) / Math.max(1, now.possible - this.#before.possible);
  }
}

/** In `cpu` of /proc/stat (proc(5)): user, nice, system; idle, iowait, irq, softirq and steal follow. */
const PROGRAM_FIELDS = 3;
const POSSIBLE_FIELDS = 8;

/** In /proc/self/stat after the name: own user and kernel time, then that of ended children. */
const OWN_FIELDS = [11, 15] as const;

function ticks(): Ticks {
  const machine = numbers(Deno.readTextFileSync("/proc/stat").split("\n")[0] ?? "").slice(1);
  const self = Deno.readTextFileSync("/proc/self/stat");
  const own = numbers(self.slice(self.lastIndexOf(")") + 2)).slice(...OWN_FIELDS);
  return {
    all: sum(machine.slice(0, PROGRAM_FIELDS)),
    own: sum(own),
    possible: sum(machine.slice(0, POSSIBLE_FIELDS)),
  };
}

function numbers(text: string): number[] {
  return text.trim().split(/\s+/).map(Number);
}
