import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ClientEvent } from "../../lib/client/client_event.ts";
import type { ServerEvent } from "../../lib/server/server_event.ts";
import { clientRecord, JsonServerView, JsonView } from "../../lib/ui/json_view.ts";
import { DONE, PROGRESS, START } from "./client_events.ts";

function clientLines(...events: ClientEvent[]): string[] {
  const lines: string[] = [];
  const view = new JsonView(clientRecord, (line) => lines.push(line));
  for (const event of events) view.show(event);
  return lines;
}

function serverLines(...events: ServerEvent[]): string[] {
  const lines: string[] = [];
  const view = new JsonServerView((line) => lines.push(line));
  for (const event of events) view.show(event);
  return lines;
}

function keys(line: string | undefined): string[] {
  return Object.keys(JSON.parse(line ?? "{}"));
}

Deno.test("JsonView writes the client's events with the fields of the contract", () => {
  const [start, progress, done] = clientLines(START, PROGRESS, DONE);
  assertEquals(keys(start), ["type", "name", "size", "output", "kept", "servers"]);
  assertEquals(keys(progress), ["type", "elapsed", "received", "rate", "eta", "servers"]);
  assertEquals(keys(done), ["type", "size", "received", "elapsed", "rate", "sha256", "servers"]);
  assertEquals(JSON.parse(start ?? "").servers[0], { index: 1, address: "127.0.0.1:60000" });
  assertEquals(JSON.parse(progress ?? "").servers[1], {
    index: 2,
    state: "paused",
    received: 67_108_864,
    rate: 0,
  });
});

Deno.test("JsonView writes changes of state and errors as they are", () => {
  assertEquals(
    clientLines(
      { type: "server", index: 1, state: "paused" },
      { type: "server", index: 2, state: "failed", reason: "it stalled" },
      { type: "error", code: 3, message: "all lost" },
    ),
    [
      '{"type":"server","index":1,"state":"paused"}\n',
      '{"type":"server","index":2,"state":"failed","reason":"it stalled"}\n',
      '{"type":"error","code":3,"message":"all lost"}\n',
    ],
  );
});

Deno.test("JsonView writes null for a time left that nobody knows", () => {
  assertEquals(JSON.parse(clientLines({ ...PROGRESS, eta: null })[0] ?? "").eta, null);
});

Deno.test("JsonView is silent about what is not for scripts", () => {
  assertEquals(
    clientLines(
      { type: "waiting", addresses: ["a:1"], reasons: [], elapsed: 1 },
      { type: "notice", message: "n" },
    ),
    [],
  );
  assertEquals(
    serverLines({ type: "manifest", file: "f", done: 1, size: 2 }, {
      type: "notice",
      message: "n",
    }),
    [],
  );
});

Deno.test("JsonServerView writes the servers' events with the fields of the contract", () => {
  const status = {
    index: 1,
    address: "127.0.0.1:60000",
    state: "sending",
    alive: true,
    sent: 5,
    rate: 2.5,
    clients: 1,
  } as const;
  assertEquals(
    serverLines(
      { type: "listening", servers: [{ index: 1, address: "127.0.0.1:60000" }] },
      { type: "server", index: 1, state: "paused" },
      { type: "status", servers: [status] },
      { type: "served", index: 1, client: "127.0.0.1:5", bytes: 9 },
    ),
    [
      '{"type":"listening","servers":[{"index":1,"address":"127.0.0.1:60000"}]}\n',
      '{"type":"server","index":1,"state":"paused"}\n',
      `${JSON.stringify({ type: "status", servers: [status] })}\n`,
      '{"type":"served","index":1,"client":"127.0.0.1:5","bytes":9}\n',
    ],
  );
});

Deno.test("JsonServerView answers an operator with objects only", () => {
  const lines: string[] = [];
  const view = new JsonServerView((line) => lines.push(line));
  view.reply({
    command: "pause",
    ok: true,
    servers: [1, 2],
    lines: ["Server1 and Server2 paused"],
  });
  view.reply({ command: "status", ok: true, lines: [], status: [] });
  view.reply({ command: "unknown", ok: false, lines: ["Unknown command"] });
  view.reply({ command: "help", ok: true, lines: ["1", "2"] });
  assertEquals(lines, [
    '{"type":"reply","command":"pause","ok":true,"servers":[1,2],' +
    '"message":"Server1 and Server2 paused"}\n',
    '{"type":"reply","command":"status","ok":true,"servers":[]}\n',
    '{"type":"reply","command":"unknown","ok":false,"message":"Unknown command"}\n',
    '{"type":"reply","command":"help","ok":true,"message":"1\\n2"}\n',
  ]);
});

Deno.test("JsonView escapes what JSON leaves alone and terminals obey", () => {
  const [line] = clientLines({ type: "error", code: 1, message: "\x1b\x7f\x9b2J\u2028\u2029" });
  assertEquals(
    line,
    '{"type":"error","code":1,"message":"\\u001b\\u007f\\u009b2J\\u2028\\u2029"}\n',
  );
});

Deno.test("JsonView writes one line of printable text whatever a name is made of", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (name) => {
    const [line = ""] = clientLines({ ...START, name } as ClientEvent);
    if (name.isWellFormed()) assertEquals(JSON.parse(line).name, name);
    assertEquals(line.replace(/\n$/, "").match(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u), null);
  }));
});
