import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { VERSION } from "../../lib/cli/manual/version.ts";
import { BareRoot } from "../../testing/bare_root.ts";
import { findProgram, runCommand } from "../../testing/command.ts";
import { executable } from "../../testing/program.ts";
import { Scratch } from "../../testing/scratch.ts";
import { digestOf } from "../../tools/digest_of.ts";
import { makeSmallRelease } from "../packaging/small_release.ts";

/** All that install.sh and the test of an installation need. */
const PROGRAMS = [
  ...["sh", "cat", "cmp", "cp", "cut", "dirname", "find", "grep", "head", "mkdir", "mktemp", "mv"],
  ...["rm", "rmdir", "sed", "sha256sum", "sleep", "sort", "tail", "tar", "tr", "uname", "xz"],
];
const MISSING = PROGRAMS.filter((name) => findProgram(name) === undefined);
const ignore = MISSING.length > 0 || !BareRoot.isPossible();
if (ignore) console.error(`Left out the bare root: ${MISSING.join(", ") || "it is not permitted"}`);

/**
 * The folder of a release to try. By default it is one whose programs are scripts, as packing and
 * unpacking 200 MB takes a minute; then what runs in the root are the executables in `dist/`.
 */
const RELEASE = Deno.env.get("MULTIPORT_RELEASE");

const HOME = "/home/me";
const ENV = { HOME, PATH: `${HOME}/.local/bin:/bin`, LC_ALL: "C" };

Deno.test("a release installs itself where there is nothing but a shell, and leaves nothing", {
  ignore,
}, async () => {
  await using scratch = await Scratch.make();
  const root = scratch.path("root");
  await Deno.mkdir(root);
  const release = RELEASE ?? scratch.path("release");
  if (RELEASE === undefined) await makeSmallRelease(release);
  const mounts = {
    "/release": release,
    "/packaging": await Deno.realPath("packaging"),
    "/dist": await Deno.realPath("dist"),
  };

  const bare = await BareRoot.make(root, PROGRAMS);
  await bare.addLibrariesOf(executable("mpclient"));
  await Deno.mkdir(root + HOME, { recursive: true });
  const before = await bare.tree();
  const inRoot = (script: string) => bare.run(script, ENV, mounts);

  const installed = await inRoot("sh /release/install.sh");
  assertEquals([installed.code, installed.stderr], [0, ""], installed.stdout);
  assertStringIncludes(installed.stdout, `Installed mpclient ${VERSION} and mpserver in ${HOME}`);

  // What was installed is what the bill of materials says.
  const bill = JSON.parse(
    await Deno.readTextFile(`${release}/multiport-${VERSION}-${Deno.build.target}.cdx.json`),
  );
  const files: { name: string; hashes: [{ content: string }] }[] =
    bill.metadata.component.components;
  for (const { name, hashes: [{ content }] } of files) {
    assertEquals(digestOf(`${root}${HOME}/.local/${name}`), content, name);
  }
  const list = await Deno.readTextFile(`${root}${HOME}/.local/share/multiport/files`);
  assertEquals(
    list.split("\n").filter((line) => line !== "" && !line.endsWith("/")),
    files.map(({ name }) => name).sort(),
  );
  for (const program of ["mpclient", "mpserver"]) {
    // Beside a folder of PATH is where man looks for pages.
    const found = await inRoot(`command -v ${program} && ${program} --version`);
    assertEquals(found.stdout, `${HOME}/.local/bin/${program}\n${program} ${VERSION}\n`);
    await checkManPage(`${root}${HOME}/.local/share/man/man1/${program}.1`);
  }
  const programs = RELEASE === undefined ? "/dist" : `${HOME}/.local/bin`;
  const tried = await inRoot(`sh /packaging/smoke.sh ${programs}`);
  assert(tried.stdout.endsWith("Both programs work\n"), JSON.stringify(tried));

  const removed = await inRoot("sh /release/install.sh --uninstall");
  assertEquals([removed.code, removed.stderr], [0, ""], removed.stdout);
  assertEquals(await bare.tree(), before);
});

async function checkManPage(path: string): Promise<void> {
  if (findProgram("mandoc") === undefined) return console.error("Left out mandoc: not installed");
  assertEquals(await runCommand(["mandoc", "-T", "lint", path]), "");
}
