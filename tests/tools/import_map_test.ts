import { assert, assertEquals } from "@std/assert";
import { globSync } from "node:fs";
import { ADAPTERS } from "../../tools/import_map.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

async function declared() {
  return JSON.parse(await Deno.readTextFile(`${ROOT}deno.json`));
}

Deno.test("every module of @std that is imported has a stand-in", async () => {
  const folders = globSync("{*.ts,{lib,tests,bench,tools}/**/*.ts}", { cwd: ROOT });
  for (const path of folders) {
    const text = await Deno.readTextFile(ROOT + path);
    for (const [, specifier = ""] of text.matchAll(/ from "(@std\/[^"]+)";$/gm)) {
      assert(specifier in ADAPTERS, `${path} imports ${specifier}: add it to tools/import_map.ts`);
    }
  }
});

Deno.test("every stand-in is of a package that deno.json declares", async () => {
  const { imports } = await declared();
  for (const specifier of Object.keys(ADAPTERS)) {
    const [scope, name] = specifier.split("/");
    assert(`${scope}/${name}` in imports, `deno.json does not declare ${scope}/${name}`);
  }
});

Deno.test("packages from npm are in the scope ./ and not among the imports", async () => {
  const { imports, scopes } = await declared();
  const fromNpm = (specifiers: Record<string, string>) =>
    Object.keys(specifiers).filter((name) => specifiers[name]!.startsWith("npm:"));
  assertEquals(fromNpm(imports), [], "deno task would fetch these before it runs anything");
  assertEquals(fromNpm(scopes["./"]), Object.keys(scopes["./"]));
});
