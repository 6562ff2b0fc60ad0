import type { ModuleGraph } from "./module_graph.ts";

/** Which folders each folder may import from. */
export type Arrows = ReadonlyMap<string, readonly string[]>;

/** The only place where they are written down, for people as well. */
export const ARROWS_DOCUMENT = "docs/architecture.md";

/** In the table: every folder of the library. */
const WHOLE_LIBRARY = "lib/*";

/** In the table: the modules that this one hands on, and no others of their folders. */
const FACE = "mod.ts";

/**
 * Reads the arrows from the table in the documentation whose columns begin with `folder` and end
 * with `imports`: folders are in backquotes, and the imports of one are all that is in backquotes.
 *
 * @throws {Error} If there is no such table.
 */
export function readArrows(markdown: string): Arrows {
  const lines = markdown.split("\n");
  const header = lines.findIndex((line) => /^\| folder .*\| imports +\|$/.test(line));
  if (header < 0) throw new Error(`Cannot find the table of folders in ${ARROWS_DOCUMENT}`);
  const rows = lines.slice(header + 2);
  const end = rows.findIndex((line) => !line.startsWith("|"));
  return new Map(
    rows.slice(0, end < 0 ? undefined : end).flatMap((row) => {
      const cells = row.split("|").slice(1, -1);
      const imports = quotedIn(cells.at(-1)!);
      return quotedIn(cells[0]!).map((folder) => [folder, imports] as const);
    }),
  );
}

/**
 * What is wrong with the imports of a project: those against the arrows, arrows that nothing uses,
 * and circles.
 *
 * @returns One line each.
 */
export function checkArrows(graph: ModuleGraph, arrows: Arrows): string[] {
  const unused = new Map([...arrows].map(([folder, imports]) => [folder, new Set(imports)]));
  const wrong = new Set<string>();
  for (const [from, to] of [...pairsOf(graph.imports), ...pairsOf(graph.workers)]) {
    const [folder, other] = [folderOf(from), folderOf(to)];
    const allowed = arrows.get(folder);
    if (allowed === undefined) {
      wrong.add(`${folder}: ${ARROWS_DOCUMENT} does not say what it may import`);
      continue;
    }
    if (folder === other) continue;
    const handedOn = graph.imports.get(FACE)?.includes(to) ? [FACE] : [];
    const arrow = [other, WHOLE_LIBRARY, ...handedOn].find((name) =>
      allowed.includes(name) && (name === FACE || matches(name, other))
    );
    if (arrow !== undefined) unused.get(folder)!.delete(arrow);
    else {wrong.add(
        `${from} imports ${to}: ${folder} may import ${allowed.join(", ") || "nothing"}`,
      );}
  }
  for (const [folder, names] of unused) {
    for (const name of names) wrong.add(`${folder} imports nothing from ${name}, though it may`);
  }
  return [...wrong, ...circlesIn(graph.imports).map((circle) => `Circle: ${circle.join(" → ")}`)];
}

/**
 * The folder that a module counts to: the module itself at the top of the project, one below `lib`,
 * and else one at the top.
 */
export function folderOf(path: string): string {
  const names = path.split("/");
  return names[0] === "lib" ? names.slice(0, -1).slice(0, 2).join("/") : names[0]!;
}

/**
 * The circles in a graph: for each module that is in one, the shortest way back to itself, unless it
 * is on a way that was found already.
 */
export function circlesIn(imports: ModuleGraph["imports"]): string[][] {
  const circles: string[][] = [];
  const known = new Set<string>();
  for (const start of [...imports.keys()].sort()) {
    const circle = known.has(start) ? undefined : shortestCircle(start, imports);
    if (circle === undefined) continue;
    for (const path of circle) known.add(path);
    circles.push(circle);
  }
  return circles;
}

function shortestCircle(start: string, imports: ModuleGraph["imports"]): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (const path of queue) {
    for (const next of imports.get(path) ?? []) {
      if (next === start) return [...wayTo(path, cameFrom), start];
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, path);
      queue.push(next);
    }
  }
  return undefined;
}

/** The modules on the way to this one, from where no other one leads. */
function wayTo(path: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const previous = cameFrom.get(path);
  return previous === undefined ? [path] : [...wayTo(previous, cameFrom), path];
}

function matches(name: string, folder: string): boolean {
  return name === folder || (name === WHOLE_LIBRARY && /^lib(\/|$)/.test(folder));
}

function quotedIn(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
}

function* pairsOf(edges: ReadonlyMap<string, readonly string[]>): Iterable<[string, string]> {
  for (const [from, all] of edges) {
    for (const to of all) yield [from, to];
  }
}
