import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import config from "../../deno.json" with { type: "json" };
import { serve } from "../../lib/server/serve.ts";
import { Scratch } from "../../testing/scratch.ts";
import { stdFlags } from "../../tools/std_flags.ts";
import { documentedIn, examplesOf } from "./examples.ts";

const ROOT = new URL("../../", import.meta.url);
const TIMEOUT_MS = 240_000;

/** Runs Deno, which has to end well; answers what it has printed. */
async function deno(args: string[], cwd = ROOT.pathname) {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const env = { NO_COLOR: "1" };
  const command = new Deno.Command(Deno.execPath(), { args, cwd, env, signal, stdin: "null" });
  const { success, ...printed } = await command.output();
  const decoder = new TextDecoder();
  const [stdout, stderr] = [decoder.decode(printed.stdout), decoder.decode(printed.stderr)];
  assert(success, `deno ${args.join(" ")}\n${stdout}\n${stderr}`.slice(-4_000));
  return { stdout, stderr };
}

Deno.test("the library's documentation lacks nothing, and no signature has a private type", async () => {
  await deno(["doc", "--lint", ...await stdFlags(), "mod.ts"]);
});

Deno.test("every export of the library has an example that works for somebody who uses it", async () => {
  const { stdout: json } = await deno(["doc", "--json", ...await stdFlags(), "mod.ts"]);
  const readme = Deno.readTextFileSync(new URL("README.md", ROOT));
  const documented = [...documentedIn(json), { name: "the README", examples: examplesOf(readme) }];
  const without = documented.filter(({ examples }) => examples.length === 0);
  assertEquals(without.map(({ name }) => name), []);

  await using scratch = await Scratch.make();
  const film = await scratch.noise("film.mp4", 100_000);
  await using servers = await serve({ files: [film], ports: [0, 0] });
  const [first, second] = servers.all.map(({ address }) => address);
  const all = documented.flatMap(({ name, examples }) => examples.map((code) => ({ name, code })));
  const steps = all.map(({ name, code }, at) => {
    const module = `example_${at + 1}.ts`;
    const folder = scratch.path(`of_${module}`);
    Deno.mkdirSync(folder);
    if (code.includes("files:")) Deno.copyFileSync(film, join(folder, "film.mp4"));
    // The ports in the documentation may be somebody else's here.
    const here = code.replaceAll("./mod.ts", "@multiport/multiport").replaceAll(
      "127.0.0.1:60000",
      first ?? "",
    )
      .replaceAll("127.0.0.1:60002", second ?? "").replaceAll("60000, 60002", "0, 0");
    Deno.writeTextFileSync(scratch.path(module), here);
    const said = JSON.stringify(`example ${at + 1}: ${name}`);
    return `console.log(${said});\nDeno.chdir(${
      JSON.stringify(folder)
    });\nawait import("./${module}");\n`;
  });
  Deno.writeTextFileSync(scratch.path("main.ts"), steps.join(""));
  const library = { "@multiport/multiport": new URL("mod.ts", ROOT).href };
  const imports = { imports: { ...config.scopes["./"], ...library } };
  Deno.writeTextFileSync(scratch.path("import_map.json"), JSON.stringify(imports));

  const map = `--import-map=${pathToFileURL(scratch.path("import_map.json"))}`;
  await deno(["check", map, scratch.path("main.ts")], scratch.path("."));
  // It ends by itself: nothing that an example does is left.
  const { stdout } = await deno(["run", "-A", map, scratch.path("main.ts")], scratch.path("."));
  assertEquals(
    stdout.split("\n").filter((line) => line.startsWith("example ")).length,
    steps.length,
  );
});

Deno.test("what is published is the library, its documentation and its licence, and nothing else", async () => {
  const { stdout, stderr } = await deno(["publish", "--dry-run", "--allow-dirty", "--no-check"]);
  const names = [...`${stdout}${stderr}`.matchAll(/^ +(file:.*) \([\d.]+ ?k?m?B\)$/gim)]
    .map(([, url = ""]) => url.slice(ROOT.href.length));
  const inside = names.filter((name) => name.startsWith("lib/"));
  assert(inside.includes("lib/client/download.ts"), stderr);
  assertEquals(names.filter((name) => !inside.includes(name)).sort(), [
    "LICENSE",
    "README.md",
    "deno.json",
    "mod.ts",
  ]);
});
