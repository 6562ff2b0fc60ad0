import { connect } from "node:net";
import { assert, assertEquals, assertMatch } from "@std/assert";
import { TestPort } from "./test_port.ts";
import { randomBytes } from "../temporary_file.ts";

const CONTENT = randomBytes(3 * 1024 * 1024 + 5);

Deno.test("Port answers GET with the whole file", async () => {
  await using server = await TestPort.serve(CONTENT);
  using client = await server.connect();
  await client.ask(server.target);
  const { status, headers, content } = await client.answer();
  assertEquals([status, headers.get("content-length")], [200, String(CONTENT.length)]);
  assertEquals(content, CONTENT);
  assertMatch(headers.get("date") ?? "", / GMT$/);
});

Deno.test("Port answers HEAD with the head alone", async () => {
  await using server = await TestPort.serve(CONTENT);
  using client = await server.connect();
  await client.ask(server.target, {}, "HEAD");
  assertEquals((await client.head()).headers.get("content-length"), String(CONTENT.length));
  await client.ask(server.target, { Range: "bytes=0-0" });
  assertEquals((await client.answer()).content, CONTENT.slice(0, 1));
});

Deno.test("Port answers many ranges over one connection, sent before the first answer", async () => {
  await using server = await TestPort.serve(CONTENT);
  using client = await server.connect();
  const starts = Array.from({ length: 40 }, (_, at) => at * 70_001);
  const asking = Promise.all(
    starts.map((start) => client.ask(server.target, { Range: `bytes=${start}-${start + 69_999}` })),
  );
  for (const start of starts) {
    const { status, content } = await client.answer();
    assertEquals(status, 206);
    assertEquals(content, CONTENT.slice(start, start + 70_000));
  }
  await asking;
});

Deno.test("Port serves an empty file", async () => {
  await using server = await TestPort.serve(new Uint8Array());
  using client = await server.connect();
  await client.ask(server.target);
  const { status, content } = await client.answer();
  assertEquals([status, content.length], [200, 0]);
  await client.ask(server.target, { Range: "bytes=0-" });
  assertEquals((await client.answer()).status, 416);
});

Deno.test("Port ends the connection when the client wants that, or speaks HTTP/1.0", async () => {
  await using server = await TestPort.serve(CONTENT);
  for (const request of ["HTTP/1.1\r\nHost: localhost\r\nConnection: close", "HTTP/1.0"]) {
    using client = await server.connect();
    await client.send(`GET ${server.target} ${request}\r\n\r\n`);
    const { headers, content } = await client.answer();
    assertEquals([headers.get("connection"), content.length], ["close", CONTENT.length]);
    assertEquals((await client.rest()).length, 0);
  }
});

Deno.test("Port answers a client that ends its side after the request", async () => {
  await using server = await TestPort.serve(CONTENT);
  using client = await server.connect();
  await client.ask(server.target);
  await client.conn.closeWrite();
  assertEquals((await client.answer()).content, CONTENT);
});

Deno.test("Port leads from `/` to the file, and says what is nowhere", async () => {
  await using server = await TestPort.serve(CONTENT);
  using client = await server.connect();
  await client.ask("/");
  const root = await client.answer();
  assertEquals([root.status, root.headers.get("location")], [307, "/ein%20film.mp4"]);
  for (const target of ["/x", "/../../../etc/passwd", "/%2e%2e/etc/passwd", "/\\..\\x", "/%00"]) {
    await client.ask(target);
    assertEquals((await client.answer()).status, 404, target);
  }
});

Deno.test("Port answers other methods with those it has, and refuses content", async () => {
  await using server = await TestPort.serve(CONTENT);
  using client = await server.connect();
  await client.ask(server.target, {}, "DELETE");
  const { status, headers } = await client.answer();
  assertEquals([status, headers.get("allow")], [405, "GET, HEAD"]);
  await client.ask(server.target, { "Content-Length": "5" });
  assertEquals((await client.answer()).status, 413);
  assertEquals((await client.rest()).length, 0);
});

Deno.test("Port says what is wrong with a request before it closes, even if more comes", async () => {
  await using server = await TestPort.serve(CONTENT);
  using client = await server.connect();
  await client.send("GET / HTTP/1.1\r\nHost : h\r\n\r\n" + "x".repeat(50_000));
  const { status, headers, content } = await client.answer();
  assertEquals([status, headers.get("connection")], [400, "close"]);
  assertMatch(new TextDecoder().decode(content), /^The request was refused: .*\n$/);
  await client.send("x".repeat(50_000));
  await client.conn.closeWrite();
  // The end, not a reset, which could have taken the answer away.
  assertEquals(await client.conn.read(new Uint8Array(1)), null);
});

Deno.test("Port tells its info", async () => {
  await using server = await TestPort.serve(CONTENT);
  using client = await server.connect();
  await client.ask("/.multiport/info");
  const { headers, content } = await client.answer();
  const { etag, modified, ...info } = JSON.parse(new TextDecoder().decode(content));
  assertEquals(headers.get("cache-control"), "no-store");
  assertMatch(etag, /^"[0-9a-f]{32}"$/);
  assertEquals(new Date(modified), Deno.statSync(server.file.path).mtime);
  assertEquals(info, {
    name: server.file.name,
    size: CONTENT.length,
    state: "listening",
    index: 1,
    manifest: null,
    manifestReady: false,
    servers: [server.port.address.port],
  });
});

Deno.test("Port tells which part each client has taken, and when it has gone", async () => {
  await using server = await TestPort.serve(CONTENT);
  using client = await server.connect();
  await client.ask(server.target, { Range: "bytes=10-19" });
  await client.answer();
  client.close();
  assertEquals(await server.told("connected"), { type: "connected", client: "127.0.0.1" });
  assertEquals((await server.told("sent")).range, { start: 10, end: 20 });
  await server.told("disconnected");
  const { client: address, bytes, connections } = (await server.told("served")).record;
  assert(address.startsWith("127.0.0.1:"));
  assertEquals([bytes, connections], [10, 1]);
});

Deno.test("Port tells what a client has taken while its answer goes on", async () => {
  await using server = await TestPort.serve(CONTENT, {}, { limitRate: 8 * 1024 * 1024 });
  using client = await server.connect();
  await client.ask(server.target);
  const { parts: [first] } = await server.told("taken");
  assertEquals([first?.client, first?.range.start], ["127.0.0.1", 0]);
  await client.answer();
  await server.told("sent");
  const parts = server.messages.flatMap((said) => {
    if (said.type === "taken") return said.parts.map(({ range }) => range);
    return said.type === "sent" ? [said.range] : [];
  });
  // Each begins where the one before ended.
  assertEquals(parts.slice(1).map(({ start }) => start), parts.slice(0, -1).map(({ end }) => end));
  assertEquals(parts.at(-1)?.end, CONTENT.length);
});

Deno.test("Port tells records of clients that add up to its figures", async () => {
  await using server = await TestPort.serve(CONTENT);
  for (let at = 0; at < 3; at++) {
    using client = await server.connect();
    await client.ask(server.target, { Range: "bytes=0-9" });
    await client.answer();
    client.close();
    await server.told("disconnected");
  }
  using client = await server.connect();
  await client.ask(server.target);
  await client.bytes(1_000_000);
  await server.port.close();
  const told = server.messages;
  const records = told.flatMap((said) => said.type === "served" ? [said.record.bytes] : []);
  const figures = told.flatMap((said) => said.type === "figures" ? [said.figures.sent] : []);
  assertEquals(records.reduce((sum, bytes) => sum + bytes, 0), figures.at(-1));
});

Deno.test("Port turns away who is not allowed to connect, and says so once", async () => {
  await using server = await TestPort.serve(CONTENT, {}, { allow: ["10.0.0.1"] });
  for (let at = 0; at < 3; at++) {
    using client = await server.connect();
    assertEquals((await client.rest()).length, 0);
  }
  assertEquals(server.notices, ["Server1 turned 127.0.0.1 away"]);
});

Deno.test({
  name: "Port looks at every client's own address, whoever came before",
  ignore: Deno.build.os !== "linux", // Elsewhere loopback has but one address.
  fn: async () => {
    await using server = await TestPort.serve(CONTENT, {}, { allow: ["127.0.0.9"] });
    const { hostname: host, port } = server.port.address;
    const statusFor = async (localAddress: string) => {
      const socket = connect({ host, port, localAddress });
      socket.end("HEAD / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      let answer = "";
      socket.on("data", (bytes) => answer += bytes);
      socket.on("error", () => {}); // A reset is an answer, too.
      await new Promise((resolve) => socket.on("close", resolve));
      return answer.split(" ")[1];
    };
    for (const status of ["307", undefined, "307", undefined]) {
      assertEquals(await statusFor(status ? "127.0.0.9" : "127.0.0.1"), status);
    }
    assertEquals(server.notices, ["Server1 turned 127.0.0.1 away"]);
  },
});

Deno.test("Port does not count for --once what a browser fetches for some page", async () => {
  await using server = await TestPort.serve(CONTENT);
  using client = await server.connect();
  await client.ask(server.target, { "Sec-Fetch-Site": "cross-site", "Range": "bytes=0-9" });
  await client.answer();
  await client.ask(server.target, { Range: "bytes=10-19" });
  await client.answer();
  assertEquals((await server.told("sent")).range, { start: 10, end: 20 });
});

Deno.test("Port counts everything that it sends against its rate limit", async () => {
  await using server = await TestPort.serve(CONTENT, {}, { limitRate: 20_000 });
  using client = await server.connect();
  const begunMs = performance.now();
  let bytes = 0;
  for (let at = 0; at < 20; at++) {
    await client.ask("/.multiport/info");
    const { byteLength, content } = await client.answer();
    bytes += byteLength + content.length;
  }
  // Two chunks of 50 ms are sent at once.
  assertEquals(performance.now() - begunMs >= bytes / 20 - 101, true);
});

Deno.test("Port sends no faster than its rate limit", async () => {
  const limitRate = 1_000_000;
  await using server = await TestPort.serve(CONTENT, {}, { limitRate });
  const begunMs = performance.now();
  await Promise.all([0, 1].map(async () => {
    using client = await server.connect();
    await client.ask(server.target, { Range: "bytes=0-149999" });
    assertEquals((await client.answer()).content, CONTENT.slice(0, 150_000));
  }));
  // Six chunks of 50 ms, of which two are sent at once; the last one need not be waited out.
  assertEquals(performance.now() - begunMs >= 195, true);
});
