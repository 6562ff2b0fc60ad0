import { createHash } from "node:crypto";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { VERSION } from "../../lib/cli/manual/version.ts";
import { type Packing, packTar, stage } from "./archive.ts";
import type { ReleaseFile } from "./contents.ts";

/** What Debian calls the processors that there are executables for. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  "x86_64-unknown-linux-gnu": "amd64",
  "aarch64-unknown-linux-gnu": "arm64",
};

/** The version of the package: that of the program, packed for the first time. */
const PACKAGE_VERSION = `${VERSION}-1`;
const MAINTAINER = "The authors of Multiport <multiport@packages.invalid>";

/** The oldest GNU libc that the executables run with, as in `install.sh`. */
const MIN_GLIBC = "2.27";

/** Where Debian wants what a prefix has elsewhere. */
const PLACES: readonly (readonly [pattern: RegExp, place: string])[] = [
  [/^share\/zsh\/site-functions\//, "usr/share/zsh/vendor-completions/"],
  [/^share\/multiport\/(mpserver\.service)$/, "usr/lib/systemd/system/$1"],
  [/^share\/multiport\/(mpserver\.conf)$/, "etc/multiport/$1"],
  [/^share\/doc\/multiport\/CHANGELOG\.md$/, "usr/share/doc/multiport/changelog"],
  [/^/, "usr/"],
];

/** Debian compresses these, so that nobody has to wonder which are. */
const COMPRESSED = /^usr\/share\/(man\/|doc\/multiport\/changelog)/;

/** The name of the package for a target; undefined where Debian has no such machine. */
export function debianName(target: string): string | undefined {
  const architecture = ARCHITECTURES[target];
  return architecture && `multiport_${PACKAGE_VERSION}_${architecture}.deb`;
}

/**
 * Makes a Debian package, reproducibly (deb(5)).
 *
 * It is put together here and not by `dpkg-deb`, whose dictionary of 64 MiB at most does not reach
 * from one executable to the other: packages would be twice as large.
 *
 * @param work A folder for all that comes into being on the way.
 */
export async function packDebian(
  files: readonly ReleaseFile[],
  target: string,
  work: string,
  output: string,
  packing: Packing,
): Promise<void> {
  const installed = debianFiles(files, packing.seconds);
  await stage(join(work, "data"), installed);
  for (const path of installed.map(({ path }) => path).filter((path) => COMPRESSED.test(path))) {
    await compress(join(work, "data", path));
  }
  const paths = installed.map(({ path }) => COMPRESSED.test(path) ? `${path}.gz` : path);
  const read = (path: string) => Deno.readFileSync(join(work, "data", path));
  const bytes = paths.reduce((sum, path) => sum + read(path).length, 0);
  await stage(join(work, "control"), [
    text("control", controlOf(ARCHITECTURES[target] ?? "", bytes)),
    text("conffiles", paths.filter((path) => path.startsWith("etc/")).map((path) => `/${path}\n`)),
    text("md5sums", paths.map((path) => `${md5(read(path))}  ${path}\n`)),
    ...["postinst", "prerm", "postrm"].map((name): ReleaseFile => ({
      path: name,
      mode: 0o755,
      from: { file: `packaging/debian/${name}` },
    })),
  ]);
  await packTar(join(work, "control"), ".", join(work, "control.tar.xz"), packing);
  await packTar(join(work, "data"), ".", join(work, "data.tar.xz"), packing);
  await Deno.writeTextFile(join(work, "debian-binary"), "2.0\n");
  await writeAr(output, work, ["debian-binary", "control.tar.xz", "data.tar.xz"], packing.seconds);
}

/** The same files where Debian has them, the licences as one file, and a changelog of the package. */
function debianFiles(files: readonly ReleaseFile[], seconds: number): ReleaseFile[] {
  const licences = files.filter(({ path }) => /\/(LICENSE|THIRD-PARTY)$/.test(path));
  const others = files.filter((file) => !licences.includes(file));
  return [
    ...others.map((file) => ({ ...file, path: placeOf(file.path) })),
    text("usr/share/doc/multiport/copyright", licences.map(contentOf).join("\n")),
    text("usr/share/doc/multiport/changelog.Debian", changelogAt(seconds)),
  ];
}

/** deb-changelog(5); what has changed in the program is in its own. */
function changelogAt(seconds: number): string {
  const date = new Date(seconds * 1000).toUTCString().replace("GMT", "+0000");
  return [
    `multiport (${PACKAGE_VERSION}) unstable; urgency=medium`,
    "",
    `  * Version ${VERSION}: see changelog.gz.`,
    "",
    ` -- ${MAINTAINER}  ${date}`,
    "",
  ].join("\n");
}

function placeOf(path: string): string {
  const [pattern, place] = PLACES.find(([pattern]) => pattern.test(path)) ?? [/^/, ""];
  return path.replace(pattern, place);
}

function contentOf({ from }: ReleaseFile): string {
  return "text" in from ? from.text : Deno.readTextFileSync(from.file);
}

function text(path: string, content: string | readonly string[]): ReleaseFile {
  const whole = typeof content === "string" ? content : content.join("");
  return { path, mode: 0o644, from: { text: whole } };
}

async function compress(path: string): Promise<void> {
  await Deno.writeFile(`${path}.gz`, gzipSync(await Deno.readFile(path), { level: 9 }));
  await Deno.remove(path);
}

function controlOf(architecture: string, bytes: number): string {
  return [
    "Package: multiport",
    `Version: ${PACKAGE_VERSION}`,
    `Architecture: ${architecture}`,
    `Maintainer: ${MAINTAINER}`,
    `Installed-Size: ${Math.ceil(bytes / 1024)}`,
    `Depends: libc6 (>= ${MIN_GLIBC}), libgcc-s1`,
    "Recommends: procps",
    "Suggests: bash-completion, systemd",
    "Section: net",
    "Priority: optional",
    "Description: one file from many servers at once, verified",
    " mpclient takes a different part of one file from every server, keeps going when",
    " any of them is paused, slow, wrong or dead, and ends with exactly that file.",
    " mpserver plays any number of such servers, one per port, each of which an",
    " operator pauses, resumes and terminates.",
    "",
  ].join("\n");
}

function md5(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

/** An archive of the kind that packages are (ar(5)): a head of 60 characters for each file. */
async function writeAr(
  output: string,
  folder: string,
  names: readonly string[],
  seconds: number,
): Promise<void> {
  using file = await Deno.create(output);
  const write = async (bytes: Uint8Array) => {
    for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done));
  };
  const encoder = new TextEncoder();
  await write(encoder.encode("!<arch>\n"));
  for (const name of names) {
    const content = await Deno.readFile(join(folder, name));
    const columns: readonly (readonly [value: string | number, width: number])[] = [
      [name, 16],
      [seconds, 12],
      [0, 6],
      [0, 6],
      ["100644", 8],
      [content.length, 10],
    ];
    const head = columns.map(([value, width]) => String(value).padEnd(width)).join("");
    await write(encoder.encode(`${head}\`\n`));
    await write(content);
    if (content.length % 2 === 1) await write(encoder.encode("\n"));
  }
}
