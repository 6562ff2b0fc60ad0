import { assertEquals, assertThrows } from "@std/assert";
import { checkArrows, circlesIn, folderOf, readArrows } from "../../tools/arrows.ts";

const DOCUMENT = `
# Layout

| folder            | what it does      | imports              |
| ----------------- | ----------------- | -------------------- |
| \`a.ts\`, \`b.ts\`    | two programs      | \`lib/cli\`            |
| \`lib/cli\`         | command \`lines\`   | \`lib\`, \`lib/http\`    |
| \`lib/http\`        | the protocol      | \`lib\`                |
| \`lib\`             | what all share    | nothing              |
| \`tests\`           | all of it         | \`lib/*\`, \`tools\`     |

| folder | another table | imports |
`;

const ARROWS = readArrows(DOCUMENT);

/** A graph that uses every arrow. */
const IMPORTS: Record<string, string[]> = {
  "a.ts": ["lib/cli/run.ts"],
  "b.ts": ["lib/cli/run.ts"],
  "lib/cli/run.ts": ["lib/http/head.ts", "lib/cli/options/option.ts", "lib/delay.ts"],
  "lib/http/head.ts": ["lib/delay.ts"],
  "tests/http/head_test.ts": [
    "lib/http/head.ts",
    "lib/delay.ts",
    "tests/http/noise.ts",
    "tools/x.ts",
  ],
};

function check(
  imports: Record<string, string[]>,
  workers: Record<string, string[]> = {},
): string[] {
  const all = new Map(Object.entries({ ...IMPORTS, ...imports }));
  return checkArrows({ imports: all, workers: new Map(Object.entries(workers)) }, ARROWS);
}

Deno.test("readArrows() reads the first table whose last column is imports", () => {
  assertEquals([...ARROWS], [
    ["a.ts", ["lib/cli"]],
    ["b.ts", ["lib/cli"]],
    ["lib/cli", ["lib", "lib/http"]],
    ["lib/http", ["lib"]],
    ["lib", []],
    ["tests", ["lib/*", "tools"]],
  ]);
});

Deno.test("readArrows() refuses a document without such a table", () => {
  assertThrows(() => readArrows("| folder | what |"), Error, "docs/architecture.md");
});

Deno.test("folderOf() knows the top of the project, the library's folders and the others", () => {
  const expected = {
    "mod.ts": "mod.ts",
    "lib/delay.ts": "lib",
    "lib/ui/bar.ts": "lib/ui",
    "lib/ui/dashboard/page.ts": "lib/ui",
    "tests/ui/bar_test.ts": "tests",
  };
  for (const [path, folder] of Object.entries(expected)) assertEquals(folderOf(path), folder);
});

Deno.test("checkArrows() finds nothing wrong with imports along the arrows", () => {
  assertEquals(check({}), []);
});

Deno.test("checkArrows() names an import against the arrows, and what would be right", () => {
  assertEquals(check({ "lib/http/range.ts": ["lib/cli/run.ts"] }), [
    "lib/http/range.ts imports lib/cli/run.ts: lib/http may import lib",
  ]);
  assertEquals(check({ "lib/delay.ts": ["lib/http/head.ts"] }), [
    "lib/delay.ts imports lib/http/head.ts: lib may import nothing",
    "Circle: lib/delay.ts → lib/http/head.ts → lib/delay.ts",
  ]);
});

Deno.test("checkArrows() lets a folder import what mod.ts hands on, and nothing behind it", () => {
  const arrows = new Map([["lib/cli", ["mod.ts"]], ["mod.ts", ["lib/http"]], ["lib/http", []]]);
  const imports = (names: string[]) =>
    new Map([
      ["mod.ts", ["lib/http/face.ts"]],
      ["lib/cli/run.ts", names],
      ["lib/http/face.ts", ["lib/http/deep.ts"]],
    ]);
  const complaints = (names: string[]) =>
    checkArrows({ imports: imports(names), workers: new Map() }, arrows);
  assertEquals(complaints(["lib/http/face.ts"]), []);
  assertEquals(complaints(["lib/http/face.ts", "lib/http/deep.ts"]), [
    "lib/cli/run.ts imports lib/http/deep.ts: lib/cli may import mod.ts",
  ]);
});

Deno.test("checkArrows() looks at what runs in workers like at imports, but for circles", () => {
  assertEquals(check({}, { "lib/http/head.ts": ["lib/cli/x_worker.ts", "lib/http/y_worker.ts"] }), [
    "lib/http/head.ts imports lib/cli/x_worker.ts: lib/http may import lib",
  ]);
});

Deno.test("checkArrows() names a folder that is not in the table", () => {
  assertEquals(check({ "lib/new/x.ts": ["lib/delay.ts"] }), [
    "lib/new: docs/architecture.md does not say what it may import",
  ]);
});

Deno.test("checkArrows() names an arrow that nothing uses", () => {
  assertEquals(check({ "lib/http/head.ts": [] }), [
    "lib/http imports nothing from lib, though it may",
  ]);
  assertEquals(check({ "tests/http/head_test.ts": ["tools/x.ts"] }), [
    "tests imports nothing from lib/*, though it may",
  ]);
});

Deno.test("circlesIn() finds each circle once, the shortest way round", () => {
  const imports = new Map(Object.entries({
    a: ["b"],
    b: ["c", "d"],
    c: ["d"],
    d: ["b"],
    e: ["e"],
    f: ["a", "g"],
    g: [],
  }));
  assertEquals(circlesIn(imports), [["b", "d", "b"], ["c", "d", "b", "c"], ["e", "e"]]);
});
