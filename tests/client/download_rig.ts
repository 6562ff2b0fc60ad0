import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import type { DownloadEvent } from "../../lib/client/download_event.ts";
import { download } from "../../lib/client/download.ts";
import type { DownloadOptions } from "../../lib/client/download_options.ts";
import { type ErrorCode, MultiportError } from "../../lib/multiport_error.ts";
import type { Servers } from "../../lib/server/servers.ts";
import { serve } from "../../lib/server/serve.ts";
import { beforeDeadline } from "../../testing/deadline.ts";
import { Scratch } from "../../testing/scratch.ts";
import { sha256 } from "./content.ts";
import { Log } from "./log.ts";

/** Servers of files in a folder, and downloads from them into it. */
export class Rig implements AsyncDisposable {
  readonly events = new Log<DownloadEvent>();
  readonly output: string;
  /** Called with every event. */
  onEvent: (event: DownloadEvent) => void = () => {};

  private constructor(readonly scratch: Scratch, readonly serving: Servers) {
    this.output = scratch.path("out");
  }

  /**
   * Serves copies of a file of `size` bytes, one per server.
   *
   * @param prepare May change them.
   * @param limitRate Bytes per second and server.
   */
  static async make(
    size: number,
    servers = 2,
    prepare: (copies: readonly string[]) => Promise<void> = () => Promise.resolve(),
    limitRate?: number,
  ): Promise<Rig> {
    const scratch = await Scratch.make();
    const files = await Promise.all(
      Array.from({ length: servers }, (_, at) => scratch.noise(`copy${at + 1}`, size)),
    );
    await prepare(files);
    const ports = files.map(() => 0);
    const allow = ["127.0.0.1"];
    const options = { files, ports, bind: "127.0.0.1", allow, once: false, limitRate };
    return new Rig(scratch, await serve(options));
  }

  get servers(): string[] {
    return this.serving.all.map(({ address }) => address);
  }

  async download(options: DownloadOptions = {}, signal?: AbortSignal): Promise<void> {
    const servers = this.servers;
    const onEvent = (event: DownloadEvent) => {
      this.events.add(event);
      this.onEvent(event);
    };
    const all = { interval: 0.02, output: this.output, servers, onEvent, signal, ...options };
    await beforeDeadline(download(all), () => JSON.stringify(this.events.entries.slice(-5)));
  }

  /** Waits until every server knows the digests of its copy. */
  async hashed(): Promise<void> {
    const ask = async ({ url }: { readonly url: string }) => {
      for (;;) {
        const response = await fetch(`${url}.meta4`);
        await response.body?.cancel();
        if (response.ok) return;
      }
    };
    await beforeDeadline(Promise.all(this.serving.all.map(ask)), () => "the digests");
  }

  async fails(kind: ErrorCode, options: DownloadOptions = {}, ...parts: string[]) {
    const failure = await assertRejects(() => this.download(options), MultiportError);
    assertEquals(failure.code, kind, failure.message);
    for (const part of parts) assertStringIncludes(failure.message, part);
  }

  get source(): Uint8Array {
    return Deno.readFileSync(this.scratch.path("copy1"));
  }

  async assertComplete(): Promise<void> {
    assertEquals(sha256(Deno.readFileSync(this.output)), sha256(this.source));
    const names = await this.scratch.names();
    assertEquals(names.filter((name) => name.startsWith("out")), ["out"]);
  }

  get types(): string[] {
    return this.events.entries.map(({ type }) => type);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.serving.close();
    await this.scratch[Symbol.asyncDispose]();
  }
}

/** Leaves a part file whose checkpoint says nothing but that it is from a download. */
export function leave(output: string, content: Uint8Array): void {
  Deno.writeFileSync(`${output}.part`, content);
  Deno.writeTextFileSync(`${output}.part.checkpoint`, "");
}
