import { assertEquals, assertRejects } from "@std/assert";
import { BufferPool } from "../../../lib/http/buffer_pool.ts";
import { RequestReader } from "../../../lib/http/request_reader.ts";
import { ClientBuffers } from "../../../lib/server/port/client_buffers.ts";
import { ClientGoneError, ClientSocket } from "../../../lib/server/port/client_socket.ts";
import { ContentTransfer, PauseGate } from "../../../lib/server/port/content_transfer.ts";
import { PORT_LIMITS } from "../../../lib/server/limits.ts";
import { RateLimit } from "../../../lib/server/port/rate_limit.ts";
import { SendTurns } from "../../../lib/server/port/send_turns.ts";
import { identifyFile, ServedFile } from "../../../lib/server/served_file.ts";
import { randomBytes, temporaryFile } from "../temporary_file.ts";

const BUFFER_BYTES = 1024;

/** A connection whose writes outlive it until the test ends them, as in Deno before 2.9. */
class StuckConnection {
  readonly begun = Promise.withResolvers<void>();
  readonly written = Promise.withResolvers<number>();
  setNoDelay() {}
  close() {}
  write(): Promise<number> {
    this.begun.resolve();
    return this.written.promise;
  }
}

Deno.test("ContentTransfer keeps a buffer from others as long as its bytes may still be sent", async () => {
  await using file = await temporaryFile(randomBytes(10));
  const connection = new StuckConnection();
  const socket = new ClientSocket(connection as unknown as Deno.TcpConn, "::1", PORT_LIMITS);
  const buffers = new ClientBuffers(
    new BufferPool([{ bytes: BUFFER_BYTES, most: Infinity }]),
  );
  using served = new ServedFile(identifyFile(file.path));
  const transfer = new ContentTransfer(
    new Uint8Array(0),
    { start: 0, end: 10 },
    { socket, requests: new RequestReader(socket) },
    { file: served, buffers, turns: new SendTurns(), gate: new PauseGate(), rate: undefined },
    () => {},
  );
  const sending = transfer.run();
  await connection.begun.promise;
  socket.close();
  await assertRejects(() => sending, ClientGoneError);
  buffers.take(socket, Infinity);
  assertEquals(buffers.bytes, 2 * BUFFER_BYTES, "the first one is not free yet");

  connection.written.resolve(10);
  await socket.released;
  buffers.take(socket, Infinity);
  assertEquals(buffers.bytes, 2 * BUFFER_BYTES, "the first one has come back");
});

Deno.test("ContentTransfer gives back what it did not send of its turn", async () => {
  const rate = new RateLimit(1_000_000);
  const size = rate.chunkBytes;
  await using file = await temporaryFile(randomBytes(size));
  const connection = new StuckConnection();
  const socket = new ClientSocket(connection as unknown as Deno.TcpConn, "::1", PORT_LIMITS);
  const buffers = new ClientBuffers(
    new BufferPool([{ bytes: BUFFER_BYTES, most: Infinity }]),
  );
  using served = new ServedFile(identifyFile(file.path));
  const transfer = new ContentTransfer(
    new Uint8Array(0),
    { start: 0, end: size },
    { socket, requests: new RequestReader(socket) },
    { file: served, buffers, turns: new SendTurns(), gate: new PauseGate(), rate },
    () => {},
  );
  // All that may be made up for is used: its turn is the next, and takes 50 ms.
  rate.reserve(size, performance.now());
  const sending = transfer.run();
  socket.close();
  await assertRejects(() => sending, ClientGoneError);
  assertEquals(rate.reserve(1, performance.now()), 0);
  connection.written.resolve(0);
  await socket.released;
});
