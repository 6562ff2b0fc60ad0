import { assert, assertEquals, assertMatch } from "@std/assert";
import { globSync } from "node:fs";
import { TARGETS } from "../../tools/targets.ts";

const WORKFLOWS = globSync(".github/workflows/*.yml").sort();
const RELEASE = await Deno.readTextFile(".github/workflows/release.yml");

Deno.test("workflows pin every action by commit, and get no more rights than they use", () => {
  assertEquals(WORKFLOWS.map((path) => path.split("/").at(-1)), ["ci.yml", "release.yml"]);
  for (const path of WORKFLOWS) {
    const text = Deno.readTextFileSync(path);
    const used = [...text.matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, action]) => action ?? "");
    assert(used.length > 0, path);
    for (const action of used) {
      assertMatch(action, /^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    }
    assertMatch(text, /^permissions:( \{\}|\n {2}contents: read)$/m);
    assertEquals(text.includes("\t"), false);
    // What somebody else can choose, as a branch's name, never becomes part of a script.
    for (const [, script] of text.matchAll(/run: (?:\|\n)?((?:.*\n)(?: {10}.*\n)*)/g)) {
      assertEquals(script?.includes("${{"), false, script);
    }
  }
});

Deno.test("the release workflow makes every target, with the reference Deno, out of a tag", async () => {
  const targets = [...RELEASE.matchAll(/target: ([\w-]+-[\w-]+-[\w-]+) \}/g)].map(([, target]) =>
    target
  );
  assertEquals(targets, [...TARGETS]);
  const ci = await Deno.readTextFile(".ci/run");
  const reference = /^reference=(.*)$/m.exec(ci)?.[1];
  for (const path of WORKFLOWS) {
    assertEquals(/^ {2}DENO: (.*)$/m.exec(Deno.readTextFileSync(path))?.[1], reference, path);
  }
  for (const step of ["--notes", "--target", "--combine", "smoke.sh", "--uninstall", "attest"]) {
    assert(RELEASE.includes(step), step);
  }
});

Deno.test("python reads the workflows and the forms for issues as YAML", async () => {
  const script = "import sys, yaml\nfor path in sys.argv[1:]: yaml.safe_load(open(path))";
  const args = ["-c", script, ...globSync(".github/**/*.yml")];
  const python = (args: string[]) =>
    new Deno.Command("python3", { args }).output().catch(() => ({ success: false }));
  if (!(await python(["-c", "import yaml"])).success) {
    return console.error("Left out the syntax of .github: python3 has no yaml here");
  }
  assert((await python(args)).success);
});
