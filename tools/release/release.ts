/**
 * `deno task release`: what people install, in `dist/release/`: for each system an archive, its bill
 * of materials and, for Linux, a Debian package; the scripts that install them, a Homebrew formula,
 * and `SHA256SUMS` of it all.
 *
 * The same executables and the same commit give the same bytes. What executables that are made again
 * differ in is in CONTRIBUTING.md.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { VERSION } from "../../lib/cli/manual/version.ts";
import { compile } from "../compile.ts";
import { usedDenort } from "../denort.ts";
import { requireTarget, TARGETS } from "../targets.ts";
import type { Packing } from "./archive.ts";
import { finishRelease, makeArchive, makeDebianPackage } from "./make_release.ts";
import { releaseNotes } from "./release_notes.ts";
import { runTool } from "./run_tool.ts";

if (import.meta.main) {
  try {
    Deno.exit(await main(Deno.args));
  } catch (error) {
    // A plain Error says all there is to say; any other is a bug, and its stack helps.
    if (!(error instanceof Error) || error.constructor !== Error) throw error;
    console.error(error.message);
    Deno.exit(1);
  }
}

/** @returns The exit code. */
async function main(args: string[]): Promise<number> {
  const { target, output, combine, url, notes } = read(args);
  if (notes !== undefined) {
    console.log(releaseNotes(notes, VERSION, await Deno.readTextFile("CHANGELOG.md")).trimEnd());
    return 0;
  }
  if (!combine) {
    await Deno.remove(output, { recursive: true }).catch(() => {});
    await Deno.mkdir(output, { recursive: true });
    const packing = { seconds: await lastChange() };
    for (const each of target.length > 0 ? target : inOrder()) {
      try {
        await compileAndRelease(each, output, packing);
      } catch (error) {
        // What was asked for has to be made; of the others, as many as can be.
        if (target.length > 0 || each === Deno.build.target) throw error;
        console.error(`Left out ${each}: ${(error as Error).message}`);
      }
    }
  }
  await finishRelease(output, url ?? pathToFileURL(join(Deno.cwd(), output)).href);
  return 0;
}

function read(args: string[]) {
  try {
    const { values } = parseArgs({
      args,
      options: {
        /** Only for this one; may be repeated. By default for each whose runtime can be had. */
        target: { type: "string", multiple: true, default: [] },
        output: { type: "string", default: "dist/release" },
        /** Only write the sums and the formula of what other systems have made. */
        combine: { type: "boolean", default: false },
        /** Where the archives will be, for the formula. */
        url: { type: "string" },
        /** Only print what the changelog says about the version of this tag. */
        notes: { type: "string" },
      },
    });
    return { ...values, target: values.target.map(requireTarget) };
  } catch (error) {
    throw new Error(`Cannot release: ${(error as Error).message}`);
  }
}

/** This system first: it is the one whose executables are warmed up. */
function inOrder(): string[] {
  return [Deno.build.target, ...TARGETS.filter((target) => target !== Deno.build.target)];
}

/** Compiles for a target, and makes a release of it. */
async function compileAndRelease(target: string, folder: string, packing: Packing): Promise<void> {
  const isOwn = target === Deno.build.target;
  if (await compile(isOwn ? [] : ["--target", target]) !== 0) {
    throw new Error(`Cannot release for ${target}: it cannot be compiled`);
  }
  const executables = isOwn ? "dist" : join("dist", target);
  const denort = await usedDenort(target);
  const options = { target, executables, folder, packing, denort };
  const made = [...await makeArchive(options), ...await makeDebianPackage(options)];
  console.error(`Made ${made.join(", ")} in ${folder}`);
}

/** Seconds since 1970; `SOURCE_DATE_EPOCH` names others (reproducible-builds.org). */
async function lastChange(): Promise<number> {
  const chosen = Deno.env.get("SOURCE_DATE_EPOCH");
  if (chosen !== undefined && /^\d+$/.test(chosen)) return Number(chosen);
  if (!existsSync(".git")) {
    throw new Error("Cannot release: without git, SOURCE_DATE_EPOCH has to say when");
  }
  return Number(await runTool("git", "log", "-1", "--format=%ct"));
}
