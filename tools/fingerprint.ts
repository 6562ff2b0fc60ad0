import { createHash } from "node:crypto";
import { globSync, statSync } from "node:fs";

/** Everything that an executable depends on and that can change from one build to the next. */
const SOURCES = [
  "deno.json",
  "deno.lock",
  "*.ts",
  "lib/**/*.ts",
  "tools/*.ts",
  "tools/launch/*.ts",
  "tools/std_adapters/*.ts",
  "dist/import_map.json",
];

/** A digest that changes when the executables have to be made again. */
export function fingerprint(options: string[][]): string {
  const hash = createHash("sha256");
  hash.update(JSON.stringify([Deno.version, options, ownRuntime()]));
  for (const path of globSync(SOURCES).sort()) {
    hash.update(`\n${path}\n`).update(Deno.readFileSync(path));
  }
  return hash.digest("hex");
}

/** The runtime that the person who builds has chosen: `DENORT_BIN` with its size and age. */
function ownRuntime() {
  const path = Deno.env.get("DENORT_BIN");
  const file = path && statSync(path, { throwIfNoEntry: false });
  return file ? [path, file.size, file.mtimeMs] : path;
}
