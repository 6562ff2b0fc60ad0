import { ADAPTERS } from "./import_map.ts";
import { askDeno } from "./child_deno.ts";

/** What executables were made of, besides this project. */
export interface Embedded {
  readonly deno: string;
  readonly v8: string;
  readonly packages: readonly EmbeddedPackage[];
}

/** A package, or what stands in for one. */
export interface EmbeddedPackage {
  /** As it is imported: `@std/fmt/colors` for a stand-in, else the package's name. */
  readonly name: string;
  /** A stand-in has the version of this project. */
  readonly version?: string;
  readonly from: "npm" | "jsr" | "stand-in";
  /** Its digest in `deno.lock`; JSR's packages may have none there yet. */
  readonly integrity?: string;
}

/** How long Deno may take to read the modules. */
const TIMEOUT_MS = 120_000;

/** What `deno info --json` says, as far as it matters here. */
interface Info {
  readonly modules: { readonly specifier: string }[];
  readonly npmPackages: Readonly<Record<string, { readonly dependencies: readonly string[] }>>;
}

/**
 * Finds out what is put into executables whose first modules these are.
 *
 * @param std What lets Deno resolve `@std`.
 * @throws {Error} If Deno cannot read the modules; says why.
 */
export async function findEmbedded(entries: readonly string[], std: string[]): Promise<Embedded> {
  const infos = await Promise.all(entries.map(async (entry): Promise<Info> => {
    const { ok, stdout, reason } = await askDeno(["info", "--json", ...std, entry], TIMEOUT_MS);
    if (!ok) throw new Error(`Cannot find out what ${entry} is made of: ${reason}`);
    return JSON.parse(stdout);
  }));
  const lock = JSON.parse(await Deno.readTextFile("deno.lock").catch(() => "{}"));
  const packages = new Map(
    infos.flatMap((info) => packagesIn(info, lock)).map(
      (found) => [`${found.name}@${found.version}`, found],
    ),
  );
  const { deno, v8 } = Deno.version;
  return { deno, v8, packages: [...packages.values()].sort((a, b) => a.name < b.name ? -1 : 1) };
}

/** The packages in the graph of one module. */
export function packagesIn({ modules, npmPackages }: Info, lock: Lock): EmbeddedPackage[] {
  const specifiers = modules.map(({ specifier }) => specifier);
  const direct = specifiers.flatMap((specifier) =>
    /^npm:\/?(.+@[^@/]+)/.exec(specifier)?.[1] ?? []
  );
  return [
    ...withDependencies(direct, npmPackages).map((id) => packageOf("npm", id, lock.npm)),
    ...specifiers.flatMap((specifier) => {
      const [, id] = /^https:\/\/jsr\.io\/(@[^/]+\/[^/]+\/[^/]+)\//.exec(specifier) ?? [];
      return id === undefined ? [] : [packageOf("jsr", id.replace(/\/([^/]+)$/, "@$1"), lock.jsr)];
    }),
    ...Object.entries(ADAPTERS).flatMap(([name, file]): EmbeddedPackage[] =>
      specifiers.some((path) => path.endsWith(`/tools/std_adapters/${file}`))
        ? [{ name, from: "stand-in" }]
        : []
    ),
  ];
}

/** What is read of `deno.lock`. */
export interface Lock {
  readonly npm?: Readonly<Record<string, { readonly integrity: string }>>;
  readonly jsr?: Readonly<Record<string, { readonly integrity: string }>>;
}

function packageOf(from: "npm" | "jsr", id: string, locked: Lock["npm"] = {}): EmbeddedPackage {
  const at = id.lastIndexOf("@");
  return {
    name: id.slice(0, at),
    version: id.slice(at + 1),
    from,
    integrity: locked[id]?.integrity,
  };
}

function withDependencies(ids: readonly string[], all: Info["npmPackages"]): string[] {
  const found = new Set(ids);
  for (const id of found) {
    for (const other of all[id]?.dependencies ?? []) found.add(other);
  }
  return [...found];
}
