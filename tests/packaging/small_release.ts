import { finishRelease, makeArchive, makeDebianPackage } from "../../tools/release/make_release.ts";
import { Scratch } from "../../testing/scratch.ts";

/** When what it is made of was changed last. */
export const SECONDS = 1_790_000_000;

/** Two scripts that do as if they were the executables. */
const PROGRAM = '#!/bin/sh\necho "${0##*/} 0.1.0"\n';

const EMBEDDED = {
  deno: "2.7.14",
  v8: "14.7",
  packages: [{ name: "saxes", version: "6.0.0", from: "npm", integrity: "sha512-AAEC/w==" }],
};

/** What a small release is like. */
export interface SmallRelease {
  readonly target?: string;
  /** What the executables are; by default, scripts that say their names. */
  readonly program?: string;
}

/** Makes a release in a moment, whose executables are scripts: everything else is as it always is. */
export async function makeSmallRelease(
  folder: string,
  { target = Deno.build.target, program = PROGRAM }: SmallRelease = {},
): Promise<void> {
  await using scratch = await Scratch.make();
  for (const name of ["mpclient", "mpserver"]) {
    const path = scratch.path(target.includes("windows") ? `${name}.exe` : name);
    await Deno.writeTextFile(path, program);
  }
  await Deno.writeTextFile(scratch.path("embedded.json"), JSON.stringify(EMBEDDED));
  await Deno.mkdir(folder, { recursive: true });
  const packing = { seconds: SECONDS };
  const options = { target, executables: scratch.folder, folder, packing };
  await makeArchive(options);
  await makeDebianPackage(options);
  await finishRelease(folder, "https://example.org/multiport/releases/download/v0.1.0");
}
