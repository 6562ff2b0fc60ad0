import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { cpSync, existsSync, globSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../../tools/digest_of.ts";
import { PROGRAMS } from "../../tools/programs.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** Builds a project of two small programs with the tools of this one. */
class Project implements Disposable {
  readonly folder = Deno.makeTempDirSync();

  constructor() {
    for (const path of ["deno.json", "deno.lock", "testing", "tools"]) {
      cpSync(join(ROOT, path), join(this.folder, path), { recursive: true });
    }
    this.write("server.ts", `import "./lib/server/start.ts";`);
    this.write("lib/server/start.ts", START);
    this.write("client.ts", `Deno.writeTextFileSync(Deno.args[0]!, "written");`);
    this.write("lib/server/port_worker.ts", `postMessage("from the worker");`);
  }

  write(path: string, text: string): void {
    Deno.mkdirSync(join(this.folder, path, ".."), { recursive: true });
    Deno.writeTextFileSync(join(this.folder, path), text);
  }

  async compile(...args: string[]) {
    return await run(Deno.execPath(), "run", "-A", join(this.folder, "tools/run.ts"), ...args);
  }

  async start(name: string, ...args: string[]) {
    return await run(join(this.folder, "dist", name), ...args);
  }

  changed(name: string): number | undefined {
    return Deno.statSync(join(this.folder, "dist", name)).mtime?.getTime();
  }

  [Symbol.dispose]() {
    Deno.removeSync(this.folder, { recursive: true });
  }
}

/** What runs in each program's threads. */
const SCRIPTS = {
  mpserver: ["server", "port_worker", "manifest_worker"],
  mpclient: ["client", "fetch_worker"],
};

const START = `
const worker = new Worker(new URL("./port_worker.ts", import.meta.url), { type: "module" });
worker.onmessage = ({ data }) => {
  console.log(data, Deno.args[0]);
  worker.terminate();
  try {
    Deno.writeTextFileSync("/dev/null", "");
  } catch (error) {
    console.log(error.name);
  }
  console.log(Deno.permissions.querySync({ name: "import" }).state);
};
`;

async function run(command: string, ...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(command, { args }).output();
  const decoder = new TextDecoder();
  return { code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}

Deno.test("compile makes executables with their workers and no permission to spare, and keeps what it cannot replace", async () => {
  using project = new Project();
  // Two builds at once, as two tests or two terminals would start them.
  const builds = await Promise.all([project.compile("compile"), project.compile("compile")]);
  assertEquals(builds.map((build) => build.code), [0, 0], builds[0]!.stderr);
  // These two programs do not know their parts; they are made all the same.
  const messages = builds.map(({ stderr }) => stderr).join("");
  assertStringIncludes(messages, "Cannot rehearse: ");
  const { stdout } = await project.start("mpserver", "here");
  assertEquals(stdout, "from the worker here\nNotCapable\ndenied\n");
  const copy = join(project.folder, "copy");
  assertEquals((await project.start("mpclient", copy)).code, 0);
  assert(existsSync(copy));

  const before = project.changed("mpserver");
  assertEquals((await project.compile("compile")).code, 0);
  assertEquals(project.changed("mpserver"), before, "nothing has changed");
  project.write("server.ts", `console.log("new");`);
  assertEquals((await project.compile("compile")).code, 0);
  assertEquals((await project.start("mpserver")).stdout, "new\n");

  project.write("server.ts", `import "./missing.ts";`);
  const { code, stderr } = await project.compile("compile");
  assertEquals(code, 1);
  assertStringIncludes(stderr, "missing.ts");
  assertEquals(
    (await project.start("mpserver")).stdout,
    "new\n",
    "what cannot be replaced is kept",
  );
  assertEquals(globSync("dist/.{making,draft}-*", { cwd: project.folder }), []);
});

Deno.test("compile makes the same bytes of the same source, but for what a rehearsal finds", async () => {
  const target = Deno.build.target;
  const digests: string[][] = [];
  for (let at = 0; at < 2; at++) {
    using project = new Project();
    assertEquals((await project.compile("compile", "--target", target)).code, 0);
    const folder = join(project.folder, "dist", target);
    digests.push(["mpclient", "mpserver"].map((name) => digestOf(join(folder, name))));
  }
  assertEquals(digests[0], digests[1]);
});

Deno.test("compile puts what a rehearsal has compiled into executables", async () => {
  for (const [name, scripts] of Object.entries(SCRIPTS)) {
    const executable = new TextDecoder("latin1").decode(
      await Deno.readFile(join(ROOT, "dist", name)),
    );
    for (const script of scripts) {
      assert(executable.includes(`"${script}.cache"`), `${name} has no code cache of ${script}`);
    }
  }
});

Deno.test("executables have the heaps that their programs are to have", async () => {
  for (const { name, v8Flags } of PROGRAMS) {
    const executable = new TextDecoder("latin1").decode(
      await Deno.readFile(join(ROOT, "dist", name)),
    );
    const last = `${v8Flags.map((flag) => JSON.stringify(flag)).join()}]`;
    assert(executable.includes(last), `${name} has not ${v8Flags}`);
  }
});

Deno.test("executables tell what they are made of, as the file beside them does", async () => {
  const listed = JSON.parse(await Deno.readTextFile(join(ROOT, "dist/embedded.json")));
  const names = listed.packages.map(({ name }: { name: string }) => name);
  for (const name of ["ipaddr.js", "saxes", "xmlchars"]) assert(names.includes(name), name);
  for (const program of Object.keys(SCRIPTS)) {
    const { stdout } = await run(join(ROOT, "dist", program), "--version", "--verbose");
    const [, runtime, ...packages] = stdout.trimEnd().split("\n");
    assertEquals(runtime, `Deno ${listed.deno}, V8 ${listed.v8}`);
    assertEquals(packages.length, names.length);
    assertMatch(stdout, /^npm ipaddr\.js \S+ sha512-\S+$/m);
  }
});

Deno.test("compile names the targets there are, and leaves nothing of one that cannot be had", async () => {
  using project = new Project();
  const unknown = await project.compile("compile", "--target", "toaster");
  assertEquals(unknown.code, 1);
  assertMatch(unknown.stderr, /toaster: it is unknown; known are .*aarch64-apple-darwin/);
  project.write("server.ts", `import "./missing.ts";`);
  const failed = await project.compile("compile", "--target", "aarch64-apple-darwin");
  assertEquals(failed.code, 1);
  assertEquals(globSync("dist/*-*", { cwd: project.folder }), []);
});

Deno.test("compile refuses options that it does not know", async () => {
  using project = new Project();
  const { code, stderr } = await project.compile("compile", "--fast");
  assertEquals([code, stderr], [
    1,
    "Cannot compile with --fast: only --target TRIPLE can be given.\n",
  ]);
});

Deno.test("the task runner lists its jobs when it is called wrongly", async () => {
  using project = new Project();
  const { code, stderr } = await project.compile("compilation");
  assertEquals(code, 2);
  assertStringIncludes(stderr, "compile");
});
