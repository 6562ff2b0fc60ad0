import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { DownloadEvent } from "../../lib/client/download_event.ts";
import { MultiportError } from "../../lib/multiport_error.ts";
import { type DownloadLibrary, fetchFile } from "../../lib/cli/fetch_file.ts";
import type { Work } from "../../lib/cli/program.ts";
import type { FetchCommand } from "../../lib/cli/options/client_options.ts";
import { runClient } from "../../lib/cli/run_client.ts";
import { DONE, PROGRESS, START } from "../ui/client/client_events.ts";
import { FakeHost, type FakeHostOptions } from "./host/fake_host.ts";

interface Run {
  readonly host: FakeHost;
  readonly code: Promise<number>;
}

type Download = DownloadLibrary["download"];

const inspect = () => Promise.reject(new Error("nobody asked"));

function run(line: string, download: Download, options?: FakeHostOptions): Run {
  const host = new FakeHost(options);
  const code = runClient(
    line.split(" ").filter((word) => word !== ""),
    host,
    () =>
      Promise.resolve((command, scene) =>
        fetchFile(command, scene, { download, inspect }, host.stdout)
      ),
  );
  return { host, code };
}

function telling(...events: DownloadEvent[]): Download {
  return ({ onEvent }) => {
    for (const event of events) onEvent?.(event);
    return Promise.resolve();
  };
}

function failing(error: unknown): Download {
  return () => Promise.reject(error);
}

/** A download that goes on until it is stopped, and what its caller is told meanwhile. */
function endless(): { readonly download: Download; readonly started: Promise<void> } {
  const { promise: started, resolve } = Promise.withResolvers<void>();
  return {
    started,
    download: ({ onEvent, signal }) =>
      new Promise((_, reject) => {
        onEvent?.(START);
        signal?.addEventListener("abort", () => reject(signal.reason));
        resolve();
      }),
  };
}

Deno.test("runClient() shows what happens and ends well", async () => {
  const { host, code } = run("-p 1", telling(START, DONE));
  assertEquals(await code, 0);
  assertStringIncludes(host.out, "oned_copy.mp4: 1.0 GiB in 9.0 s");
  assertEquals(host.err, "");
});

for (const [kind, expected] of [["unreachable", 3], ["local", 4], ["content", 5]] as const) {
  Deno.test(`runClient() exits ${expected} when a download ends as ${kind}`, async () => {
    const { host, code } = run("-p 1", failing(new MultiportError(kind, "Cannot go on: \x1b[2J")));
    assertEquals([await code, host.err], [expected, "mpclient: Cannot go on: ?[2J\n"]);
  });
}

Deno.test("runClient() exits 2 and says what is wrong with a command line", async () => {
  const { host, code } = run("-p 70000", telling());
  assertEquals([await code, host.out], [2, ""]);
  assertEquals(
    host.err,
    'mpclient: Cannot use -p, --ports with "70000": a port is a whole number from 1 to 65535\n',
  );
});

Deno.test("runClient() reports errors as objects where objects were asked for", async () => {
  const wrong = run("-p 70000 --json", telling());
  assertEquals([await wrong.code, wrong.host.err], [2, ""]);
  assertEquals(JSON.parse(wrong.host.out).code, 2);
  const lost = run("-p 1 --json", failing(new MultiportError("unreachable", "Cannot start")));
  assertEquals(await lost.code, 3);
  assertEquals(lost.host.out, '{"v":1,"type":"error","code":3,"message":"Cannot start"}\n');
  assertEquals(lost.host.err, "");
});

Deno.test("runClient() says nothing but errors when it shall be quiet", async () => {
  const { host, code } = run("-p 1 --quiet", telling(START, PROGRESS, DONE));
  assertEquals([await code, host.out, host.err], [0, "", ""]);
});

for (const [signal, expected] of [["SIGINT", 130], ["SIGTERM", 143], ["SIGHUP", 129]] as const) {
  Deno.test(`runClient() exits ${expected} after ${signal}`, async () => {
    const { download, started } = endless();
    const { host, code } = run("-p 1", download);
    await started;
    host.signal(signal);
    assertEquals([await code, host.err], [expected, "mpclient: Interrupted\n"]);
    assertEquals(host.exitCode, undefined);
  });
}

Deno.test("runClient() goes on after a signal that it was started to ignore", async () => {
  const { download, started } = endless();
  const { host, code } = run("-p 1", download, { ignored: ["SIGHUP", "SIGINT"] });
  await started;
  host.signal("SIGHUP");
  host.signal("SIGINT");
  host.signal("SIGTERM");
  assertEquals(await code, 143);
});

Deno.test("runClient() exits 129 when its terminal is closed, whoever says so first", async () => {
  const closed = Object.assign(new Error("Input/output error (os error 5)"), { code: "EIO" });
  const { download, started } = endless();
  const { host, code } = run("-p 1", download, { terminal: true, stdoutError: closed });
  await started;
  host.signal("SIGHUP");
  assertEquals([await code, host.exitCode], [129, undefined]);

  const silent = endless();
  const other = run("-p 1", silent.download, { terminal: true, stdoutError: closed });
  assertEquals(await other.code, 129);
});

Deno.test("runClient() goes on without a terminal that was closed when it shall ignore that", async () => {
  const closed = Object.assign(new Error("Input/output error (os error 5)"), { code: "EIO" });
  const { download, started } = endless();
  const options = { terminal: true, stdoutError: closed, ignored: ["SIGHUP"] } as const;
  const { host, code } = run("-p 1", download, options);
  await started;
  await new Promise((resolve) => setTimeout(resolve));
  host.signal("SIGINT");
  assertEquals(await code, 130);
});

Deno.test("runClient() says how to go on when Ctrl-C comes twice, and exits at once", async () => {
  const { promise: started, resolve } = Promise.withResolvers<void>();
  const { host } = run("-p 1", ({ onEvent }) => {
    onEvent?.(START);
    resolve();
    return new Promise(() => {});
  });
  await started;
  host.signal("SIGINT");
  assertEquals(host.exitCode, undefined);
  host.signal("SIGINT");
  assertEquals(await host.exited.promise, 130);
  const hint = "the same command goes on: oned_copy.mp4.part keeps what has arrived";
  assertEquals(host.err, `mpclient: Interrupted; ${hint}\n`);
});

Deno.test("runClient() waits for nothing when Ctrl-C comes three times", async () => {
  const { promise: started, resolve } = Promise.withResolvers<void>();
  const { host } = run("-p 1", () => {
    resolve();
    return new Promise(() => {});
  }, { stdoutStuck: true });
  await started;
  for (let time = 0; time < 3; time++) host.signal("SIGINT");
  assertEquals(host.exitCode, 130);
});

Deno.test("runClient() ends when it shall, though nobody reads its output", async () => {
  for (const form of ["", "--json"]) {
    const { download, started } = endless();
    const { host, code } = run(`-p 1 ${form}`, download, { stdoutStuck: true });
    await started;
    host.signal("SIGTERM");
    let ended: number | undefined;
    code.then((code) => ended = code);
    for (let turns = 0; ended === undefined && turns < 100; turns += 1) {
      host.advance(100);
      await new Promise((resolve) => setTimeout(resolve));
    }
    assertEquals(ended, 143);
  }
});

Deno.test("runClient() ends without a word when nobody reads its output any more", async () => {
  const { download } = endless();
  const { host, code } = run("-p 1", download, { stdoutError: new Deno.errors.BrokenPipe() });
  assertEquals([await code, host.err], [130, ""]);
});

Deno.test("runClient() says so when its output cannot be written", async () => {
  const { download } = endless();
  const { host, code } = run("-p 1", download, { stdoutError: new Error("No space left") });
  assertEquals([await code, host.err], [
    4,
    "mpclient: Cannot write standard output: No space left\n",
  ]);
});

Deno.test("runClient() says in words that the disk behind standard output is full", async () => {
  const full = new Error("No space left on device (os error 28)");
  const stdoutError = Object.assign(full, { code: "ENOSPC" });
  const { host, code } = run("-p 1", endless().download, { stdoutError });
  assertEquals([await code, host.err], [
    4,
    "mpclient: Cannot write standard output: the disk is full\n",
  ]);
});

for (const more of ["", " --json"]) {
  Deno.test(`runClient() repeats nothing of any length in an error${more}`, async () => {
    const url = `http://a.example/${"x".repeat(20_000)}`;
    const error = new MultiportError("unreachable", `Cannot start: no server answers: ${url}`);
    const { host, code } = run(`${url}${more}`, failing(error));
    assertEquals(await code, 3);
    assertStringIncludes(host.out + host.err, "no server answers: http://a.example/xxx");
    assert((host.out + host.err).length < 500);
  });
}

Deno.test("runClient() calls what nobody foresaw an internal error, in one line", async () => {
  const { host, code } = run("-p 1", failing(new TypeError("x is not a function\n  at y")));
  assertEquals([await code, host.err], [
    1,
    "mpclient: internal error: x is not a function (please report)\n",
  ]);
});

Deno.test("runClient() shows the stack of an internal error to those who debug", async () => {
  const { host, code } = run("-p 1", failing(new TypeError("oops")), {
    env: { MULTIPORT_DEBUG: "1" },
  });
  assertEquals(await code, 1);
  assertStringIncludes(host.err, "TypeError: oops\n    at ");
});

Deno.test("runClient() shows what brought an error about to those who debug, and to nobody else", async () => {
  const refused = new Deno.errors.ConnectionRefused("Connection refused (os error 111)");
  const lost = new Error("connection refused", { cause: refused });
  const cause = new AggregateError([lost, new Error("\x1b[2J")], "No source is left");
  const error = new MultiportError("unreachable", "Cannot start", { cause });
  const plain = run("-p 1", failing(error));
  assertEquals([await plain.code, plain.host.err], [3, "mpclient: Cannot start\n"]);
  const { host, code } = run("-p 1", failing(error), { env: { MULTIPORT_DEBUG: "1" } });
  assertEquals(await code, 3);
  const heads = host.err.split("\n").filter((line) => !line.startsWith("    at "));
  assertEquals(heads, [
    "mpclient: Cannot start",
    "MultiportError: Cannot start",
    "caused by: AggregateError: No source is left",
    "caused by: Error: connection refused",
    "caused by: ConnectionRefused: Connection refused (os error 111)",
    "caused by: Error: ?[2J",
    "",
  ]);
});

Deno.test("runClient() ends when something fails that nobody was waiting for", async () => {
  const { download, started } = endless();
  const { host, code } = run("-p 1", download, { terminal: true });
  await started;
  host.crash(new Error("lost promise"));
  assertEquals([await code, host.err], [
    1,
    "mpclient: internal error: lost promise (please report)\n",
  ]);
});

Deno.test("runClient() ends in one line even when the picture cannot be drawn", async () => {
  const host = new FakeHost();
  const work: Work<FetchCommand> = (_command, { atEnd }) => {
    atEnd(() => {
      throw new Error("no picture");
    });
    return Promise.resolve();
  };
  const code = await runClient(["-p", "1"], host, () => Promise.resolve(work));
  assertEquals([code, host.err], [1, "mpclient: internal error: no picture (please report)\n"]);
});

Deno.test("runClient() answers for itself without loading a download", async () => {
  const help = run("--help", telling());
  assertEquals([await help.code, help.host.out.split("\n")[0]], [
    0,
    "mpclient: fetch one file from many servers at once, verified",
  ]);
  const version = run("-V", telling());
  assertEquals(await version.code, 0);
  assertEquals(/^mpclient \d+\.\d+\.\d+\n$/.test(version.host.out), true);
});

const INTERVALS: readonly (readonly [string, FakeHostOptions, number])[] = [
  ["-p 1", { terminal: true }, 0.2],
  ["-p 1", {}, 1],
  ["-p 1 --json", { terminal: true }, 1],
  ["-p 1 -i 2", { terminal: true }, 2],
  ["-p 1 --quiet -i 2", {}, 0],
];

for (const [line, options, expected] of INTERVALS) {
  const where = options.terminal ? "a terminal" : "a pipe";
  Deno.test(`runClient() looks at figures every ${expected} s for "${line}" in ${where}`, async () => {
    let interval: number | undefined;
    const { code } = run(
      line,
      (options) => {
        interval = options.interval;
        return Promise.resolve();
      },
      options,
    );
    assertEquals([await code, interval], [0, expected]);
  });
}

Deno.test("runClient() draws a picture in a terminal, but none without figures", async () => {
  const live = run("-p 1", telling(START, PROGRESS), { terminal: true });
  await live.code;
  assertStringIncludes(live.host.out, "▕");
  const still = run("-p 1 -i 0", telling(START, DONE), { terminal: true });
  await still.code;
  assertEquals(still.host.out.includes("\x1b"), false);
});
