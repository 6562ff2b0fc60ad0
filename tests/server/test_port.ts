import { BufferPool } from "../../lib/http/buffer_pool.ts";
import { Allowlist } from "../../lib/server/allowlist.ts";
import { identifyFile } from "../../lib/server/file_identity.ts";
import { Port, type PortParts } from "../../lib/server/port.ts";
import { PORT_BUFFERS, PORT_LIMITS, type PortLimits } from "../../lib/server/port_limits.ts";
import type { FromPort } from "../../lib/server/port_message.ts";
import { ServedFile } from "../../lib/server/served_file.ts";
import { RawClient } from "./raw_client.ts";
import { type TemporaryFile, temporaryFile } from "./temporary_file.ts";

/** A port in this thread, that serves the given content. */
export class TestPort implements AsyncDisposable {
  readonly port: Port;
  readonly file: TemporaryFile;
  readonly #messages: FromPort[] = [];
  #news = Promise.withResolvers<void>();

  private constructor(file: TemporaryFile, parts: Partial<PortParts>, limits: Partial<PortLimits>) {
    this.file = file;
    this.port = new Port({
      index: 1,
      file: new ServedFile(identifyFile(file.path)),
      listeners: [Deno.listen({ hostname: "127.0.0.1", port: 0 })],
      allow: new Allowlist(["127.0.0.1"]),
      rate: undefined,
      buffers: new BufferPool(PORT_BUFFERS),
      tracked: true,
      ...parts,
      limits: { ...PORT_LIMITS, sweepMs: 10, slowestBytesPerSec: Infinity, ...limits },
    }, (message) => {
      this.#messages.push(message);
      this.#news.resolve();
    });
    this.port.serve([this.port.address.port]);
  }

  static async serve(
    content: Uint8Array,
    limits: Partial<PortLimits> = {},
    parts: Partial<PortParts> = {},
  ): Promise<TestPort> {
    return new TestPort(await temporaryFile(content), parts, limits);
  }

  connect(): Promise<RawClient> {
    return RawClient.connect(this.port.address.port);
  }

  /** Where the file is. */
  get target(): string {
    return `/${encodeURIComponent(this.file.name)}`;
  }

  get notices(): string[] {
    return this.#messages.flatMap((said) => said.type === "notice" ? [said.message] : []);
  }

  /** Waits for a message that fits; those before it are forgotten. */
  async told<Type extends FromPort["type"]>(
    type: Type,
    fits: (message: Extract<FromPort, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<FromPort, { type: Type }>> {
    const isIt = (message: FromPort): message is Extract<FromPort, { type: Type }> =>
      message.type === type && fits(message as Extract<FromPort, { type: Type }>);
    for (;;) {
      while (this.#messages.length > 0) {
        const message = this.#messages.shift() as FromPort;
        if (isIt(message)) return message;
      }
      this.#news = Promise.withResolvers();
      await this.#news.promise;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.port.close();
    await this.file[Symbol.asyncDispose]();
  }
}
