import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { ClientEvent } from "../../lib/ui/client/client_event.ts";
import type { ServerEvent } from "../../lib/ui/server/server_event.ts";
import { clientRecord, formatRecord, JsonServerView, JsonView } from "../../lib/ui/json_view.ts";
import { DONE, PROGRESS, START } from "./client/client_events.ts";

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
  assertEquals(keys(start), ["v", "type", "name", "size", "output", "kept", "servers"]);
  assertEquals(keys(progress), [
    "v",
    "type",
    "elapsed",
    "received",
    "completed",
    "rate",
    "held",
    "eta",
    "servers",
  ]);
  assertEquals(keys(done), [
    "v",
    "type",
    "size",
    "received",
    "elapsed",
    "rate",
    "sha256",
    "servers",
  ]);
  assertEquals(JSON.parse(start ?? "").servers[0], { index: 1, address: "127.0.0.1:60000" });
  assertEquals(JSON.parse(progress ?? "").servers[1], {
    index: 2,
    state: "paused",
    received: 67_108_864,
    remaining: 201_326_592,
    rate: 0,
  });
});

Deno.test("JsonView writes changes of state as they are", () => {
  assertEquals(
    clientLines(
      { type: "server", index: 1, state: "paused" },
      { type: "server", index: 2, state: "failed", reason: "it stalled" },
    ),
    [
      '{"v":1,"type":"server","index":1,"state":"paused"}\n',
      '{"v":1,"type":"server","index":2,"state":"failed","reason":"it stalled"}\n',
    ],
  );
});

Deno.test("JsonView writes null for a time left that nobody knows", () => {
  assertEquals(JSON.parse(clientLines({ ...PROGRESS, eta: null })[0] ?? "").eta, null);
});

Deno.test("JsonView says for whom it waits, and what people are told", () => {
  assertEquals(
    clientLines(
      { type: "waiting", servers: [{ address: "a:1", reason: "refused" }], elapsed: 1.23456 },
      { type: "notice", message: "n" },
    ),
    [
      '{"v":1,"type":"waiting","elapsed":1.235,' +
      '"servers":[{"address":"a:1","reason":"refused"}]}\n',
      '{"v":1,"type":"notice","message":"n"}\n',
    ],
  );
  assertEquals(
    serverLines(
      { type: "manifest", file: "f", done: 1, size: 2 },
      { type: "manifest", file: "f", done: 2, size: 2, sha256: "ab" },
      { type: "notice", message: "n" },
    ),
    [
      '{"v":1,"type":"digests","file":"f","sha256":"ab"}\n',
      '{"v":1,"type":"notice","message":"n"}\n',
    ],
  );
});

Deno.test("JsonView says times to the millisecond, and bytes as whole numbers", () => {
  const [line] = clientLines({ ...PROGRESS, elapsed: 1.00049, eta: 2.9996, rate: 1.6 });
  const { elapsed, eta, rate } = JSON.parse(line ?? "");
  assertEquals([elapsed, eta, rate], [1, 3, 2]);
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
      {
        type: "listening",
        servers: [{ index: 1, address: "127.0.0.1:60000", file: "f", size: 9 }],
      },
      { type: "server", index: 1, state: "paused" },
      { type: "status", servers: [status] },
      { type: "served", index: 1, client: "127.0.0.1:5", bytes: 9, connections: 1 },
    ),
    [
      '{"v":1,"type":"listening","servers":[{"index":1,"address":"127.0.0.1:60000","file":"f","size":9}]}\n',
      '{"v":1,"type":"server","index":1,"state":"paused"}\n',
      `${JSON.stringify({ v: 1, type: "status", servers: [{ ...status, rate: 3 }] })}\n`,
      '{"v":1,"type":"served","index":1,"client":"127.0.0.1:5","bytes":9,"connections":1}\n',
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
    '{"v":1,"type":"reply","command":"pause","ok":true,"servers":[1,2],' +
    '"message":"Server1 and Server2 paused"}\n',
    '{"v":1,"type":"reply","command":"status","ok":true,"servers":[]}\n',
    '{"v":1,"type":"reply","command":"unknown","ok":false,"message":"Unknown command"}\n',
    '{"v":1,"type":"reply","command":"help","ok":true,"message":"1\\n2"}\n',
  ]);
});

Deno.test("formatRecord() escapes what JSON leaves alone and terminals obey", () => {
  assertEquals(
    formatRecord({ type: "error", code: 1, message: "\x1b\x7f\x9b2J\u2028\u2029" }),
    '{"v":1,"type":"error","code":1,"message":"\\u001b\\u007f\\u009b2J\\u2028\\u2029"}',
  );
});

Deno.test("JsonView writes one line of printable text whatever a name is made of", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (name) => {
    const [line = ""] = clientLines({ ...START, name } as ClientEvent);
    if (name.isWellFormed()) assertEquals(JSON.parse(line).name, name);
    assertEquals(line.replace(/\n$/, "").match(/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u), null);
  }));
});
