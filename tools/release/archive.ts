import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { zipSync } from "fflate";
import type { ReleaseFile } from "./contents.ts";
import { runTool } from "./run_tool.ts";

/** What tells two archives of the same files apart, and may not. */
export interface Packing {
  /** The time that everything in it has, in seconds since 1970. */
  readonly seconds: number;
}

const MIB = 1024 ** 2;

/** Puts files into a folder, as they are to be in an archive. */
export async function stage(folder: string, files: readonly ReleaseFile[]): Promise<void> {
  for (const { path, mode, from } of files) {
    const to = join(folder, path);
    await Deno.mkdir(dirname(to), { recursive: true });
    if ("file" in from) await Deno.copyFile(from.file, to);
    else await Deno.writeTextFile(to, from.text);
    if (Deno.build.os !== "windows") await Deno.chmod(to, mode);
  }
}

/**
 * Packs a folder into `OUTPUT.tar.xz`. The same files and time give the same bytes: everything is in
 * order, belongs to nobody, and has that time.
 *
 * @param folder The folder that the archive has the content of.
 * @param root What of it to pack: `.` or a name.
 */
export async function packTar(
  folder: string,
  root: string,
  output: string,
  { seconds }: Packing,
): Promise<void> {
  const entries = listTree(folder, root);
  const list = `${output}.list`;
  const tar = output.replace(/\.xz$/, "");
  await Deno.writeTextFile(list, entries.map((path) => `${path}\n`).join(""));
  for (const path of entries) {
    const isFolder = Deno.statSync(join(folder, path)).isDirectory;
    if (isFolder) await Deno.chmod(join(folder, path), 0o755);
    await Deno.utime(join(folder, path), seconds, seconds);
  }
  // The tar of Linux, and those of macOS and the BSDs.
  const owner = (await runTool("tar", "--version")).includes("bsdtar")
    ? ["--uid=0", "--gid=0", "--uname=", "--gname=", "-n"]
    : ["--owner=0", "--group=0", "--numeric-owner", "--no-recursion"];
  await runTool("tar", "--format=ustar", ...owner, "-cf", tar, "-C", folder, "-T", list);
  await Deno.remove(list);
  await runTool("xz", "--force", "--threads=1", reachingBack(folder, entries), tar);
}

/**
 * Packs files into `OUTPUT.zip`, reproducibly as above.
 *
 * @param root The folder that the archive unpacks to.
 */
export async function packZip(
  files: readonly ReleaseFile[],
  root: string,
  output: string,
  { seconds }: Packing,
): Promise<void> {
  const utc = new Date(seconds * 1000);
  // A zip has local time in it: this is where it reads like UTC.
  const mtime = new Date(utc.getTime() + utc.getTimezoneOffset() * 60_000);
  const content = files.map(({ path, mode, from }) => {
    const bytes = "file" in from ? readFileSync(from.file) : new TextEncoder().encode(from.text);
    const attributes = { os: 3, attrs: (0o100_000 | mode) << 16, mtime } as const;
    return [`${root}/${path}`, [new Uint8Array(bytes), attributes]] as const;
  });
  const zip = zipSync(Object.fromEntries(content.map(([path, entry]) => [path, [...entry]])), {
    level: 9,
  });
  await Deno.writeFile(output, zip);
}

/** The paths of a tree, folders before what is in them. */
function listTree(folder: string, root: string): string[] {
  const children = [...Deno.readDirSync(join(folder, root))]
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .flatMap(({ name, isDirectory }) =>
      isDirectory ? listTree(folder, `${root}/${name}`) : [`${root}/${name}`]
    );
  return [root, ...children];
}

/**
 * Both executables begin with the same runtime, so the second one costs next to nothing if the
 * dictionary reaches back to the first: 30 MB for both in half a minute of processor time, with 560 MB
 * of memory. Without it, a higher preset needs 26 MB for each of them.
 */
function reachingBack(folder: string, paths: readonly string[]): string {
  const largest = Math.max(...paths.map((path) => Deno.statSync(join(folder, path)).size));
  return `--lzma2=preset=0,dict=${Math.ceil(largest / MIB) + 1}MiB`;
}
