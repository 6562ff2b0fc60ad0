import { assert } from "@std/assert";
import { READ_ON_MS } from "../../lib/next_turn.ts";
import { PartWriter } from "../../lib/storage/part_writer.ts";
import { partHead } from "../client/content.ts";
import { FetcherRig } from "./fetcher_rig.ts";

Deno.test("Fetcher lets timers run while its bytes are there already", async () => {
  const [bufferLength, chunks] = [16 * 1024, 32];
  const size = chunks * bufferLength;
  let writes = 0;
  const Writer = class extends PartWriter {
    override write(bytes: Uint8Array, position: number): void {
      writes += 1;
      const start = performance.now();
      while (performance.now() - start < READ_ON_MS);
      super.write(bytes, position);
    }
  };
  await using rig = new FetcherRig({ size, bufferLength, Writer });
  const source = rig.source();
  rig.fetch(source, 0, size);
  const peer = await rig.server.peer();
  await peer.range();
  const sending = peer.send(partHead(0, size, size)).then(() => peer.send(new Uint8Array(size)));
  let turns = 0;
  const timer = setInterval(() => turns += 1, 0);
  await rig.deliveredUpTo(size);
  clearInterval(timer);
  assert(turns >= writes / 2, `${turns} turns in ${writes} writes`);
  await sending;
  source.drop("over");
});
