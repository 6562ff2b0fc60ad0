import { assert } from "@std/assert";
import { Admission } from "../../lib/client/admission.ts";
import { LaneSource } from "../../lib/client/lane_source.ts";
import { READ_ON_MS } from "../../lib/client/limits.ts";
import { PartWriter } from "../../lib/client/part_writer.ts";
import { BufferPool } from "../../lib/http/buffer_pool.ts";
import { beforeDeadline } from "../support/deadline.ts";
import { Scratch } from "../support/scratch.ts";
import { partHead } from "./content.ts";
import { ScriptedServer } from "./scripted_server.ts";

Deno.test("LaneSource lets timers run while its bytes are there already", async () => {
  await using scratch = await Scratch.make();
  await using server = new ScriptedServer();
  const [length, chunks] = [16 * 1024, 32];
  const path = scratch.path("part");
  Deno.writeFileSync(path, new Uint8Array());
  let writes = 0;
  using writer = new class extends PartWriter {
    override write(bytes: Uint8Array, position: number): void {
      writes += 1;
      const start = performance.now();
      while (performance.now() - start < READ_ON_MS);
      super.write(bytes, position);
    }
  }(path);
  const size = chunks * length;
  const done = Promise.withResolvers<void>();
  const { port } = server;
  const source = new LaneSource({
    order: { type: "connect", source: 1, host: "127.0.0.1", port, target: "/a", etag: null },
    writer,
    size,
    hasher: undefined,
    admission: new Admission(),
    buffers: new BufferPool([{ bytes: length, most: Infinity }]),
    report: (report) => {
      if (report.type === "delivered" && report.range.end === size) done.resolve();
    },
  });
  source.fetch({ id: 1, start: 0, end: size });
  const peer = await server.peer();
  await peer.range();
  const sending = peer.send(partHead(0, size, size)).then(() => peer.send(new Uint8Array(size)));
  let turns = 0;
  const timer = setInterval(() => turns += 1, 0);
  await beforeDeadline(done.promise, () => `${writes} writes`);
  clearInterval(timer);
  assert(turns >= writes / 2, `${turns} turns in ${writes} writes`);
  await sending;
  source.drop("over");
});
