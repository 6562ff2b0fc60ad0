import { assertEquals, assertStringIncludes } from "@std/assert";
import { VERSION } from "../../lib/cli/manual/version.ts";
import { treeOf } from "../../testing/bare_root.ts";
import { findProgram, runCommand } from "../../testing/command.ts";
import { DEADLINE_MS } from "../../testing/deadline.ts";
import { flipByte, Scratch } from "../../testing/scratch.ts";
import { writeSums } from "../../tools/release/sums.ts";
import { makeSmallRelease, type SmallRelease } from "./small_release.ts";

const ARCHIVE = `multiport-${VERSION}-${Deno.build.target}.tar.xz`;
const MISSING = ["tar", "xz", "sha256sum"].filter((name) => findProgram(name) === undefined);
const ignore = MISSING.length > 0 || Deno.build.os !== "linux";
if (ignore) console.error(`Left out install.sh: ${MISSING.join(", ") || "this is no Linux"}`);

/** A release in one folder, and a home in another. */
class Place implements AsyncDisposable {
  private constructor(readonly scratch: Scratch) {}

  static async make(release: SmallRelease = {}): Promise<Place> {
    const place = new Place(await Scratch.make());
    await makeSmallRelease(place.release, release);
    await Deno.mkdir(place.home);
    return place;
  }

  get release(): string {
    return this.scratch.path("release");
  }

  get home(): string {
    return this.scratch.path("home");
  }

  async install(...args: string[]) {
    return await this.installWith({}, ...args);
  }

  /** Installs with other programs before the usual ones, or other variables. */
  async installWith(env: Record<string, string>, ...args: string[]) {
    const { code, stdout, stderr } = await new Deno.Command("sh", {
      args: [`${this.release}/install.sh`, ...args],
      env: { HOME: this.home, ...env },
      stdin: "null",
    }).output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  }

  /** A folder with a program that prints a text. */
  async pathWith(program: string, text: string): Promise<string> {
    const folder = await Deno.makeTempDir({ dir: this.scratch.folder });
    await Deno.writeTextFile(`${folder}/${program}`, `#!/bin/sh\necho '${text}'\n`, {
      mode: 0o755,
    });
    return `${folder}:${Deno.env.get("PATH")}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.scratch[Symbol.asyncDispose]();
  }
}

Deno.test("install.sh and its relatives have nothing that shellcheck objects to", {
  ignore: findProgram("shellcheck") === undefined,
}, async () => {
  const scripts = ["install.sh", "smoke.sh", "debian/postinst", "debian/postrm", "debian/prerm"];
  await runCommand(["shellcheck", ...scripts.map((name) => `packaging/${name}`)]);
});

Deno.test("install.sh installs twice as once, and removes what it installed and made", {
  ignore,
}, async () => {
  await using place = await Place.make();
  await Deno.mkdir(`${place.home}/.local/bin`, { recursive: true });
  await Deno.writeTextFile(`${place.home}/.local/bin/mine`, "");
  await Deno.mkdir(`${place.home}/.local/share/man`, { recursive: true });
  const before = await treeOf(place.home, "");

  const first = await place.install();
  assertEquals([first.code, first.stderr], [0, ""]);
  assertStringIncludes(first.stdout, `${place.home}/.local/bin is not on your PATH`);
  const after = await treeOf(place.home, "");
  assertEquals((await place.install()).code, 0);
  assertEquals(await treeOf(place.home, ""), after);

  const removed = await place.install("--uninstall");
  assertEquals([removed.code, removed.stderr], [0, ""]);
  assertEquals(await treeOf(place.home, ""), before);
  const again = await place.install("--uninstall");
  assertEquals(again.code, 1);
  assertStringIncludes(again.stderr, "nothing is installed in");
});

Deno.test("install.sh takes away what an earlier version had and this one has not", {
  ignore,
}, async () => {
  await using place = await Place.make();
  const prefix = `${place.home}/a prefix`;
  assertEquals((await place.install("--prefix", prefix)).code, 0);
  await Deno.mkdir(`${prefix}/share/old`);
  await Deno.writeTextFile(`${prefix}/share/old/file`, "");
  await Deno.writeTextFile(`${place.home}/outside`, "");
  const list = `${prefix}/share/multiport/files`;
  const forged = [
    "share/old/",
    "share/old/file",
    "../outside",
    "share/../../outside",
    "/etc/hosts",
  ];
  await Deno.writeTextFile(list, `${forged.join("\n")}\n`, { append: true });
  assertEquals((await place.install("--prefix", prefix)).code, 0);
  const found = await treeOf(place.home, "");
  assertEquals(found.filter((line) => line.includes("old")), []);
  assertEquals(found.filter((line) => line.startsWith("outside")).length, 1);
  assertEquals((await place.install(`--prefix=${prefix}`, "--uninstall")).code, 0);
  assertEquals(await treeOf(place.home, ""), [`outside ${0o100644} 0`]);
});

Deno.test("install.sh refuses an archive that was changed, and one whose program does not start", {
  ignore,
}, async () => {
  await using place = await Place.make();
  await flipByte(`${place.release}/${ARCHIVE}`, 100);
  const changed = await place.install();
  assertEquals(changed.code, 1);
  assertStringIncludes(changed.stderr, `Cannot install ${ARCHIVE}: its SHA-256 is`);
  assertEquals(await treeOf(place.home, ""), []);

  await using broken = await Place.make({ program: "#!/bin/sh\nexit 1\n" });
  const refused = await broken.install();
  assertStringIncludes(refused.stderr, "its mpclient does not start here");
  assertEquals(await treeOf(broken.home, ""), []);
});

Deno.test("install.sh says which system it has nothing for", { ignore }, async () => {
  await using place = await Place.make();
  const cases = [
    [{ PATH: await place.pathWith("uname", "riscv64") }, "Cannot install on riscv64"],
    [{ PATH: await place.pathWith("getconf", "glibc 2.17") }, "GNU libc here is 2.17"],
    [{ HOME: "" }, "HOME is not set"],
  ] as const;
  for (const [env, complaint] of cases) {
    const { code, stderr } = await place.installWith(env);
    assertEquals(code, 1);
    assertStringIncludes(stderr, complaint);
  }
  await Deno.remove(`${place.release}/${ARCHIVE}`);
  await writeSums(place.release);
  assertStringIncludes((await place.install()).stderr, "the release has no archive for");
  assertStringIncludes(
    (await place.install("--frmo", "x")).stderr,
    "Cannot use --frmo: see --help",
  );
  assertStringIncludes((await place.install("--help")).stdout, "sh install.sh --uninstall");
});

Deno.test("bash, fish and zsh complete what was installed when Tab is pressed", {
  ignore,
}, async () => {
  await using place = await Place.make();
  assertEquals((await place.install()).code, 0);
  const local = `${place.home}/.local`;
  const share = `${local}/share`;
  const env = { HOME: place.home, PATH: `${local}/bin:${Deno.env.get("PATH")}`, TERM: "dumb" };
  const said = async (name: string, ...args: string[]) => {
    if (findProgram(name) === undefined) return console.error(`Left out ${name}: not installed`);
    const signal = AbortSignal.timeout(DEADLINE_MS);
    const { stdout } = await new Deno.Command(name, {
      args,
      env,
      clearEnv: true,
      stdin: "null",
      signal,
    }).output();
    return new TextDecoder().decode(stdout);
  };

  const fish = await said("fish", "-c", "complete -C 'mpclient --bal'");
  if (fish !== undefined) assertStringIncludes(fish, "--balance");

  // The terminal in which another shell runs is one of zsh's.
  const press = (shell: string, ...setUp: string[]) =>
    [
      "zmodload zsh/zpty",
      `zpty -e shell ${shell}`,
      ...setUp.map((line) => `zpty -w shell ${JSON.stringify(line).replaceAll("$", "\\$")}`),
      `zpty -w shell "echo rea''dy"`,
      "zpty -r shell said '*ready*'",
      `zpty -n -w shell $'mpserver --limit\t'`,
      "zpty -r shell said '*--limit-rate*'",
      "print completed",
      "zpty -d shell",
    ].join("\n");
  const bash = await said(
    "zsh",
    "-fc",
    press("bash --norc --noprofile -i", `source '${share}/bash-completion/completions/mpserver'`),
  );
  if (bash !== undefined) assertStringIncludes(bash, "completed");
  const zsh = await said(
    "zsh",
    "-fc",
    press(
      "zsh -fi",
      `fpath=('${share}/zsh/site-functions' $fpath)`,
      "autoload -Uz compinit",
      "compinit -u -D",
    ),
  );
  if (zsh !== undefined) assertStringIncludes(zsh, "completed");
});
