import { assert, assertEquals } from "@std/assert";
import { download } from "../../lib/client/download.ts";
import { beforeDeadline } from "../../testing/deadline.ts";
import { Scratch } from "../../testing/scratch.ts";
import { contentOf } from "./content.ts";

const SIZE = 3_000_000;
const CONTENT = contentOf(0, SIZE);

/** A mirror that keeps its connections open. */
class Mirror implements AsyncDisposable {
  /** How many bytes each request asked for, by the client's port, in the order of the connections. */
  readonly asked = new Map<number, number[]>();
  readonly #server: Deno.HttpServer<Deno.NetAddr>;

  constructor() {
    const at = { hostname: "127.0.0.1", port: 0, onListen: () => {} };
    this.#server = Deno.serve(at, ({ headers }, { remoteAddr: { port } }) => {
      const [, first, last] = /^bytes=(\d+)-(\d+)$/.exec(headers.get("range") ?? "") ?? [];
      const [start, end] = [Number(first), Number(last) + 1];
      const lengths = this.asked.get(port) ?? [];
      this.asked.set(port, [...lengths, end - start]);
      return new Response(CONTENT.subarray(start, end), {
        status: 206,
        headers: { "Content-Range": `bytes ${start}-${end - 1}/${SIZE}` },
      });
    });
  }

  get url(): string {
    return `http://127.0.0.1:${this.#server.addr.port}/f.iso`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server.shutdown();
  }
}

Deno.test("download() asks mirrors what they have, for samples and for content over one connection each", async () => {
  await using scratch = await Scratch.make();
  await using one = new Mirror();
  await using other = new Mirror();
  const output = scratch.path("out");
  await beforeDeadline(download({ urls: [one.url, other.url], output }), () => "the download");
  assertEquals(await Deno.readFile(output), CONTENT);
  const firsts = [one, other].map(({ asked }) => [...asked.values()][0] ?? []);
  for (const lengths of firsts) {
    assertEquals(lengths.slice(0, 5), [1, 65_536, 65_536, 65_536, 65_536]);
  }
  assert(firsts.some((lengths) => lengths.length > 5));
});
