import { assert, assertEquals, assertRejects } from "@std/assert";
import { dial } from "../../../lib/http/client/dial.ts";
import { CONNECT_TIMEOUT_MS, MAX_ADDRESSES_TRIED } from "../../../lib/http/limits.ts";

/** A moment is over sooner than any machine's, and a long time never. */
const STAGGER_MS = 20;
const LONG_MS = 600_000;
const never = () => new AbortController().signal;

/** Answers with these addresses, whatever the name. */
const as = (...addresses: string[]) => ({ resolve: () => Promise.resolve(addresses) });

/** A port on which connections are accepted at one of the addresses of 127.0.0.0/8, refused at all others. */
function listenAt(hostname: string): Deno.TcpListener {
  return Deno.listen({ hostname, port: 0 });
}

/** A port that does not answer: its listener takes no more connections than it has got. */
class SilentPort implements AsyncDisposable {
  readonly #listener: Deno.TcpListener;
  readonly #held: Deno.TcpConn[] = [];

  private constructor(hostname: string, port: number) {
    this.#listener = Deno.listen({ hostname, port, tcpBacklog: 1 });
  }

  static async open(hostname: string, port = 0): Promise<SilentPort> {
    const silent = new SilentPort(hostname, port);
    for (;;) {
      const stop = new AbortController();
      const { signal } = stop;
      const connecting = Deno.connect({ hostname, port: silent.port, signal });
      await silent.called(connecting);
      stop.abort();
      const conn = await connecting.catch(() => {});
      if (!conn) return silent;
      silent.#held.push(conn);
    }
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /**
   * Waits until somebody tries to connect to it.
   *
   * @param unless Waits no longer once this has resolved.
   */
  async called(unless?: Promise<unknown>): Promise<void> {
    let isOver = false;
    unless?.then(() => isOver = true, () => {});
    const port = this.port.toString(16).toUpperCase().padStart(4, "0");
    // The remote address and the state SYN_SENT, in the words of proc(5).
    const trying = new RegExp(` \\w+:${port} 02 `);
    const isCalled = () => trying.test(Deno.readTextFileSync("/proc/net/tcp"));
    while (!isOver && !isCalled()) await new Promise((resolve) => setTimeout(resolve, 1));
  }

  [Symbol.asyncDispose](): Promise<void> {
    for (const conn of this.#held) conn.close();
    this.#listener.close();
    return Promise.resolve();
  }
}

const LINUX = Deno.build.os === "linux";

Deno.test({
  name: "dial() goes on to the next address when one refuses",
  ignore: !LINUX,
  async fn() {
    using listener = listenAt("127.0.0.3");
    const { port } = listener.addr;
    const options = { ...as("::1", "127.0.0.1", "127.0.0.3"), staggerMs: LONG_MS };
    using conn = await dial("name", port, never(), options);
    assertEquals(conn.remoteAddr.hostname, "127.0.0.3");
  },
});

Deno.test({
  name: "dial() does not wait for an address that does not answer",
  ignore: !LINUX,
  async fn() {
    await using silent = await SilentPort.open("127.0.0.1");
    using listener = Deno.listen({ hostname: "127.0.0.2", port: silent.port });
    const options = { ...as("127.0.0.1", "127.0.0.2"), staggerMs: STAGGER_MS };
    using conn = await dial("name", listener.addr.port, never(), options);
    assertEquals(conn.remoteAddr.hostname, "127.0.0.2");
  },
});

Deno.test("dial() uses the first address while it answers", async () => {
  using listener = listenAt("0.0.0.0");
  const options = { ...as("127.0.0.1", "127.0.0.2"), staggerMs: LONG_MS };
  using conn = await dial("name", listener.addr.port, never(), options);
  assertEquals(conn.remoteAddr.hostname, "127.0.0.1");
});

Deno.test({
  name: "dial() names every address when none can be reached",
  ignore: !LINUX,
  async fn() {
    await using silent = await SilentPort.open("127.0.0.1");
    const late = new AbortController();
    const options = { ...as("127.0.0.2", "127.0.0.3", "127.0.0.1"), staggerMs: LONG_MS };
    const dialling = dial("name", silent.port, late.signal, options);
    await silent.called();
    late.abort(new Deno.errors.TimedOut("no connection within 1 s"));
    await assertRejects(
      () => dialling,
      Error,
      "127.0.0.2: connection refused; 127.0.0.3: connection refused; " +
        "127.0.0.1: no connection within 1 s",
    );
  },
});

Deno.test("dial() throws what is wrong with the only address", async () => {
  const { port } = closedPort();
  await assertRejects(() => dial("127.0.0.1", port, never()), Deno.errors.ConnectionRefused);
  await assertRejects(
    () => dial("name", port, never(), as("127.0.0.1")),
    Deno.errors.ConnectionRefused,
  );
  await assertRejects(
    () => dial("name.invalid", port, never()),
    Deno.errors.NotFound,
    "the name name.invalid cannot be resolved",
  );
});

Deno.test({
  name: "dial() tries families in turn, and no more addresses than it may",
  ignore: !LINUX,
  async fn() {
    const { port } = closedPort();
    const four = Array.from({ length: MAX_ADDRESSES_TRIED }, (_, at) => `127.0.1.${at}`);
    const six = ["::1", "::1"];
    const error = await assertRejects(
      () => dial("name", port, never(), { ...as(...four, ...six), staggerMs: LONG_MS }),
      Error,
    );
    const tried = error.message.split("; ").map((each) => each.split(": ")[0]);
    assertEquals(tried.slice(0, 5), ["127.0.1.0", "::1", "127.0.1.1", "::1", "127.0.1.2"]);
    assertEquals(tried.length, MAX_ADDRESSES_TRIED);
  },
});

Deno.test("dial() does not wait for a name server longer than it may", async () => {
  const late = new AbortController();
  const dead = (_: string, signal: AbortSignal) =>
    new Promise<string[]>((_, reject) =>
      signal.addEventListener("abort", () => reject(signal.reason))
    );
  const dialling = dial("name", 1, late.signal, { resolve: dead });
  late.abort(new Deno.errors.TimedOut("no connection within 1 s"));
  await assertRejects(() => dialling, Deno.errors.TimedOut, "no connection within 1 s");
});

function closedPort(): Deno.NetAddr {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr as Deno.NetAddr;
}

Deno.test("dial() is given no more than five seconds, as people are told", () => {
  assert(CONNECT_TIMEOUT_MS <= 5_000);
});

Deno.test("dial() leaves no connection open that comes about at the moment at which it is given up", async () => {
  const listener = listenAt("127.0.0.1");
  const accepting = (async () => {
    for await (const conn of listener) conn.close();
  })();
  for (let time = 0; time < 200; time += 1) {
    const stop = new AbortController();
    const dialling = dial("127.0.0.1", listener.addr.port, stop.signal);
    const stopped = Promise.withResolvers<void>();
    setTimeout(() => {
      // It comes about meanwhile, in some of these times without having been told of yet.
      const until = performance.now() + 2;
      while (performance.now() < until);
      stop.abort();
      stopped.resolve();
    });
    await dialling.then((conn) => conn.close(), () => {});
    await stopped.promise;
  }
  listener.close();
  await accepting.catch(() => {});
  // Connections that are left are found by the test runner, at the end of the test.
});
