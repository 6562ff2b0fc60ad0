/**
 * Asks `ps` about this process: the kernel says it in `/proc`, which Deno keeps from programs without
 * all permissions.
 *
 * @param format Which columns, as `ps -o` takes them.
 *
 * @throws {Error} It is not there, not permitted, or another one than that of Linux.
 *
 * @example
 * ```ts
 * await askPs("ignored="); // "0000000000001001\n"
 * ```
 */
export async function askPs(format: string): Promise<string> {
  if (Deno.build.os !== "linux") throw new Error("only the ps of Linux knows all this");
  // Asking first: without the permission, Deno would put a question to whoever sits there.
  const { state } = Deno.permissions.querySync({ name: "run", command: "ps" });
  if (state !== "granted") throw new Error("running ps is not permitted");
  const { success, stdout } = await new Deno.Command("ps", {
    args: ["-o", format, "-p", String(Deno.pid)],
    clearEnv: true,
    stdin: "null",
    stderr: "null",
  }).output();
  if (!success) throw new Error(`this ps does not know ${format}`);
  return new TextDecoder().decode(stdout);
}

/**
 * Reads what `ps -o pgid=,tpgid=` prints: a process is in the background when its terminal is that of
 * another process group.
 *
 * @example
 * ```ts
 * isInForeground(" 4711  4711\n"); // true
 * isInForeground(" 4711    -1\n"); // true: nobody else controls that terminal
 * ```
 */
export function isInForeground(ids: string): boolean {
  const [group, front] = ids.trim().split(/\s+/).map(Number);
  return !(front !== undefined && front > 0 && group !== front);
}
