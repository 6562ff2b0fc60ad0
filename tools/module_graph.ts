import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { askDeno } from "./child_deno.ts";
import { allModules } from "./lock.ts";
import { stdFlags } from "./std_flags.ts";

/** What each module of the project imports from the others, also where only types are imported. */
export interface ModuleGraph {
  /** By the paths of modules, relative to the project. */
  readonly imports: ReadonlyMap<string, readonly string[]>;
  /** What each runs in workers; no import, though it depends on it just as much. */
  readonly workers: ReadonlyMap<string, readonly string[]>;
}

/** How long Deno may take to read all modules. */
const TIMEOUT_MS = 120_000;

/** How a module names one that runs in a worker; the build needs it written like this, too. */
const WORKER = /new URL\("(\.[^"]+\.ts)", import\.meta\.url\)/g;

/**
 * Reads the module graph of the project in this folder.
 *
 * @throws {Error} If Deno cannot read it; says why.
 */
export async function readModuleGraph(): Promise<ModuleGraph> {
  const paths = allModules();
  const modules = await modulesOf(paths);
  const imports = new Map(modules.map(({ specifier, dependencies = [] }) => {
    // What is imported by a name, such as @std, may be a stand-in of this project or not.
    const relative = dependencies.filter(({ specifier }) => specifier.startsWith("."));
    const all = relative.flatMap(({ code, type }) => [code?.specifier, type?.specifier]);
    return [pathOf(specifier), [...new Set(all.filter(isOfProject).map(pathOf))]];
  }));
  const workers = new Map(paths.map((path) => {
    const named = [...Deno.readTextFileSync(path).matchAll(WORKER)];
    return [path, named.map(([, specifier]) => join(dirname(path), specifier!))];
  }));
  return { imports, workers };
}

/** What `deno info --json` says of a module, as far as it matters here. */
interface ModuleInfo {
  readonly specifier: string;
  readonly dependencies?: {
    /** As it is written in the module. */
    specifier: string;
    code?: { specifier?: string };
    type?: { specifier?: string };
  }[];
}

/** It reads the graph of one module, so here is one that imports all. */
async function modulesOf(paths: readonly string[]): Promise<ModuleInfo[]> {
  const folder = await Deno.makeTempDir();
  try {
    const all = join(folder, "all.ts");
    await Deno.writeTextFile(all, paths.map((path) => `import "${urlOf(path)}";\n`).join(""));
    const args = ["info", "--json", "--config", "deno.json", ...await stdFlags(), all];
    const { ok, stdout, reason } = await askDeno(args, TIMEOUT_MS);
    if (!ok) throw new Error(`Cannot read the module graph: ${reason}`);
    const { modules }: { modules: ModuleInfo[] } = JSON.parse(stdout);
    return modules.filter(({ specifier }) => isOfProject(specifier));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function isOfProject(specifier: string | undefined): specifier is string {
  return specifier !== undefined && specifier.startsWith(urlOf("")) && specifier.endsWith(".ts");
}

function pathOf(specifier: string): string {
  return relative(Deno.cwd(), new URL(specifier).pathname);
}

function urlOf(path: string): string {
  return pathToFileURL(`${Deno.cwd()}/${path}`).href;
}
