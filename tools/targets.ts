/** What `deno compile` can make executables for, as triples; see `deno compile --help`. */
export const TARGETS: readonly string[] = [
  "x86_64-unknown-linux-gnu",
  "aarch64-unknown-linux-gnu",
  "x86_64-apple-darwin",
  "aarch64-apple-darwin",
  "x86_64-pc-windows-msvc",
];

/**
 * The target itself, if there is one of this name.
 *
 * @throws {Error} If there is none; names those there are.
 */
export function requireTarget(target: string): string {
  if (TARGETS.includes(target)) return target;
  throw new Error(`Cannot compile for ${target}: it is unknown; known are ${TARGETS.join(", ")}.`);
}
