import { assert, assertEquals, assertMatch, assertThrows } from "@std/assert";
import { unzipSync } from "fflate";
import { join } from "node:path";
import { VERSION } from "../../lib/cli/manual/version.ts";
import { findProgram, runCommand } from "../../testing/command.ts";
import { Scratch } from "../../testing/scratch.ts";
import { digestOf } from "../../tools/digest_of.ts";
import { releaseNotes } from "../../tools/release/release_notes.ts";
import { makeSmallRelease } from "./small_release.ts";

const LINUX = "x86_64-unknown-linux-gnu";
const NAME = `multiport-${VERSION}-${LINUX}`;
const MISSING = ["tar", "xz"].filter((name) => findProgram(name) === undefined);
if (MISSING.length > 0) console.error(`Left out releases: ${MISSING.join(", ")} not installed`);
const ignore = MISSING.length > 0;

function digests(folder: string): Record<string, string> {
  const names = [...Deno.readDirSync(folder)].map(({ name }) => name).sort();
  return Object.fromEntries(names.map((name) => [name, digestOf(join(folder, name))]));
}

Deno.test("the same executables make the same release, byte for byte", { ignore }, async () => {
  await using scratch = await Scratch.make();
  for (const target of [LINUX, "aarch64-apple-darwin", "x86_64-pc-windows-msvc"]) {
    const [first, second] = [scratch.path(`${target}-1`), scratch.path(`${target}-2`)];
    await makeSmallRelease(first, { target });
    await makeSmallRelease(second, { target });
    const made = digests(first);
    assertEquals(digests(second), made, target);
    assertEquals(Object.keys(made).length, target === LINUX ? 7 : 6, Object.keys(made).join());
  }
});

Deno.test("SHA256SUMS has every file of a release, and its bill every file of the archive", {
  ignore,
}, async () => {
  await using scratch = await Scratch.make();
  const folder = scratch.path("release");
  await makeSmallRelease(folder, { target: LINUX });
  const lines = (await Deno.readTextFile(`${folder}/SHA256SUMS`)).trimEnd().split("\n");
  const { SHA256SUMS: _, ...made } = digests(folder);
  assertEquals(lines, Object.entries(made).map(([name, digest]) => `${digest}  ${name}`));

  await runCommand(["tar", "-xJf", `${folder}/${NAME}.tar.xz`, "-C", scratch.folder]);
  const bill = JSON.parse(await Deno.readTextFile(`${folder}/${NAME}.cdx.json`));
  const listed: Record<string, string> = Object.fromEntries(
    bill.metadata.component.components.map((
      { name, hashes: [{ content }] }: { name: string; hashes: [{ content: string }] },
    ) => [name, content]),
  );
  const found = filesIn(scratch.path(NAME));
  assertEquals(Object.keys(listed).sort(), found);
  for (const path of found) assertEquals(listed[path], digestOf(scratch.path(`${NAME}/${path}`)));
  for (
    const path of [
      "bin/mpclient",
      "bin/mpserver",
      "share/doc/multiport/LICENSE",
      "share/doc/multiport/THIRD-PARTY",
      "share/man/man1/mpclient.1",
      "share/multiport/mpserver.service",
    ]
  ) assert(found.includes(path), path);
  const notices = await Deno.readTextFile(scratch.path(`${NAME}/share/doc/multiport/THIRD-PARTY`));
  for (const part of ["Deno 2.7.14: MIT", "saxes 6.0.0: ISC"]) assert(notices.includes(part), part);
  const purls = bill.components.map(({ purl }: { purl: string }) => purl);
  assertEquals(purls[0], "pkg:github/denoland/deno@v2.7.14");
  assert(purls.includes("pkg:npm/saxes@6.0.0"));
});

/** The paths of files in a folder, in order. */
function filesIn(folder: string, below = ""): string[] {
  return [...Deno.readDirSync(join(folder, below))].flatMap(({ name, isDirectory }) => {
    const path = below === "" ? name : `${below}/${name}`;
    return isDirectory ? filesIn(folder, path) : [path];
  }).sort();
}

Deno.test("a release for Windows is a zip that its installer knows", { ignore }, async () => {
  await using scratch = await Scratch.make();
  await makeSmallRelease(scratch.folder, { target: "x86_64-pc-windows-msvc" });
  const name = `multiport-${VERSION}-x86_64-pc-windows-msvc`;
  const files = unzipSync(await Deno.readFile(scratch.path(`${name}.zip`)));
  assert(files[`${name}/bin/mpclient.exe`]);
  assert(files[`${name}/share/multiport/mpclient.ps1`]);
  assertEquals(Object.keys(files).filter((path) => path.includes("/man/")), []);
});

Deno.test("a Debian package has everything where Debian wants it", {
  ignore: ignore || findProgram("dpkg-deb") === undefined,
}, async () => {
  await using scratch = await Scratch.make();
  await makeSmallRelease(scratch.folder, { target: LINUX });
  const deb = scratch.path(`multiport_${VERSION}-1_amd64.deb`);
  const fields = await runCommand(["dpkg-deb", "--field", deb]);
  assertMatch(fields, /^Package: multiport\nVersion: .*\nArchitecture: amd64\n/);
  assertMatch(fields, /^Depends: libc6 \(>= 2\.27\)/m);
  const listed = await runCommand(["dpkg-deb", "--contents", deb]);
  for (const line of listed.trimEnd().split("\n")) {
    assertMatch(line, /^(drwxr-xr-x|-rwxr-xr-x|-rw-r--r--) 0\/0 /);
    if (line.startsWith("-")) assertEquals(line.startsWith("-rwx"), line.includes("/bin/"), line);
  }
  const root = scratch.path("root");
  await runCommand(["dpkg-deb", "--raw-extract", deb, root]);
  assertEquals(filesIn(root).filter((path) => !path.startsWith("DEBIAN/")), [
    "etc/multiport/mpserver.conf",
    "usr/bin/mpclient",
    "usr/bin/mpserver",
    "usr/lib/systemd/system/mpserver.service",
    "usr/share/bash-completion/completions/mpclient",
    "usr/share/bash-completion/completions/mpserver",
    "usr/share/doc/multiport/README.md",
    "usr/share/doc/multiport/SECURITY.md",
    "usr/share/doc/multiport/changelog.Debian.gz",
    "usr/share/doc/multiport/changelog.gz",
    "usr/share/doc/multiport/copyright",
    "usr/share/fish/vendor_completions.d/mpclient.fish",
    "usr/share/fish/vendor_completions.d/mpserver.fish",
    "usr/share/man/man1/mpclient.1.gz",
    "usr/share/man/man1/mpserver.1.gz",
    "usr/share/multiport/mpclient.ps1",
    "usr/share/multiport/mpserver.ps1",
    "usr/share/zsh/vendor-completions/_mpclient",
    "usr/share/zsh/vendor-completions/_mpserver",
  ]);
  const sums = await Deno.readTextFile(`${root}/DEBIAN/md5sums`);
  await Deno.writeTextFile(`${root}/sums`, sums);
  await runCommand(["sh", "-c", `cd '${root}' && md5sum --quiet --strict --check sums`]);
  assertEquals(
    await Deno.readTextFile(`${root}/DEBIAN/conffiles`),
    "/etc/multiport/mpserver.conf\n",
  );
});

Deno.test("dpkg installs the package into a root of its own, and removes all of it", {
  ignore: ignore || findProgram("dpkg") === undefined || Deno.uid() !== 0,
}, async () => {
  await using scratch = await Scratch.make();
  await makeSmallRelease(scratch.path("release"), { target: LINUX });
  const root = scratch.path("root");
  for (const folder of ["updates", "info", "triggers"]) {
    await Deno.mkdir(`${root}/var/lib/dpkg/${folder}`, { recursive: true });
  }
  await Deno.writeTextFile(`${root}/var/lib/dpkg/status`, "");
  const before = filesIn(root);
  const deb = scratch.path(`release/multiport_${VERSION}-1_amd64.deb`);
  const dpkg = (...args: string[]) =>
    // Its scripts would run in a root that has no shell, and its dependencies are not there.
    runCommand([
      "dpkg",
      `--root=${root}`,
      "--force-depends",
      "--force-not-root",
      "--force-script-chrootless",
      ...args,
    ]);
  await dpkg("--install", deb);
  assertMatch(await runCommand([`${root}/usr/bin/mpclient`]), /^mpclient 0\.1\.0$/m);
  await dpkg("--purge", "multiport");
  const state = /^var\/lib\/dpkg\/|^var\/log\//;
  assertEquals(
    filesIn(root).filter((path) => !state.test(path)),
    before.filter((path) => !state.test(path)),
  );
});

Deno.test("the Homebrew formula has the digest of every archive, and every file", {
  ignore,
}, async () => {
  await using scratch = await Scratch.make();
  await makeSmallRelease(scratch.folder, { target: LINUX });
  await makeSmallRelease(scratch.folder, { target: "aarch64-apple-darwin" });
  const formula = await Deno.readTextFile(scratch.path("multiport.rb"));
  const base = "https://example.org/multiport";
  assertMatch(formula, new RegExp(`^ {2}homepage "${base}"$`, "m"));
  for (const target of [LINUX, "aarch64-apple-darwin"]) {
    const name = `multiport-${VERSION}-${target}.tar.xz`;
    const digest = digestOf(scratch.path(name));
    assert(
      formula.includes(`url "${base}/releases/download/v0.1.0/${name}"\n      sha256 "${digest}"`),
    );
  }
  for (const line of ['bin.install "bin/mpclient"', 'man1.install "share/man/man1/mpserver.1"']) {
    assert(formula.includes(`    ${line}\n`), line);
  }
  if (findProgram("ruby") === undefined) return console.error("Left out ruby: not installed");
  await runCommand(["ruby", "-c", scratch.path("multiport.rb")]);
});

Deno.test("releaseNotes() refuses a tag of another version, and a changelog that says nothing", () => {
  const changelog = "# Changelog\n\n## [Unreleased]\n\n## [1.2.0] - 2026-11-26\n\n### Added\n\n" +
    "- Bars.\n\n## [1.1.0]\n\n### Fixed\n\n## [1.0.0]\n";
  assertEquals(releaseNotes("v1.2.0", "1.2.0", changelog), "### Added\n\n- Bars.\n");
  for (
    const [tag, version, why] of [
      ["v1.2.1", "1.2.0", "the tag is v1.2.0"],
      ["1.2.0", "1.2.0", "the tag is v1.2.0"],
      ["v1.1.0", "1.1.0", 'nothing under "## [1.1.0]"'],
      ["v1.0.0", "1.0.0", 'nothing under "## [1.0.0]"'],
      ["v1.3.0", "1.3.0", 'nothing under "## [1.3.0]"'],
    ] as const
  ) assertThrows(() => releaseNotes(tag, version, changelog), Error, why);
});
