import { assertEquals } from "@std/assert";
import type { ServerEvent, ServerStatus } from "../../../lib/ui/server/server_event.ts";
import { ASCII_GLYPHS, UNICODE_GLYPHS } from "../../../lib/ui/terminal/glyphs.ts";
import { ServerPlainView } from "../../../lib/ui/server/server_plain_view.ts";
import { ServerView } from "../../../lib/ui/server/server_view.ts";
import { FakeTerminal } from "../fake_terminal.ts";

const LISTENING: ServerEvent = {
  type: "listening",
  servers: [60000, 60002, 60003].map((port, at) => ({
    index: at + 1,
    address: `127.0.0.1:${port}`,
    file: "/srv/oned.mp4",
    size: 2 ** 30,
  })),
};

const STATUS: readonly ServerStatus[] = [
  {
    index: 1,
    address: "127.0.0.1:60000",
    state: "sending",
    alive: true,
    sent: 134_742_016,
    rate: 50_436_505,
    clients: 2,
  },
  {
    index: 2,
    address: "127.0.0.1:60002",
    state: "paused",
    alive: false,
    sent: 1024,
    rate: 0,
    clients: 1,
  },
  {
    index: 3,
    address: "127.0.0.1:60003",
    state: "terminated",
    alive: false,
    sent: 0,
    rate: 0,
    clients: 0,
  },
];

const TABLE = [
  "   address          state       alive        sent          rate  clients",
  "1  127.0.0.1:60000  sending     yes     128.5 MiB    48.1 MiB/s        2",
  "2  127.0.0.1:60002  paused      no        1.0 KiB             –        1",
  "3  127.0.0.1:60003  terminated  –             0 B             –        –",
];

function openView(columns = 80, rows = 24, hasTable = true) {
  const terminal = new FakeTerminal(columns, rows);
  const traits = { live: true, color: true, glyphs: UNICODE_GLYPHS };
  return { terminal, view: new ServerView(terminal, traits, hasTable) };
}

Deno.test("ServerView shows the status, how far digests are, and a prompt below", () => {
  const { terminal, view } = openView();
  view.showTyping({ text: "r2", cursor: 1 });
  view.show(LISTENING);
  view.show({ type: "status", servers: STATUS });
  view.show({ type: "manifest", file: "/srv/oned.mp4", done: 5, size: 10 });
  terminal.advance(1000);
  assertEquals(terminal.lines, [
    "oned.mp4  1.0 GiB",
    ...TABLE,
    "▕██████████          ▏  50%  checksums of /srv/oned.mp4",
    "> r2",
  ]);
  assertEquals([terminal.row, terminal.column], [6, 3]);
  const sha256 = "ab".repeat(32);
  view.show({ type: "manifest", file: "/srv/oned.mp4", done: 10, size: 10, sha256 });
  terminal.advance(1000);
  assertEquals(terminal.lines, [
    "oned.mp4  1.0 GiB",
    `sha-256 ${sha256}`,
    ...TABLE,
    "> r2",
  ]);
});

Deno.test("ServerView shows who takes what where there is room", () => {
  const { terminal, view } = openView();
  const clients = [
    { address: "10.0.0.7", size: 2 ** 30, taken: 2 ** 29, rate: 2 ** 20 },
    { address: "fd00::7", size: 2 ** 30, taken: 2 ** 30, rate: 0 },
  ];
  view.show({ type: "status", servers: STATUS, clients });
  terminal.advance(1000);
  assertEquals(terminal.lines, [
    ...TABLE,
    "client                                                   has          rate",
    "10.0.0.7              ▕█████████         ▏   50%   512.0 MiB     1.0 MiB/s",
    "fd00::7               ▕██████████████████▏  100%     1.0 GiB             –",
  ]);
  terminal.rows = 6;
  view.refresh();
  terminal.advance(1000);
  assertEquals(terminal.lines.slice(-4), TABLE);
});

Deno.test("ServerView keeps room for clients where servers are many", () => {
  const { terminal, view } = openView(80, 24);
  const servers = Array.from({ length: 64 }, (_, at) => ({ ...STATUS[0]!, index: at + 1 }));
  const clients = Array.from({ length: 9 }, (_, at) => ({
    address: `10.0.0.${at}`,
    size: 2,
    taken: 1,
    rate: 0,
  }));
  view.show({ type: "status", servers, clients });
  terminal.advance(1000);
  const lines = terminal.lines.map((line) => line.slice(0, 26).trim());
  assertEquals(lines.length, 23);
  assertEquals(lines.slice(-5), [
    "… and 47 more: 47 sending",
    "client",
    "10.0.0.7              ▕███",
    "10.0.0.8              ▕███",
    "… and 7 more clients",
  ]);
});

Deno.test("ServerView keeps rates in their units where it can", () => {
  const { terminal, view } = openView();
  const rates = (rate: number) => {
    const clients = [{ address: "10.0.0.7", size: 2 ** 30, taken: 2 ** 29, rate }];
    view.show({
      type: "status",
      servers: STATUS.slice(0, 1).map((s) => ({ ...s, rate })),
      clients,
    });
    terminal.advance(1000);
    return terminal.lines.flatMap((line) => /\S+ \S+\/s/.exec(line) ?? []);
  };
  assertEquals(rates(1.2 * 2 ** 20), ["1.2 MiB/s", "1.2 MiB/s"]);
  assertEquals(rates(0.9 * 2 ** 20), ["0.9 MiB/s", "0.9 MiB/s"]);
  assertEquals(rates(1024), ["1.0 KiB/s", "1.0 KiB/s"]);
});

Deno.test("ServerView shows a change of state before the next status", () => {
  const { terminal, view } = openView();
  view.show(LISTENING);
  view.show({ type: "server", index: 2, state: "paused" });
  terminal.advance(1000);
  assertEquals(terminal.lines[3]?.includes("paused"), true);
  assertEquals(view.servers[1]?.state, "paused");
});

Deno.test("ServerView keeps answers and news above, and what is typed untouched", () => {
  const { terminal, view } = openView();
  view.show({ type: "status", servers: STATUS });
  view.showTyping({ text: "e1", cursor: 2 });
  view.echo("1");
  view.reply({ command: "pause", ok: true, lines: ["Server1 paused"] });
  view.reply({ command: "unknown", ok: false, lines: ["Unknown command"] });
  view.show({ type: "served", index: 1, client: "127.0.0.1:5", bytes: 2048, connections: 1 });
  view.show({ type: "notice", message: "turned away \x1b[2J" });
  terminal.advance(1000);
  assertEquals(terminal.lines, [
    "> 1",
    "Server1 paused",
    "Unknown command",
    "Server1 sent 2.0 KiB to 127.0.0.1:5",
    "turned away ?[2J",
    ...TABLE,
    "> e1",
  ]);
});

Deno.test("ServerView leaves the table and takes the prompt away at the end", () => {
  const { terminal, view } = openView();
  view.show({ type: "status", servers: STATUS });
  view.showTyping({ text: "q", cursor: 1 });
  view.close();
  assertEquals(terminal.lines, TABLE);
  assertEquals([terminal.row, terminal.column], [4, 0]);
});

Deno.test("ServerView says in words what no table shows", () => {
  const { terminal, view } = openView(80, 24, false);
  view.showTyping({ text: "", cursor: 0 });
  view.show(LISTENING);
  view.show({ type: "server", index: 1, state: "sending" });
  view.show({ type: "server", index: 1, state: "paused" });
  terminal.advance(1000);
  view.reply({ command: "status", ok: true, lines: [], status: STATUS });
  terminal.advance(1000);
  assertEquals(terminal.lines, [
    "Server1 listens on 127.0.0.1:60000",
    "Server2 listens on 127.0.0.1:60002",
    "Server3 listens on 127.0.0.1:60003",
    ...TABLE,
    ">",
  ]);
});

Deno.test("ServerView shows who needs the operator where not all have room", () => {
  const { terminal, view } = openView(40, 6);
  const busy = Array.from({ length: 64 }, (_, at): ServerStatus => ({
    index: at + 1,
    address: `127.0.0.1:${60000 + at}`,
    state: at === 40 ? "paused" : "sending",
    alive: at !== 50,
    sent: at,
    rate: 1024,
    clients: 1,
  }));
  view.showTyping({ text: "", cursor: 0 });
  view.show({ type: "status", servers: busy });
  terminal.advance(1000);
  assertEquals(terminal.lines, [
    "   state            sent         rate",
    "41 paused           40 B            –",
    "51 sending          50 B    1.0 KiB/s",
    "… and 62 more: 62 sending",
    ">",
  ]);
});

Deno.test("ServerView keeps the same servers in sight while all take turns at being busiest", () => {
  const { terminal, view } = openView(40, 8);
  const shown = new Set<string>();
  for (let turn = 0; turn < 20; turn++) {
    const servers = Array.from({ length: 64 }, (_, at): ServerStatus => ({
      index: at + 1,
      address: `127.0.0.1:${60000 + at}`,
      state: (at + turn) % 3 === 0 ? "listening" : "sending",
      alive: true,
      sent: (at * 37 + turn * 11) % 64,
      rate: 1024,
      clients: at < 10 ? 0 : 1,
    }));
    view.show({ type: "status", servers });
    terminal.advance(1000);
    shown.add(terminal.lines.slice(-6, -1).map((line) => line.slice(0, 2)).join());
  }
  assertEquals([...shown], ["11,12,13,14,15"]);
});

Deno.test("ServerPlainView writes a block of lines for every status", () => {
  let text = "";
  const view = new ServerPlainView((part) => text += part, () => new Date(0));
  view.show(LISTENING);
  view.show({ type: "server", index: 1, state: "sending" });
  view.show({ type: "status", servers: STATUS });
  view.show({ type: "manifest", file: "oned.mp4", done: 5, size: 10 });
  view.show({ type: "manifest", file: "oned.mp4", done: 10, size: 10 });
  view.close();
  assertEquals(text.split("\n"), [
    "Server1 listens on 127.0.0.1:60000",
    "Server2 listens on 127.0.0.1:60002",
    "Server3 listens on 127.0.0.1:60003",
    "1970-01-01T00:00:00.000Z",
    "  Server1 127.0.0.1:60000  sending, 128.5 MiB sent, 48.1 MiB/s, 2 clients",
    "  Server2 127.0.0.1:60002  paused (not alive), 1.0 KiB sent, 0 B/s, 1 client",
    "  Server3 127.0.0.1:60003  terminated, 0 B sent, 0 B/s, 0 clients",
    "checksums of oned.mp4 are ready",
    "",
  ]);
});

Deno.test("ServerPlainView is silent while nothing changes", () => {
  let text = "";
  const view = new ServerPlainView((part) => text += part, () => new Date(0));
  const [first, ...others] = STATUS as [ServerStatus, ServerStatus, ServerStatus];
  for (let second = 0; second < 3600; second++) view.show({ type: "status", servers: STATUS });
  view.show({ type: "status", servers: [{ ...first, rate: 0 }, ...others] });
  assertEquals(text.split("\n").slice(4), [
    "1970-01-01T00:00:00.000Z",
    "  Server1 127.0.0.1:60000  sending, 128.5 MiB sent, 0 B/s, 2 clients",
    "",
  ]);
});

Deno.test("ServerPlainView answers an operator in plain letters", () => {
  let text = "";
  const view = new ServerPlainView((part) => text += part);
  view.reply({ command: "pause", ok: true, lines: ["Server1 paused"] });
  view.reply({ command: "status", ok: true, lines: [], status: STATUS });
  view.reply({ command: "unknown", ok: false, lines: ["Unknown command"] });
  assertEquals(text.split("\n").slice(0, -1), [
    "Server1 paused",
    ...TABLE.map((line) => line.replaceAll(UNICODE_GLYPHS.none, ASCII_GLYPHS.none)),
    "Unknown command",
  ]);
});
