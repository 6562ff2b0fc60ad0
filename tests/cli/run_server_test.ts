import { assertEquals, assertStringIncludes } from "@std/assert";
import { MultiportError } from "../../lib/multiport_error.ts";
import { Events } from "../../lib/events.ts";
import type { ServeEvent, ServerState, ServerStatus } from "../../lib/server/server_event.ts";
import type { Servers } from "../../lib/server/servers.ts";
import { runServer } from "../../lib/cli/run_server.ts";
import { type Serve, serveFiles } from "../../lib/cli/serve_files.ts";
import { FakeTerminal } from "../ui/fake_terminal.ts";
import { FakeHost, type FakeHostOptions } from "./host/fake_host.ts";

/** Two servers that do as they are told. */
class FakeServing implements Servers {
  /** How often the certificate was read again. */
  renewals = 0;

  readonly all = [1, 2].map((index) => ({
    index,
    address: `127.0.0.1:${60000 + index}`,
    name: "oned.mp4",
    url: `http://127.0.0.1:${60000 + index}/oned.mp4`,
    file: "oned.mp4",
    size: 9,
  }));
  readonly isLocal = true;
  readonly events = new Events<ServeEvent>();
  readonly states: ServerState[] = ["listening", "listening"];
  readonly #end = Promise.withResolvers<void>();
  readonly finished = this.#end.promise;
  closed = false;
  /** What closing takes. */
  closing = Promise.resolve();
  /** How many clients each server has. */
  clientCount = 0;

  constructor(private readonly onEvent: (event: ServeEvent) => void) {
    onEvent({ type: "listening", servers: this.all });
  }

  pause(index: number) {
    return this.#become(index, "paused");
  }

  resume(index: number) {
    this.#become(index, "listening");
    return "resumed" as const;
  }

  terminate(index: number) {
    return this.states[index - 1] === "paused"
      ? this.#become(index, "terminated")
      : "not paused" as const;
  }

  status(): ServerStatus[] {
    return this.all.map(({ index, address }) => ({
      index,
      address,
      state: this.states[index - 1] ?? "listening",
      alive: true,
      sent: 0,
      rate: 0,
      clients: this.clientCount,
    }));
  }

  renewCertificate(): void {
    this.renewals++;
  }

  clients() {
    return [];
  }

  close(): Promise<void> {
    this.closed = true;
    this.#end.resolve();
    return this.closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #become<State extends ServerState>(index: number, state: State): State {
    this.states[index - 1] = state;
    this.onEvent({ type: "server", index, state });
    return state;
  }
}

interface Run {
  readonly host: FakeHost;
  readonly serving: Promise<FakeServing>;
  readonly code: Promise<number>;
}

function run(line: string, options?: FakeHostOptions): Run {
  const host = new FakeHost(options);
  const started = Promise.withResolvers<FakeServing>();
  const start: Serve = ({ onEvent = () => {} }) => {
    const serving = new FakeServing(onEvent);
    started.resolve(serving);
    return Promise.resolve(serving);
  };
  const code = runServer(
    line.split(" "),
    host,
    () => Promise.resolve((command, scene) => serveFiles(command, scene, start)),
  );
  return { host, serving: started.promise, code };
}

const LINE = "-f oned.mp4 -p 60001 60002";

Deno.test("runServer() obeys lines from a pipe until it is told to quit", async () => {
  const { host, serving, code } = run(`${LINE} -i 0`);
  const { states } = await serving;
  await host.type("1 2\r\ne");
  await host.type("1\nr2\nnonsense\ne2\nq\n");
  assertEquals([await code, states, host.err], [0, ["terminated", "listening"], ""]);
  assertEquals(host.out.split("\n").slice(2, -1), [
    "Server1 paused",
    "Server2 paused",
    "Server1 terminated",
    "Server2 resumed",
    'Unknown command "nonsense": 1 pauses Server1, r1 resumes it, e1 terminates it, h helps',
    "Server2 is not paused: pause it first (2), then terminate it (e2)",
    "Ending all servers",
  ]);
});

Deno.test("runServer() reads its certificate again on SIGHUP, and ends without one", async () => {
  const { host, serving, code } = run(`${LINE} --tls-cert a.pem --tls-key a.key`);
  const started = await serving;
  await host.type("s\n");
  host.signal("SIGHUP");
  assertEquals([started.renewals, started.closed], [1, false]);
  await host.type("q\n");
  assertEquals(await code, 0);

  const plain = run(LINE);
  await plain.serving;
  await plain.host.type("s\n");
  plain.host.signal("SIGHUP");
  assertEquals(await plain.code, 129);
});

Deno.test("runServer() takes the token from the environment, and never shows it", async () => {
  for (const [token, expected] of [["secret-1\n", 0], ["two words", 2]] as const) {
    const { host, serving, code } = run(LINE, { env: { MULTIPORT_TOKEN: token } });
    if (expected === 0) {
      await serving;
      await host.type("q\n");
    }
    assertEquals(await code, expected);
    assertEquals((host.out + host.err).includes(token.trim()), false);
  }
});

Deno.test("runServer() does nothing of a line that is too long, and keeps none of it", async () => {
  const { host, serving, code } = run(`${LINE} -i 0`);
  const { states } = await serving;
  // What comes in the same line later would be a command by itself.
  for (let part = 0; part < 3; part += 1) await host.type("x ".repeat(10_000));
  await host.type("1\n2\nq\n");
  assertEquals([await code, states], [0, ["listening", "paused"]]);
  assertEquals(host.out.split("\n").slice(2, -1), [
    "That is too long for a line: 16384 characters at most; nothing was done",
    "Server2 paused",
    "Ending all servers",
  ]);
});

Deno.test("runServer() goes on when its input ends", async () => {
  const { host, serving, code } = run(LINE);
  await serving;
  await host.endInput();
  host.advance(1000);
  host.signal("SIGINT");
  assertEquals([await code, host.err], [130, "mpserver: Interrupted\n"]);
});

Deno.test("runServer() ends when nothing is left to serve", async () => {
  const { serving, code } = run(LINE);
  (await serving).close();
  assertEquals(await code, 0);
});

Deno.test("runServer() ends only when its servers are closed, and tells their last figures then", async () => {
  const { host, serving, code } = run(`${LINE} --json`);
  const servers = await serving;
  const closing = Promise.withResolvers<void>();
  servers.closing = closing.promise;
  host.signal("SIGTERM");
  await host.type("");
  assertEquals([servers.closed, host.out.includes('"status"')], [true, false]);
  closing.resolve();
  assertEquals([await code, host.out.includes('"status"')], [0, true]);
});

Deno.test("runServer() closes its servers when a service manager stops it, and ends well", async () => {
  const { host, serving, code } = run(LINE);
  const servers = await serving;
  host.signal("SIGTERM");
  assertEquals([await code, servers.closed, host.err], [0, true, ""]);
});

Deno.test("runServer() shows the status at every interval", async () => {
  const { host, serving, code } = run(`${LINE} -i 2 --json`);
  const servers = await serving;
  await Promise.resolve();
  host.advance(5000);
  await servers.close();
  assertEquals(await code, 0);
  const types = host.out.trim().split("\n").map((line) => JSON.parse(line).type);
  assertEquals(types, ["listening", "status", "status", "status"]);
});

Deno.test("runServer() answers an operator in objects where objects were asked for", async () => {
  const { host, serving, code } = run(`${LINE} -i 0 --json`);
  await serving;
  await host.type("1\nnonsense\ns\nq\n");
  assertEquals(await code, 0);
  const records = host.out.trim().split("\n").map((line) => JSON.parse(line));
  assertEquals(records.map(({ type, command, ok }) => [type, command, ok]), [
    ["listening", undefined, undefined],
    ["server", undefined, undefined],
    ["reply", "pause", true],
    ["reply", "unknown", false],
    ["reply", "status", true],
    ["reply", "quit", true],
  ]);
  assertEquals(records[2], {
    v: 1,
    type: "reply",
    command: "pause",
    ok: true,
    servers: [1],
    message: "Server1 paused",
  });
});

Deno.test("runServer() shows only answers when it shall be quiet", async () => {
  const { host, serving, code } = run(`${LINE} --quiet`);
  await serving;
  await host.type("1\nq\n");
  assertEquals([await code, host.out], [0, "Server1 paused\nEnding all servers\n"]);
});

Deno.test("runServer() lets an operator type in a terminal and restores it at the end", async () => {
  const { host, serving, code } = run(LINE, { terminal: true });
  const { states } = await serving;
  await host.type("1x\x7f\r");
  await host.type("e\t");
  assertEquals([host.raw, states], [true, ["paused", "listening"]]);
  host.advance(1000);
  await host.type("\x15q\r");
  assertEquals([await code, host.raw], [0, false]);
  const terminal = new FakeTerminal(80, 24);
  terminal.write(host.out);
  assertEquals(terminal.lines, [
    "Fetch it with: mpclient -p 60001 60002",
    "For this machine only: -a ADDR lets others in, -a any everybody",
    "h shows what can be typed: 1 pauses Server1, r1 resumes it, q quits",
    "> 1",
    "Server1 paused",
    "> q",
    "Ending all servers",
    "oned.mp4  9 B",
    "   address          state       alive        sent          rate  clients",
    "1  127.0.0.1:60001  paused      yes           0 B             –        –",
    "2  127.0.0.1:60002  listening   yes           0 B             –        –",
  ]);
});

Deno.test("runServer() keeps its console when an operator types Ctrl-D", async () => {
  const { host, serving, code } = run(LINE, { terminal: true });
  const servers = await serving;
  await host.type("\x04");
  assertEquals(host.raw, true);
  await host.type("1\r");
  assertEquals(servers.states, ["paused", "listening"]);
  servers.close();
  assertEquals(await code, 0);
  assertStringIncludes(host.out, "Ctrl-D ends nothing here: q ends all servers");
});

Deno.test("runServer() leaves a terminal alone that is not its own, until it is", async () => {
  const { host, serving, code } = run(LINE, { terminal: true });
  host.inFront = false;
  const servers = await serving;
  await new Promise((resolve) => setTimeout(resolve));
  host.advance(1000);
  assertEquals([host.raw, host.out], [false, ""]);
  host.inFront = true;
  host.advance(5000);
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(host.raw, true);
  servers.close();
  await code;
});

Deno.test("runServer() asks once before it ends servers that have clients", async () => {
  const { host, serving, code } = run(LINE, { terminal: true });
  const servers = await serving;
  servers.clientCount = 2;
  await host.type("q\r1\rq\r");
  assertEquals(servers.closed, false);
  await host.type("q\r");
  assertEquals([await code, servers.closed], [0, true]);
  assertEquals(host.out.split("q again ends all servers").length, 3);
});

Deno.test("runServer() asks nobody who is not there to answer", async () => {
  const { host, serving, code } = run(LINE);
  const servers = await serving;
  servers.clientCount = 2;
  await host.type("q\n");
  assertEquals(await code, 0);
});

Deno.test("runServer() takes the terminal again when it goes on after a stop", async () => {
  const { host, serving, code } = run(LINE, { terminal: true });
  const servers = await serving;
  await host.type("1");
  host.raw = false;
  host.continue();
  await new Promise((resolve) => setTimeout(resolve));
  assertEquals(host.raw, true);
  servers.close();
  await code;
});

Deno.test("runServer() says what is wrong when servers cannot start", async () => {
  const host = new FakeHost();
  const start: Serve = () =>
    Promise.reject(new MultiportError("usage", "Cannot listen on 127.0.0.1:1: taken"));
  const code = await runServer(
    LINE.split(" "),
    host,
    () => Promise.resolve((command, scene) => serveFiles(command, scene, start)),
  );
  assertEquals([code, host.err], [2, "mpserver: Cannot listen on 127.0.0.1:1: taken\n"]);
});
