import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { childDeno } from "./child_deno.ts";
import { findDenort } from "./denort.ts";
import { fingerprint } from "./fingerprint.ts";
import { type Program, PROGRAMS, workerModules } from "./programs.ts";
import { replaceFile } from "./replace_file.ts";
import { stdFlags } from "./std_flags.ts";

/**
 * Makes the executables in `dist/`, or with `--target` in a folder of that name under it, unless
 * they are there and nothing that they are made of has changed.
 *
 * Several builds at once wait for each other. One that is killed leaves the old executables.
 */
export async function compile(args: string[]): Promise<number> {
  const target = targetIn(args);
  const folder = target === undefined ? "dist" : join("dist", target);
  const std = await stdFlags();
  const command = (program: Program) => compileCommand(program, std, target);

  await Deno.mkdir(folder, { recursive: true });
  using lock = await Deno.open(join(folder, ".lock"), { create: true, write: true });
  await lock.lock(true);
  const current = fingerprint(PROGRAMS.map(command));
  const made = executables(folder, target).join(" and ");
  if (isUpToDate(folder, current, target)) {
    console.error(`Nothing has changed since ${made} were made`);
    return 0;
  }

  removeDrafts(folder);
  const denort = await findDenort(target ?? Deno.build.target);
  const started = performance.now();
  const codes = await Promise.all(PROGRAMS.map(async (program) => {
    return await compileInto(folder, command(program), program.name, denort);
  }));
  const failed = codes.find((code) => code !== 0);
  if (failed !== undefined) return failed;
  await replaceFile(join(folder, FINGERPRINT), current);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.error(`Made ${made} in ${seconds} s`);
  return 0;
}

const FINGERPRINT = ".fingerprint";
const DRAFT = ".making-";

function targetIn(args: string[]): string | undefined {
  try {
    return parseArgs({ args, options: { target: { type: "string" } } }).values.target;
  } catch {
    throw new Error(`Cannot compile with ${args.join(" ")}: only --target TRIPLE can be given.`);
  }
}

function compileCommand(program: Program, std: string[], target?: string): string[] {
  return [
    "compile",
    "--quiet",
    "--no-check", // the check task does that
    "--no-prompt",
    "--no-code-cache", // it saves no time, and anyone could plant one in /tmp
    ...std,
    ...(target === undefined ? [] : ["--target", target]),
    ...program.options,
    ...workerModules().flatMap((module) => ["--include", module]),
    program.entry,
  ];
}

function isUpToDate(folder: string, current: string, target?: string): boolean {
  const path = join(folder, FINGERPRINT);
  return existsSync(path) && Deno.readTextFileSync(path) === current &&
    executables(folder, target).every((file) => existsSync(file));
}

function executables(folder: string, target: string = Deno.build.target): string[] {
  const extension = target.includes("windows") ? ".exe" : "";
  return PROGRAMS.map((program) => join(folder, program.name + extension));
}

/** Compiles in a folder of its own, for the rename to be all that the others see. */
async function compileInto(folder: string, command: string[], name: string, denort?: string) {
  const draft = await Deno.makeTempDir({ dir: folder, prefix: DRAFT });
  try {
    const [subcommand = "", ...options] = command;
    const env = denort === undefined ? undefined : { DENORT_BIN: denort };
    const code = await childDeno([subcommand, "--output", join(draft, name), ...options], { env });
    if (code !== 0) return code;
    for (const made of Deno.readDirSync(draft)) {
      await Deno.rename(join(draft, made.name), join(folder, made.name));
    }
    return 0;
  } finally {
    await Deno.remove(draft, { recursive: true });
  }
}

/** Removes what killed builds left. */
function removeDrafts(folder: string): void {
  for (const { name } of Deno.readDirSync(folder)) {
    if (name.startsWith(DRAFT)) Deno.removeSync(join(folder, name), { recursive: true });
  }
}
