import { assert, assertEquals } from "@std/assert";
import { ClientBuffers } from "../../../lib/server/port/client_buffers.ts";
import { MAX_CONNECTIONS_PER_PORT, PROVEN_BYTES } from "../../../lib/server/limits.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

Deno.test("ClientBuffers lends ever shorter buffers to one address that takes nothing", () => {
  const buffers = new ClientBuffers();
  const hostile = { client: "192.0.2.1", writtenBytes: 0 };
  const lent = Array.from({ length: MAX_CONNECTIONS_PER_PORT }, () => buffers.take(hostile, MIB));
  assertEquals(lent[0]?.buffer.length, 512 * KIB);
  assertEquals(lent.at(-1)?.buffer.length, 16 * KIB);
  assert(buffers.bytes <= 8 * MIB, `${buffers.bytes} bytes`);
  const other = buffers.take({ client: "192.0.2.2", writtenBytes: 0 }, MIB);
  assertEquals(other.buffer.length, 256 * KIB, "what is left for who comes next");
  const proven = buffers.take({ client: "192.0.2.1", writtenBytes: PROVEN_BYTES }, MIB);
  assertEquals(proven.buffer.length, 512 * KIB, "what is left for who takes what it asks for");

  for (const { giveBack } of lent) giveBack();
  assertEquals(buffers.take(hostile, MIB).buffer.length, 512 * KIB);
});

Deno.test("ClientBuffers lends no buffer that is longer than it has to be", () => {
  const buffers = new ClientBuffers();
  const client = { client: "192.0.2.1", writtenBytes: 0 };
  assertEquals(buffers.take(client, 100).buffer.length, 4 * KIB);
});
