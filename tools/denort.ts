import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { askDeno } from "./child_deno.ts";
import { digestOf } from "./digest_of.ts";
import { npmDenort } from "./npm_denort.ts";

/** How long Deno's download site may take to answer at all. */
const SITE_TIMEOUT_MS = 5_000;

/** How long Deno may take to say where its cache is. */
const INFO_TIMEOUT_MS = 30_000;

/**
 * Finds `denort`, the runtime that `deno compile` puts into executables.
 *
 * @param target what the executables are for, as a triple.
 * @returns the file to name in `DENORT_BIN`, or nothing where Deno has it or can download it.
 */
export async function findDenort(target: string): Promise<string | undefined> {
  const chosen = Deno.env.get("DENORT_BIN");
  if (chosen !== undefined) {
    if (existsSync(chosen)) return chosen;
    throw new Error(`Cannot compile: DENORT_BIN names ${chosen}, which is not there.`);
  }
  const cache = await cacheFolder();
  const download = downloadOf(target);
  if (existsSync(join(cache, "dl", download))) return undefined;
  const npm = npmDenort(cache, target);
  if (npm?.isKept()) return npm.path;
  const site = await askSite(download);
  if (site.ok) return undefined;
  if (npm) {
    console.error(`Cannot reach Deno's download site: ${site.reason}`);
    await npm.fetch();
    return npm.path;
  }
  throw new Error(
    `Cannot compile for ${target}: Deno ${Deno.version.deno} has no denort for it and its ` +
      `download site does not answer (${site.reason}). Name a denort of that version and target ` +
      "in DENORT_BIN.",
  );
}

/**
 * The file that executables for a target got their runtime from, and its digest; undefined where it is
 * not kept.
 */
export async function usedDenort(target: string): Promise<UsedDenort | undefined> {
  const path = await findDenort(target) ?? join(await cacheFolder(), "dl", downloadOf(target));
  return existsSync(path) ? { name: basename(path), sha256: digestOf(path) } : undefined;
}

/** A `denort`, or the archive of Deno's download site that it was in. */
export interface UsedDenort {
  readonly name: string;
  readonly sha256: string;
}

function downloadOf(target: string): string {
  return `release/v${Deno.version.deno}/denort-${target}.zip`;
}

async function cacheFolder(): Promise<string> {
  const { stdout } = await askDeno(["info", "--json"], INFO_TIMEOUT_MS);
  return JSON.parse(stdout).denoDir;
}

/** Asks in a child, which trusts the certificates that `deno compile` will trust. */
async function askSite(download: string) {
  const url = `https://dl.deno.land/${download}`;
  const script = `
    const status = await fetch("${url}", { method: "HEAD" }).then((r) => r.status, (e) => e.message);
    if (status !== 200) { console.error("error: " + status); Deno.exit(1); }`;
  return await askDeno(["eval", "--no-config", script], SITE_TIMEOUT_MS);
}
