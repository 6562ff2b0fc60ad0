import { join } from "node:path";
import { VERSION } from "../../lib/cli/manual/version.ts";
import type { UsedDenort } from "../denort.ts";
import type { Embedded } from "../embedded.ts";
import { type Packing, packTar, packZip, stage } from "./archive.ts";
import { billOfMaterials } from "./bill_of_materials.ts";
import { releaseFiles } from "./contents.ts";
import { debianName, packDebian } from "./debian_package.ts";
import { homebrewFormula } from "./homebrew.ts";
import { writeSums } from "./sums.ts";
import { thirdPartyNotices } from "./third_party.ts";

/** What a release is made of, and where. */
export interface ReleaseOptions {
  readonly target: string;
  /** The folder with the executables and the list of what they are made of. */
  readonly executables: string;
  /** Where the release goes; it has to be there. */
  readonly folder: string;
  readonly packing: Packing;
  /** What the executables got their runtime from. */
  readonly denort?: UsedDenort;
}

const INSTALLERS = ["install.sh", "install.ps1"];
const FORMULA = "multiport.rb";

/**
 * Makes what people on one system install: an archive and its bill of materials.
 *
 * @returns The names of what was made.
 */
export async function makeArchive(options: ReleaseOptions): Promise<string[]> {
  const { target, folder, packing, denort } = options;
  const { files, embedded, time } = await contentsOf(options);
  const name = `multiport-${VERSION}-${target}`;
  const windows = target.includes("windows");
  const archive = `${name}.${windows ? "zip" : "tar.xz"}`;
  const bill = `${name}.cdx.json`;
  const work = await Deno.makeTempDir({ dir: folder, prefix: ".making-" });
  try {
    const staged = join(work, "archive");
    await stage(join(staged, name), files);
    const content = billOfMaterials({
      version: VERSION,
      time,
      embedded,
      denort,
      files,
      folder: join(staged, name),
    });
    await Deno.writeTextFile(join(folder, bill), JSON.stringify(content, null, 2) + "\n");
    if (windows) await packZip(files, name, join(folder, archive), packing);
    else await packTar(staged, name, join(folder, archive), packing);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  return [archive, bill];
}

/**
 * Makes a Debian package of the same files.
 *
 * @returns Its name; nothing where Debian has no such machine.
 */
export async function makeDebianPackage(options: ReleaseOptions): Promise<string[]> {
  const { target, folder, packing } = options;
  const name = debianName(target);
  if (name === undefined) return [];
  const { files } = await contentsOf(options);
  const work = await Deno.makeTempDir({ dir: folder, prefix: ".making-" });
  try {
    await packDebian(files, target, work, join(folder, name), packing);
  } finally {
    await Deno.remove(work, { recursive: true });
  }
  return [name];
}

/**
 * Adds what is about all archives in a folder, wherever they were made: the scripts that install them,
 * a Homebrew formula, and the digests of it all.
 *
 * @param url Where the folder's files will be fetched from.
 */
export async function finishRelease(folder: string, url: string): Promise<void> {
  for (const name of INSTALLERS) await Deno.copyFile(join("packaging", name), join(folder, name));
  const archives = await writeSums(folder);
  const edition = { target: "aarch64-apple-darwin", executables: "dist", notices: "", date: "" };
  const formula = homebrewFormula(releaseFiles(edition), archives, url);
  await Deno.writeTextFile(join(folder, FORMULA), formula);
  await writeSums(folder);
}

async function contentsOf({ target, executables, packing }: ReleaseOptions) {
  const embedded: Embedded = JSON.parse(
    await Deno.readTextFile(join(executables, "embedded.json")),
  );
  const time = new Date(packing.seconds * 1000).toISOString();
  const notices = await thirdPartyNotices(embedded);
  const files = releaseFiles({ target, executables, notices, date: time.slice(0, 10) });
  return { files, embedded, time };
}
