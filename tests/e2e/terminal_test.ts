import { assert, assertEquals } from "@std/assert";
import { HAS_PTY, Pty } from "./pty.ts";

const ignore = !HAS_PTY;

function assertRestored({ terminal }: Pty): void {
  assertEquals([...terminal.modes], [["7", true], ["25", true], ["2026", false]]);
  assertEquals(terminal.column, 0);
}

Deno.test({
  name: "mpserver keeps what an operator types in a terminal through every status",
  ignore,
  async fn() {
    const folder = await Deno.makeTempDir();
    const file = `${folder}/oned.mp4`;
    await Deno.writeTextFile(file, "x".repeat(1000));
    try {
      await using server = new Pty("mpserver", ["-f", file, "-p", "0", "-i", "0.05"]);
      await server.until((lines) => lines.at(-1) === ">" && lines.some((line) => /^1 /.test(line)));
      await server.type("1 nonsens");
      await server.until((lines) => lines.at(-1) === "> 1 nonsens");
      for (let frame = 0; frame < 5; frame++) {
        await server.frames(1);
        assertEquals(server.terminal.lines.at(-1), "> 1 nonsens");
      }
      await server.type("\x1b[D\x15\x1b[3~1\r");
      await server.until((lines) => lines.includes("Server1 paused"));
      await server.type("e\t");
      await server.until((lines) => lines.at(-1) === "> e1");
      await server.type("\r");
      assertEquals(await server.end(), 0);
      const lines = server.terminal.lines;
      assert(lines.includes("> e1"), lines.join("\n"));
      assert(lines.at(-1)?.startsWith("1  127.0.0.1:"), lines.join("\n"));
      assertRestored(server);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});

Deno.test({
  name: "mpclient waits in a terminal until Ctrl-C, and leaves nothing but the reason",
  ignore,
  async fn() {
    const { port } = closedPort();
    await using client = new Pty("mpclient", ["-p", `${port}`, "--wait", "50"]);
    await client.until((lines) => /^waiting for 127.0.0.1:.* 0:02 of/.test(lines.at(-1) ?? ""));
    assertEquals(client.terminal.lines.length, 1);
    await client.type("\x03");
    assertEquals(await client.end(), 130);
    assertEquals(client.terminal.lines.length, 1);
    assert(client.terminal.lines[0]?.includes("mpclient: Interrupted"));
    assertRestored(client);
  },
});

/** A port that nobody listens on, for as long as nobody else asks for one. */
function closedPort(): Deno.NetAddr {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr;
}
