import type { TestPort } from "./port/test_port.ts";

/** Socket states (Linux, tcp_states.h) in which a process still has the descriptor: open, half-closed. */
const HELD = new Set(["01", "08"]);

/**
 * What a port has open for its clients: their sockets, and its handles of the file. Counted by what
 * they lead to, as other tests open files and sockets in the same process at the same time.
 *
 * @returns How many; always 0 if the system does not tell.
 */
export function heldDescriptors({ port, file }: TestPort): number {
  try {
    return sockets(port.address.port) + handles(file.path);
  } catch {
    return 0;
  }
}

function sockets(port: number): number {
  const local = `:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  const rows = Deno.readTextFileSync("/proc/self/net/tcp").split("\n").slice(1);
  return rows.map((row) => row.trim().split(/\s+/))
    .filter(([, from = "", , state = ""]) => from.endsWith(local) && HELD.has(state)).length;
}

function handles(path: string): number {
  return [...Deno.readDirSync("/proc/self/fd")].filter(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/self/fd/${name}`) === path;
    } catch {
      return false; // It was closed meanwhile, by another test.
    }
  }).length;
}
