import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";

const ROOT = new URL("../../", import.meta.url);

/** Far longer than the tests below need that end. */
const DEADLINE_S = 2;

const SOURCE = `
Deno.test("waits for ever", () => new Promise(() => setInterval(() => {}, 1000)));
Deno.test({ name: "waits in its options", fn: async () => await new Promise(() => {}) });
Deno.test(async function waitsByItsOwnName() {
  await new Promise(() => {});
});
Deno.test("waits behind options", { sanitizeOps: false }, () => new Promise(() => {}));
Deno.test("throws", () => {
  throw new TypeError("as it should");
});
Deno.test("is well", async (t) => {
  await t.step("has a step", () => {});
});
Deno.test.ignore("is left out", () => {});
Deno.test({ name: "is left out, too", ignore: true, fn: () => {} });
`;

const BLOCKED = `
Deno.test("never lets go", () => {
  for (;;);
});
`;

const WRONG_WORKER = `
Deno.test("starts a worker", async () => {
  const source = "const wrong: number = 'none'; self.postMessage(wrong);";
  const url = "data:text/typescript," + encodeURIComponent(source);
  const worker = new Worker(url, { type: "module" });
  await new Promise((resolve) => worker.onmessage = resolve);
  worker.terminate();
});
`;

const WRONG_TEST = `
const wrong: number = "none";
Deno.test("is never run", () => console.log(wrong));
`;

/** Runs a module of tests, and returns what was said. */
async function run(source: string, ...command: string[]) {
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/sample_test.ts`;
    await Deno.writeTextFile(path, source);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [...command, path],
      cwd: ROOT,
      env: { NO_COLOR: "1", TEST_DEADLINE: String(DEADLINE_S), DENO_NO_UPDATE_CHECK: "1" },
    }).output();
    const decoder = new TextDecoder();
    return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("deadlines.ts fails a test that does not end, by its name, and goes on with the next", async () => {
  const command = ["test", "-A", "--no-check", "--preload", "testing/deadlines.ts"];
  const { code, stdout } = await run(SOURCE, ...command);
  assertEquals(code, 1);
  const waiting = [
    "waits for ever",
    "waits in its options",
    "waitsByItsOwnName",
    "waits behind options",
  ];
  for (const name of waiting) {
    assertStringIncludes(stdout, `Error: "${name}" has not ended within 2 s`);
  }
  assertStringIncludes(stdout, "TypeError: as it should");
  assertStringIncludes(stdout, "1 passed (1 step) | 5 failed | 2 ignored");
  const places = [...stdout.matchAll(/^throws => .*$/gm)].map(([line]) => line.split("/").at(-1));
  assertEquals(new Set(places), new Set(["sample_test.ts:8:6"]));
});

Deno.test("run_tests.ts stops a test that blocks its thread, by its name", async () => {
  const { code, stderr } = await runTests(BLOCKED);
  assertEquals(code, 1);
  assertMatch(stderr, /^"never lets go" in file:\S+sample_test\.ts blocks its thread/m);
});

Deno.test("run_tests.ts checks types before tests run, and not those of workers meanwhile", async () => {
  const { code, stdout, stderr } = await runTests(WRONG_WORKER);
  assertEquals(code, 0, stdout + stderr);
  const wrong = await runTests(WRONG_TEST);
  assertEquals(wrong.code, 1);
  assertStringIncludes(wrong.stderr, "TS2322");
  assertEquals(wrong.stdout.includes("is never run"), false);
});

/** Runs a module of tests as `deno task test` does, with no patience for one that blocks its thread. */
function runTests(source: string) {
  const script = `
    import { runTests } from "${new URL("tools/run_tests.ts", ROOT)}";
    Deno.exit(await runTests([Deno.args[0]], 0));`;
  return run(source, "run", "-A", `data:text/typescript,${encodeURIComponent(script)}`);
}
