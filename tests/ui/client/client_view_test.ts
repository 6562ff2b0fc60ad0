import { assertEquals } from "@std/assert";
import { ClientView } from "../../../lib/ui/client/client_view.ts";
import { UNICODE_GLYPHS } from "../../../lib/ui/terminal/glyphs.ts";
import { DONE, PICTURE, PROGRESS, START } from "./client_events.ts";
import { FakeTerminal } from "../fake_terminal.ts";

function openView(columns = 80, rows = 24): { terminal: FakeTerminal; view: ClientView } {
  const terminal = new FakeTerminal(columns, rows);
  const traits = { live: true, color: true, glyphs: UNICODE_GLYPHS };
  return { terminal, view: new ClientView(terminal, traits, 60) };
}

Deno.test("ClientView shows a picture and, above it, what is worth keeping", () => {
  const { terminal, view } = openView();
  view.show({ type: "waiting", servers: [{ address: "127.0.0.1:60000", reason: "" }], elapsed: 1 });
  view.show(START);
  view.show({ type: "server", index: 2, state: "paused" });
  view.show({ type: "server", index: 3, state: "failed", reason: "connection reset" });
  view.show({ type: "notice", message: "Server4 sent a wrong piece" });
  view.show(PROGRESS);
  terminal.advance(1000);
  assertEquals(terminal.lines, [
    "Server3 failed: connection reset",
    "Server4 sent a wrong piece",
    ...PICTURE,
  ]);
});

Deno.test("ClientView replaces its picture by a summary when all is done", () => {
  const { terminal, view } = openView();
  view.show({ ...START, kept: 2 ** 20 } as typeof START);
  view.show(PROGRESS);
  terminal.advance(1000);
  view.show(DONE);
  view.close();
  assertEquals(terminal.lines, [
    "  Server1  127.0.0.1:60000   300.0 MiB   29%",
    "  Server2  127.0.0.1:60002   200.0 MiB   20%",
    "  Server3  [::1]:60003       124.0 MiB   12%",
    "  Server4  127.0.0.1:60004   400.0 MiB   39%",
    "  kept 1.0 MiB from an earlier run",
    `  sha-256 ${"ab".repeat(32)}`,
    "oned_copy.mp4: 1.0 GiB, 1.0 GiB fetched in 9.0 s, 113.3 MiB/s on average",
  ]);
});

Deno.test("ClientView leaves its last picture when the download fails", () => {
  const { terminal, view } = openView();
  view.show(START);
  view.show(PROGRESS);
  view.close();
  view.show({ type: "notice", message: "late" });
  terminal.advance(1000);
  assertEquals(terminal.lines, PICTURE);
  assertEquals(terminal.column, 0);
});

Deno.test("ClientView leaves nothing when the download never starts", () => {
  const { terminal, view } = openView();
  view.show({ type: "waiting", servers: [{ address: "127.0.0.1:60000", reason: "" }], elapsed: 1 });
  assertEquals(terminal.lines, ["waiting for 127.0.0.1:60000  0:01 of 1:00…"]);
  view.close();
  assertEquals(terminal.lines, []);
});

Deno.test("ClientView lets no escape sequence through from names and messages", () => {
  const { terminal, view } = openView(40);
  const evil = "\x1b]0;title\x07\x1b[31m\u202e";
  view.show({ ...START, name: evil, output: evil } as typeof START);
  view.show({ type: "server", index: 1, state: "failed", reason: evil });
  view.show({ type: "notice", message: evil });
  view.show(PROGRESS);
  terminal.advance(1000);
  view.show({ ...DONE, sha256: evil } as typeof DONE);
  assertEquals(terminal.lines.filter((line) => line.includes("title")).length, 4);
});
