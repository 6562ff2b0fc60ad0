import { existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { bundle, type Scripts } from "./bundle.ts";
import { childDeno } from "./child_deno.ts";
import { type Embedded, findEmbedded } from "./embedded.ts";
import { type Program, PROGRAMS } from "./programs.ts";
import { rehearse } from "./rehearse.ts";

/** How executables are made. */
export interface Build {
  /** A folder of its own for all that comes into being on the way. */
  draft: string;
  /** What lets Deno resolve `@std`. */
  std: string[];
  /** What they are for, as a triple; undefined for this machine. */
  target: string | undefined;
  /** What `DENORT_BIN` is to name; undefined where Deno finds it by itself. */
  denort: string | undefined;
}

/** Which of `tools/launch/` an executable begins with, and what it may do. */
interface Role {
  launcher: "launch.ts" | "rehearse.ts";
  permissions: (program: Program) => string[];
  prefix: string;
}

const REAL: Role = {
  launcher: "launch.ts",
  permissions: ({ permissions }) => permissions,
  prefix: "",
};
/** Never leaves the draft, and has to write down what it was compiled to. */
const REHEARSING: Role = {
  launcher: "rehearse.ts",
  permissions: () => ["--allow-all"],
  prefix: "rehearsing-",
};

/**
 * Makes all executables: bundles their scripts, has them rehearse if they can run on this machine,
 * and compiles them with the code caches that come of it.
 *
 * @returns The names of what was made, in `build.draft`: the executables, and a list of what they
 * are made of, which each of them has in it as well, for `--version --verbose`.
 * @throws {Error} If it cannot be done; Deno has then said why.
 */
export async function makeExecutables(build: Build): Promise<string[]> {
  const { draft, std, target } = build;
  const scripts: Scripts[] = [];
  for (const program of PROGRAMS) {
    const folder = join(draft, `${program.name}-scripts`);
    await Deno.mkdir(folder);
    scripts.push(await bundle(program, std, folder));
  }
  const embedded = await findEmbedded(PROGRAMS.flatMap(modulesOf), std);
  await recordEmbedded(embedded, [draft, ...scripts.map(({ folder }) => folder)]);
  const makeAll = async (role: Role) => {
    await Promise.all(PROGRAMS.map((program, at) => make(program, scripts[at]!, role, build)));
  };
  if (target === undefined) {
    await makeAll(REHEARSING);
    await addCodeCaches(draft, scripts);
  }
  await makeAll(REAL);
  return [EMBEDDED_FILE, ...PROGRAMS.map((program) => executableName(program, target))];
}

/** Beside the executables, and beside the scripts in them; `lib/cli/manual/version.ts` reads it. */
const EMBEDDED_FILE = "embedded.json";

async function recordEmbedded(embedded: Embedded, folders: readonly string[]): Promise<void> {
  const text = JSON.stringify(embedded, null, 2) + "\n";
  for (const folder of folders) await Deno.writeTextFile(join(folder, EMBEDDED_FILE), text);
}

function modulesOf({ entry, workers }: Program): string[] {
  return [entry, ...globSync(workers)];
}

/** The file name of an executable. */
export function executableName({ name }: Program, target: string = Deno.build.target): string {
  return target.includes("windows") ? `${name}.exe` : name;
}

/** Without them executables work all the same. */
async function addCodeCaches(draft: string, scripts: readonly Scripts[]): Promise<void> {
  const [mpserver = "", mpclient = ""] = PROGRAMS.map((program) =>
    join(draft, REHEARSING.prefix + executableName(program))
  );
  const stage = join(draft, "stage");
  await Deno.mkdir(stage);
  try {
    await rehearse(mpserver, mpclient, stage);
  } catch (error) {
    const reason = (error as Error).message;
    console.error(`Cannot rehearse: ${reason}; the executables will start more slowly`);
    return;
  }
  for (const { folder, entry, workers } of scripts) {
    for (const name of [entry, ...workers]) {
      const cache = join(stage, `${name}.cache`);
      if (existsSync(cache)) await Deno.rename(cache, join(folder, `${name}.cache`));
    }
  }
}

async function make(
  program: Program,
  { folder, entry, workers }: Scripts,
  { launcher, permissions, prefix }: Role,
  { draft, target, denort }: Build,
): Promise<void> {
  const launch = new URL(`./launch/${launcher}`, import.meta.url);
  for (const name of [entry, ...workers]) {
    await Deno.copyFile(launch, join(folder, `${name}.ts`));
  }
  const all = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  // Their times go into the executable: always the same, the same source gives the same bytes.
  for (const name of all) await Deno.utime(join(folder, name), 0, 0);
  const others = all.filter((name) => name !== `${entry}.ts`);
  const code = await childDeno([
    "compile",
    "--quiet",
    "--no-check", // the check task does that
    "--no-prompt",
    "--deny-import", // all that it runs is in it
    "--no-code-cache", // Deno's own: it lies in /tmp, where anyone could plant one
    ...(target === undefined ? [] : ["--target", target]),
    `--v8-flags=${program.v8Flags.join(",")}`,
    ...permissions(program),
    ...others.flatMap((name) => ["--include", join(folder, name)]),
    "--output",
    join(draft, prefix + program.name),
    join(folder, `${entry}.ts`),
  ], { env: denort === undefined ? {} : { DENORT_BIN: denort } });
  if (code !== 0) throw new Error(`Cannot compile ${program.name}: deno ended with ${code}`);
}
