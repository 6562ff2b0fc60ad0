import { join } from "node:path";
import { digestOf } from "../digest_of.ts";

/** What the list of digests is called. */
export const SUMS = "SHA256SUMS";

/**
 * Writes the digests of everything in a release, as `sha256sum --check` reads them.
 *
 * @returns Them, by name.
 */
export async function writeSums(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = [...Deno.readDirSync(folder)].filter(({ isFile, name }) => isFile && name !== SUMS)
    .map(({ name }) => name).sort();
  const sums = new Map(names.map((name) => [name, digestOf(join(folder, name))]));
  const lines = [...sums].map(([name, digest]) => `${digest}  ${name}\n`);
  await Deno.writeTextFile(join(folder, SUMS), lines.join(""));
  return sums;
}
