import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CLIENT_MANUAL } from "../../../lib/cli/manual/client_manual.ts";
import { renderCompletions, type Shell, SHELLS } from "../../../lib/cli/manual/completions.ts";
import { optionUsage, renderHelp } from "../../../lib/cli/manual/help.ts";
import { renderManPage } from "../../../lib/cli/manual/man_page.ts";
import { SERVER_MANUAL } from "../../../lib/cli/manual/server_manual.ts";
import { MultiportError } from "../../../lib/multiport_error.ts";

const MANUALS = [CLIENT_MANUAL, SERVER_MANUAL];
const EDITION = { version: "1.2.3", date: "2026-11-26" };

/** Runs a program, unless it is not installed, which is said. */
async function outputOf(name: string, args: string[], input = ""): Promise<string | undefined> {
  try {
    const child = new Deno.Command(name, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(input));
    await writer.close();
    const { stdout, stderr } = await child.output();
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    console.error(`Left out, as ${name} is not installed`);
    return undefined;
  }
}

/** The completions of a shell in a file, for as long as a test needs it. */
async function completionFile(shell: Shell, name: string) {
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(`${folder}/${name}`, renderCompletions(CLIENT_MANUAL, shell));
  return {
    folder,
    path: `${folder}/${name}`,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

for (const manual of MANUALS) {
  Deno.test(`help, manual page and completions of ${manual.name} have the same options`, () => {
    const help = renderHelp(manual);
    const page = renderManPage(manual, EDITION).replaceAll("\\-", "-").replaceAll("...", "…");
    const scripts = SHELLS.map((shell) => renderCompletions(manual, shell));
    for (const option of Object.values(manual.options)) {
      assertStringIncludes(help, optionUsage(option));
      assertStringIncludes(page, `.B ${optionUsage(option)}`);
      for (const script of scripts) assertStringIncludes(script, option.name);
    }
  });

  Deno.test(`mandoc has nothing to say against the manual page of ${manual.name}`, async () => {
    const said = await outputOf("mandoc", ["-T", "lint"], renderManPage(manual, EDITION));
    assertEquals(said ?? "", "");
  });
}

Deno.test("bash completes options, their values and files", async () => {
  await using file = await completionFile("bash", "mpclient");
  const complete = async (...words: string[]) => {
    const list = words.map((word) => `'${word}'`).join(" ");
    const script = `compopt() { :; }; source '${file.path}'; cd '${file.folder}'; ` +
      `COMP_WORDS=(mpclient ${list}); COMP_CWORD=${words.length}; _mpclient; echo "\${COMPREPLY[@]}"`;
    return (await outputOf("bash", ["-c", script]))?.trim();
  };
  if (await complete("--bal") === undefined) return;
  assertEquals(await complete("--bal"), "--balance");
  assertEquals(await complete("--balance", "e"), "equal");
  assertEquals(await complete("--balance", "=", "e"), "equal");
  assertEquals(await complete("-o", "mp"), "mpclient");
  assertEquals(await complete("-p", "1", "2"), "");
  assertEquals(await complete("comp"), "completions");
  assertEquals(await complete("completions", "z"), "zsh");
});

Deno.test("fish completes options and their values", async () => {
  await using file = await completionFile("fish", "mpclient.fish");
  const complete = (line: string) =>
    outputOf("fish", ["--no-config", "-c", `source '${file.path}'; complete -C '${line}'`]);
  const options = await complete("mpclient --bal");
  if (options === undefined) return;
  assertStringIncludes(options, "--balance");
  assertStringIncludes(await complete("mpclient --balance ") ?? "", "equal");
  assertStringIncludes(await complete("mpclient completions ") ?? "", "powershell");
});

Deno.test("zsh completes options when Tab is pressed", async () => {
  await using file = await completionFile("zsh", "_mpclient");
  const script = [
    "zmodload zsh/zpty",
    "TERM=dumb zpty shell zsh -f -i",
    `zpty -w shell "fpath=('${file.folder}' \\$fpath); autoload -Uz compinit; compinit -u -D; print rea''dy"`,
    "zpty -r shell said '*ready*'",
    `zpty -n -w shell $'mpclient --bal\t'`,
    "zpty -r shell said '*--balance*'",
    "print completed",
    "zpty -d shell",
  ].join("\n");
  const said = await outputOf("zsh", ["-f", "-c", script]);
  if (said !== undefined) assertStringIncludes(said, "completed");
});

Deno.test("renderCompletions() refuses a shell that it does not know", () => {
  for (const shell of [undefined, "tcsh"]) {
    assertThrows(
      () => renderCompletions(CLIENT_MANUAL, shell),
      MultiportError,
      "bash|zsh|fish|powershell",
    );
  }
});
