import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { findDenort } from "./denort.ts";
import { executableName, makeExecutables } from "./executables.ts";
import { fingerprint } from "./fingerprint.ts";
import { PROGRAMS } from "./programs.ts";
import { replaceFile } from "./replace_file.ts";
import { stdFlags } from "./std_flags.ts";
import { requireTarget } from "./targets.ts";

/**
 * Makes the executables in `dist/`, or with `--target` in a folder of that name under it, unless
 * they are there and nothing that they are made of has changed.
 *
 * Several builds at once wait for each other. One that is killed leaves the old executables.
 *
 * @returns The exit code.
 * @throws {Error} If they cannot be made.
 */
export async function compile(args: string[]): Promise<number> {
  const target = targetIn(args);
  const folder = target === undefined ? "dist" : join("dist", target);
  const std = await stdFlags();

  const isNew = !existsSync(folder);
  await Deno.mkdir(folder, { recursive: true });
  try {
    return await compileInto(folder, target, std);
  } catch (error) {
    if (isNew && folder !== "dist") await Deno.remove(folder, { recursive: true });
    throw error;
  }
}

async function compileInto(
  folder: string,
  target: string | undefined,
  std: string[],
): Promise<number> {
  using lock = await Deno.open(join(folder, ".lock"), { create: true, write: true });
  await lock.lock(true);
  const current = fingerprint([std, [target ?? Deno.build.target]]);
  const executables = PROGRAMS.map((program) => join(folder, executableName(program, target)));
  if (isUpToDate(folder, current, executables)) {
    console.error(`Nothing has changed since ${executables.join(" and ")} were made`);
    return 0;
  }

  removeDrafts(folder);
  const denort = await findDenort(target ?? Deno.build.target);
  const started = performance.now();
  // In a folder of their own, for the rename to be all that others see. Its name is in the executables:
  // always the same one, the same source gives the same bytes.
  const draft = join(folder, `${DRAFT}executables`);
  await Deno.mkdir(draft);
  try {
    for (const made of await makeExecutables({ draft, std, target, denort })) {
      await Deno.rename(join(draft, made), join(folder, made));
    }
  } finally {
    await Deno.remove(draft, { recursive: true });
  }
  await replaceFile(join(folder, FINGERPRINT), current);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.error(`Made ${executables.join(" and ")} in ${seconds} s`);
  return 0;
}

const FINGERPRINT = ".fingerprint";
const DRAFT = ".making-";

function targetIn(args: string[]): string | undefined {
  let target: string | undefined;
  try {
    target = parseArgs({ args, options: { target: { type: "string" } } }).values.target;
  } catch {
    throw new Error(`Cannot compile with ${args.join(" ")}: only --target TRIPLE can be given.`);
  }
  return target === undefined ? undefined : requireTarget(target);
}

function isUpToDate(folder: string, current: string, executables: string[]): boolean {
  const path = join(folder, FINGERPRINT);
  return existsSync(path) && Deno.readTextFileSync(path) === current &&
    executables.every((file) => existsSync(file));
}

/** Removes what killed builds left. */
function removeDrafts(folder: string): void {
  for (const { name } of Deno.readDirSync(folder)) {
    if (name.startsWith(DRAFT)) Deno.removeSync(join(folder, name), { recursive: true });
  }
}
