import { assert, assertEquals } from "@std/assert";
import * as fc from "fast-check";
import { type PageRequest, PageServer } from "../../../lib/ui/dashboard/page_server.ts";
import { requestNoise } from "../../http/request_noise.ts";

/** A server that answers with what it was asked for. */
class Rig implements AsyncDisposable {
  readonly asked: PageRequest[] = [];
  readonly #server: PageServer;

  constructor(timeoutMs?: number) {
    this.#server = new PageServer({ hostname: "127.0.0.1", port: 0 }, (request) => {
      this.asked.push(request);
      return { status: 200, headers: {}, content: `${request.method} ${request.path}` };
    }, timeoutMs);
  }

  connect(): Promise<Deno.TcpConn> {
    return Deno.connect({ hostname: "127.0.0.1", port: this.#server.address.port });
  }

  async ask(path: string, options: RequestInit = {}): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.#server.address.port}${path}`, options);
    return await response.text();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#server.close();
  }
}

/** Everything that comes until the end, however that comes. */
async function rest(conn: Deno.TcpConn): Promise<string> {
  let text = "";
  const buffer = new Uint8Array(4_096);
  for (;;) {
    const count = await conn.read(buffer).catch(() => null);
    if (count === null) return text;
    text += new TextDecoder().decode(buffer.subarray(0, count));
  }
}

Deno.test("PageServer answers with what comes behind the head, if it is short", async () => {
  await using rig = new Rig();
  assertEquals(await rig.ask("/a?b=c", { method: "POST", body: "hello" }), "POST /a");
  await rig.ask("/", { method: "POST", body: "x".repeat(1_024) });
  await rig.ask("/", { method: "POST", body: "x".repeat(1_025) }).catch(() => {});
  await rig.ask("/", { method: "POST", body: ReadableStream.from([new Uint8Array(1)]) });
  await rig.ask("/");
  const contents = rig.asked.map(({ content }) => content?.length);
  assertEquals(contents, [5, 1_024, undefined, undefined, 0]);
});

Deno.test("PageServer has room for a page behind any number of connections", async () => {
  // Not the time ends them.
  await using rig = new Rig(600_000);
  const idle = await Promise.all(Array.from({ length: 300 }, () => rig.connect()));
  assertEquals(await rig.ask("/"), "GET /");
  // Those that came first have gone.
  for (const conn of idle.slice(0, 200)) assertEquals(await rest(conn), "");
  assertEquals(await rig.ask("/"), "GET /");
  for (const conn of idle) conn.close();
});

Deno.test("PageServer gives up on a head that does not end", async () => {
  await using rig = new Rig(100);
  using conn = await rig.connect();
  const drip = setInterval(() => conn.write(new Uint8Array([0x47])).catch(() => {}), 10);
  assertEquals(await rest(conn), "");
  clearInterval(drip);
});

Deno.test("PageServer survives any bytes", async () => {
  await using rig = new Rig();
  await fc.assert(
    fc.asyncProperty(requestNoise(), async (noise) => {
      using conn = await rig.connect();
      const sending = (async () => {
        for (let sent = 0; sent < noise.length;) sent += await conn.write(noise.subarray(sent));
        await conn.closeWrite();
      })().catch(() => {});
      const text = await rest(conn);
      await sending;
      assert(text === "" || text.startsWith("HTTP/1.1 "));
    }),
    { numRuns: Number(Deno.env.get("FUZZ_RUNS") ?? 100) },
  );
  assertEquals(await rig.ask("/"), "GET /");
});
