import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { CLIENT_MANUAL } from "../../../lib/cli/manual/client_manual.ts";
import { parseClientOptions } from "../../../lib/cli/options/client_options.ts";
import type { EnvName } from "../../../lib/cli/host/host.ts";
import type { Manual } from "../../../lib/cli/manual/manual.ts";
import { isSettable } from "../../../lib/cli/options/option.ts";
import { runClient } from "../../../lib/cli/run_client.ts";
import { SERVER_MANUAL } from "../../../lib/cli/manual/server_manual.ts";
import { parseServerOptions } from "../../../lib/cli/options/server_options.ts";
import { readSettings, variableOf } from "../../../lib/cli/options/settings.ts";
import { MultiportError } from "../../../lib/multiport_error.ts";
import { Scratch } from "../../../testing/scratch.ts";
import { FakeHost } from "../host/fake_host.ts";

type Variables = Readonly<Partial<Record<EnvName, string>>>;

/** A person with a configuration file. */
class Person implements AsyncDisposable {
  private constructor(readonly scratch: Scratch) {}

  static async with(config: string | undefined): Promise<Person> {
    const person = new Person(await Scratch.make());
    if (config === undefined) return person;
    await Deno.mkdir(person.scratch.path("multiport"));
    await Deno.writeTextFile(person.path, config);
    return person;
  }

  get path(): string {
    return this.scratch.path("multiport/config.toml");
  }

  /** @param env Variables besides the one that says where the file is. */
  host(env: Variables = {}): FakeHost {
    return new FakeHost({ env: { XDG_CONFIG_HOME: this.scratch.folder, ...env } });
  }

  async settings(manual: Manual, args: readonly string[] = [], env: Variables = {}) {
    return await readSettings(manual, args, this.host(env));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.scratch[Symbol.asyncDispose]();
  }
}

/** What the client waits for a server, in the end. */
async function waitOf(person: Person, line: string, env: Variables): Promise<number | undefined> {
  const args = ["-p", "1", ...line.split(" ").filter((word) => word !== "")];
  const command = parseClientOptions(args, await person.settings(CLIENT_MANUAL, args, env));
  return command.kind === "run" ? command.options.wait : undefined;
}

Deno.test("readSettings(): the command line, the environment, the file, what is built in", async () => {
  await using person = await Person.with("[client]\nwait = 5\n");
  const env = { MULTIPORT_WAIT: "6" };
  assertEquals(await waitOf(person, "--wait 7", env), 7);
  assertEquals(await waitOf(person, "", env), 6);
  assertEquals(await waitOf(person, "", {}), 5);
  assertEquals(await waitOf(person, "--no-config", {}), undefined);
  assertEquals(await waitOf(person, "--no-config", env), 6);
});

Deno.test("readSettings() reads flags, lists, and values of every kind, of its own section", async () => {
  await using person = await Person.with(`
    [client]
    no-verify = true
    remote-time = false
    stall-timeout = 0.5
    balance = "equal"
    dir = "~/films"
    address = ["a.example", "b.example"]

    [server]
    wait = "what others have there is theirs to judge"
  `);
  const args = ["-p", "1", "2"];
  const env = { HOME: "/home/me", MULTIPORT_REMOTE_TIME: "1", MULTIPORT_DIR: "" };
  const command = parseClientOptions(args, await person.settings(CLIENT_MANUAL, args, env));
  if (command.kind !== "run") throw new Error(command.kind);
  const { verify, remoteTime, stallTimeout, balance, dir, servers = [] } = command.options;
  assertEquals([verify, remoteTime, stallTimeout, balance], [false, true, 0.5, "equal"]);
  assertEquals(dir, "/home/me/films");
  assertEquals(servers, ["a.example:1", "b.example:2"]);
});

Deno.test("a server can be set up by the file alone, and by variables alone", async () => {
  await using person = await Person.with(SERVER_MANUAL.configExample.join("\n"));
  const home = { HOME: "/home/me" };
  const fromFile = parseServerOptions([], await person.settings(SERVER_MANUAL, [], home));
  if (fromFile.kind !== "run") throw new Error(fromFile.kind);
  assertEquals(fromFile.options.ports, [60000, 60001, 60002, 60003]);
  assertEquals(fromFile.tokenFile, "/home/me/.config/multiport/token");

  const env = { MULTIPORT_FILE: "a film.mp4", MULTIPORT_PORTS: "1,2", MULTIPORT_ONCE: "yes" };
  const settings = await person.settings(SERVER_MANUAL, ["--no-config"], env);
  const fromEnv = parseServerOptions([], settings);
  if (fromEnv.kind !== "run") throw new Error(fromEnv.kind);
  const { files, ports, once } = fromEnv.options;
  assertEquals([files, ports, once], [["a film.mp4"], [1, 2], true]);
});

Deno.test("the examples in the manual pages can be used", async () => {
  for (const manual of [CLIENT_MANUAL, SERVER_MANUAL]) {
    await using person = await Person.with(manual.configExample.join("\n"));
    assertEquals((await person.settings(manual)).size, manual.configExample.length - 1);
  }
});

for (
  const [config, line, complaint] of [
    ["[client]\n\nwait = \n", 3, "Cannot read this line: "],
    ["[client]\nwait = 1\nwait = 2\n", 3, "Cannot read this line: "],
    ['[client]\ndir = "x"\nwait = "soon"\n', 3, 'Cannot use --wait with "soon": it takes seconds'],
    ["[client]\nno-verify = 1\n", 2, "Cannot set no-verify: it takes true or false"],
    ["[client]\ndir = true\n", 2, "Cannot set dir: it takes a text or a number"],
    ["[client]\nwait = [1, 2]\n", 2, "Cannot set wait: it takes a text or a number"],
    ['[client]\naddress = [\n  "a",\n  1979-05-27,\n]\n', 5, "Cannot set address: it takes texts"],
    ["[client]\nstal-timeout = 2\n", 2, "there is no such option; did you mean stall-timeout?"],
    ["[client]\nzzz = 2\n", 2, "there is no such option; see --help"],
    ['\n[client]\nuser = "me:secret"\n', 3, "Cannot set user: it is for the command line only"],
    ['[client]\noutput = "x"\n', 2, "Cannot set output: it is for the command line only"],
    ["# mine\n[clint]\nwait = 2\n", 2, "there is no such section; did you mean [client]?"],
    ["wait = 2\n[client]\n", 1, "Cannot use wait: write it under [client] or [server]"],
    ["client = 3\n", 1, "Cannot use client: write it under [client] or [server]"],
    ["client.waitt = 3\n", 1, "did you mean wait?"],
  ] as const
) {
  Deno.test(`runClient() exits 2 and names the line of ${JSON.stringify(config)}`, async () => {
    await using person = await Person.with(config);
    const host = person.host();
    const load = () => Promise.reject(new Error("it was loaded"));
    assertEquals(await runClient(["-p", "1"], host, load), 2);
    assertStringIncludes(host.err, `mpclient: ${person.path}:${line}: `);
    assertStringIncludes(host.err, complaint);
    assertEquals(host.err.includes("secret"), false);
    // Whoever asks for help gets it.
    assertEquals(await runClient(["--help"], person.host(), load), 0);
  });
}

Deno.test("readSettings() names the variable that is wrong", async () => {
  await using person = await Person.with(undefined);
  const wrongFlag = person.settings(CLIENT_MANUAL, [], { MULTIPORT_NO_VERIFY: "maybe" });
  await assertRejects(
    () => wrongFlag,
    MultiportError,
    'Cannot use MULTIPORT_NO_VERIFY with "maybe"',
  );
  const wrongValue = waitOf(person, "", { MULTIPORT_WAIT: "soon" });
  await assertRejects(() => wrongValue, MultiportError, "MULTIPORT_WAIT: Cannot use --wait");
});

Deno.test("readSettings() tells a file that it cannot read from one that is not there", async () => {
  await using person = await Person.with(undefined);
  assertEquals((await person.settings(CLIENT_MANUAL)).size, 0);
  await Deno.mkdir(person.path, { recursive: true });
  const error = await assertRejects(() => person.settings(CLIENT_MANUAL), MultiportError);
  assertEquals(error.code, "local");
  assertStringIncludes(error.message, `Cannot read ${person.path}: `);
  await Deno.remove(person.path);
  await Deno.symlink(person.path, person.path);
  await assertRejects(
    () => person.settings(CLIENT_MANUAL),
    MultiportError,
    "its symbolic links lead nowhere; --no-config does without it",
  );
  await Deno.remove(person.path);
  await Deno.writeTextFile(person.path, "#".repeat(70_000));
  await assertRejects(
    () => person.settings(CLIENT_MANUAL),
    MultiportError,
    "more than 65536 bytes",
  );
});

Deno.test("readSettings() looks in ~/.config where XDG_CONFIG_HOME says nothing useful", async () => {
  await using scratch = await Scratch.make();
  await Deno.mkdir(scratch.path(".config/multiport"), { recursive: true });
  await Deno.writeTextFile(scratch.path(".config/multiport/config.toml"), "[client]\nwait = 5\n");
  for (const chosen of [undefined, "", "relative"]) {
    const env = {
      HOME: scratch.folder,
      ...chosen === undefined ? {} : { XDG_CONFIG_HOME: chosen },
    };
    const settings = await readSettings(CLIENT_MANUAL, [], new FakeHost({ env }));
    assertEquals(settings.get("wait")?.texts, ["5"]);
  }
});

Deno.test("no secret and nothing about a single run can be set for all runs", () => {
  const names = Object.values(CLIENT_MANUAL.options).filter(isSettable).map(({ name }) => name);
  for (const name of ["user", "header", "output", "checksum", "ports", "json", "help"]) {
    assertEquals(names.includes(name), false, name);
  }
  assertEquals(variableOf(CLIENT_MANUAL.options.tokenFile!), "MULTIPORT_TOKEN_FILE");
});
