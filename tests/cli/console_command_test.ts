import { assert, assertEquals } from "@std/assert";
import {
  executeConsoleCommand,
  parseConsoleLine,
  quitQuestion,
  serverNames,
} from "../../lib/cli/console_command.ts";
import { Events } from "../../lib/events.ts";
import type { Servers } from "../../lib/server/servers.ts";

const pause = (...servers: number[]) => ({ type: "pause", servers } as const);
const resume = (...servers: number[]) => ({ type: "resume", servers } as const);
const terminate = (...servers: number[]) => ({ type: "terminate", servers } as const);

function parse(line: string) {
  return parseConsoleLine(line, 12);
}

Deno.test("parseConsoleLine() reads one command a line", () => {
  assertEquals(parse("1"), [pause(1)]);
  assertEquals(parse("p1"), [pause(1)]);
  assertEquals(parse("r12"), [resume(12)]);
  assertEquals(parse(" E2 \r"), [terminate(2)]);
  assertEquals(parse("s"), [{ type: "status" }]);
  assertEquals(parse("H"), [{ type: "help" }]);
  assertEquals(parse("?"), [{ type: "help" }]);
  assertEquals(parse("q"), [{ type: "quit" }]);
  assertEquals(parse("  "), []);
});

Deno.test("parseConsoleLine() reads several commands a line, with or without commas", () => {
  assertEquals(parse("1 2"), [pause(1), pause(2)]);
  assertEquals(parse("r1,r2 ,3"), [resume(1), resume(2), pause(3)]);
  assertEquals(parse("1 e1 s"), [pause(1), terminate(1), { type: "status" }]);
});

Deno.test("parseConsoleLine() reads words, and the numbers behind them", () => {
  assertEquals(parse("pause 1"), [pause(1)]);
  assertEquals(parse("resume 1, 2"), [resume(1), resume(2)]);
  assertEquals(parse("terminate 1 resume 2"), [terminate(1), resume(2)]);
  assertEquals(parse("r 1"), [resume(1)]);
});

Deno.test("parseConsoleLine() reads ranges of servers, and all of them", () => {
  assertEquals(parse("1-3"), [pause(1, 2, 3)]);
  assertEquals(parse("r2-3,e5-5"), [resume(2, 3), terminate(5)]);
  assertEquals(parse("pause 1-2 4"), [pause(1, 2), pause(4)]);
  for (const line of ["all", "pall", "p all", "pause ALL"]) {
    assertEquals(parseConsoleLine(line, 2), [pause(1, 2)], line);
  }
  assertEquals(parseConsoleLine("r all eall", 2), [resume(1, 2), terminate(1, 2)]);
});

Deno.test("parseConsoleLine() does nothing of a line that makes no sense somewhere", () => {
  const wrong = ["x", "1 x", "-1", "r", "resume", "pause x", "1.5", "99999999", "r-1", "\0"];
  for (const line of [...wrong, "0", "13", "1-13", "3-1", "1-999999", "1-", "a", "al"]) {
    const result = parse(line);
    assert("error" in result, line);
    assertEquals(result.error.includes("\n"), false);
  }
  const result = parse("x".repeat(1000));
  assert("error" in result && result.error.length < 200);
});

Deno.test("parseConsoleLine() names the server that does not exist", () => {
  assertEquals(parse("1-13"), { error: "There is no Server13: the servers are 1 to 12" });
  assertEquals(parseConsoleLine("2", 1), { error: "There is no Server2: Server1 is the only one" });
});

/** Three servers, which answer as a test wants. */
function serving(results: Partial<Servers>): Servers {
  return {
    all: [1, 2, 3].map((index) => {
      const address = `127.0.0.1:6000${index}`;
      return { index, address, name: "f", url: `http://${address}/f` };
    }),
    isLocal: true,
    events: new Events(),
    pause: () => "unknown",
    resume: () => "unknown",
    terminate: () => "unknown",
    status: () => [],
    clients: () => [],
    renewCertificate: () => {},
    finished: Promise.resolve(),
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
    ...results,
  };
}

/** The status of a server that has so many clients. */
function status(index: number, clients: number) {
  const figures = { alive: true, sent: 1234567, rate: 0, clients };
  return { index, address: `127.0.0.1:6000${index}`, state: "sending" as const, ...figures };
}

function replies(one: Partial<Servers>, command: Parameters<typeof executeConsoleCommand>[1]) {
  return executeConsoleCommand(serving(one), command).map(({ ok, lines: [line] }) => [ok, line]);
}

Deno.test("executeConsoleCommand() says what came of it", () => {
  assertEquals(replies({ pause: () => "paused" }, pause(1)), [[true, "Server1 paused"]]);
  assertEquals(replies({ resume: () => "not paused" }, resume(1)), [
    [false, "Server1 is not paused"],
  ]);
  assertEquals(replies({}, pause(7)), [[false, "There is no Server7: the servers are 1 to 3"]]);
});

Deno.test("executeConsoleCommand() says whose downloads wait for a server that was paused", () => {
  const clients = [2, 1, 0];
  const one = {
    pause: () => "paused" as const,
    status: () => clients.map((count, at) => status(at + 1, count)),
  };
  assertEquals(replies(one, pause(1)), [[true, "Server1 paused: 2 clients wait"]]);
  assertEquals(replies(one, pause(2)), [[true, "Server2 paused: 1 client waits"]]);
  assertEquals(replies(one, pause(3)), [[true, "Server3 paused"]]);
});

Deno.test("executeConsoleCommand() says once what holds for several servers", () => {
  const resumed = (index: number) => index === 2 ? "not paused" as const : "resumed" as const;
  assertEquals(replies({ resume: resumed }, resume(1, 2, 3)), [
    [true, "Server1 and Server3 resumed"],
    [false, "Server2 is not paused"],
  ]);
  assertEquals(replies({ terminate: () => "not paused" }, terminate(1, 2)), [
    [false, "Server1 and Server2 are not paused: pause them first"],
  ]);
});

Deno.test("executeConsoleCommand() says how to terminate a server that is not paused", () => {
  assertEquals(replies({ terminate: () => "not paused" }, terminate(1)), [
    [false, "Server1 is not paused: pause it first (1), then terminate it (e1)"],
  ]);
});

Deno.test("executeConsoleCommand() has the status of every server, and help", () => {
  const one = serving({ status: () => [status(1, 2)] });
  const [shown] = executeConsoleCommand(one, { type: "status" });
  assertEquals([shown?.ok, shown?.status], [true, [status(1, 2)]]);
  const [help] = executeConsoleCommand(one, { type: "help" });
  for (const form of ["p1", "all", "1-3", "r all", "q, quit"]) {
    assertEquals(help?.lines.some((line) => line.includes(form)), true, form);
  }
});

Deno.test("quitQuestion() asks only when somebody would lose a server", () => {
  assertEquals(quitQuestion([status(1, 0)]), undefined);
  assertEquals(quitQuestion([{ ...status(1, 1), state: "terminated" }]), undefined);
  assertEquals(
    quitQuestion([status(1, 1), status(2, 0), status(3, 2)]),
    "Server1 and Server3 have clients, which would lose them: q again ends all servers",
  );
  assertEquals(
    quitQuestion([status(2, 1)]),
    "Server2 has clients, which would lose it: q again ends all servers",
  );
});

Deno.test("serverNames() puts servers in a row together", () => {
  assertEquals(serverNames([1]), "Server1");
  assertEquals(serverNames([1, 2]), "Server1 and Server2");
  assertEquals(serverNames([1, 2, 3]), "Server1 to Server3");
  assertEquals(serverNames([1, 3, 4, 7, 8, 9]), "Server1, Server3, Server4 and Server7 to Server9");
});

Deno.test("executeConsoleCommand() closes the servers on `q`", () => {
  let closed = 0;
  const one = serving({
    close: () => {
      closed++;
      return Promise.resolve();
    },
  });
  executeConsoleCommand(one, { type: "quit" });
  assertEquals(closed, 1);
});
