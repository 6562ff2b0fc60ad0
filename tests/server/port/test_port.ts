import { ClientBuffers } from "../../../lib/server/port/client_buffers.ts";
import { PORT_LIMITS, type PortLimits } from "../../../lib/server/limits.ts";
import { Port } from "../../../lib/server/port/port.ts";
import { SendTurns } from "../../../lib/server/port/send_turns.ts";
import type { FromPort, PortOptions } from "../../../lib/server/port_message.ts";
import { identifyFile } from "../../../lib/server/served_file.ts";
import { RawClient } from "./raw_client.ts";
import { type TemporaryFile, temporaryFile } from "../temporary_file.ts";

/** No sign of life comes between the states that tests read, however long they take. */
const LIMITS = { sweepMs: 10, heartbeatMs: 1_000_000, slowestBytesPerSec: Infinity };

/** A port in this thread, that serves the given content. */
export class TestPort implements AsyncDisposable {
  readonly port: Port;
  readonly file: TemporaryFile;
  /** Everything that was told, in order. */
  readonly messages: FromPort[] = [];
  /** What of it was not awaited yet. */
  readonly #messages: FromPort[] = [];
  #news = Promise.withResolvers<void>();

  private constructor(
    file: TemporaryFile,
    limits: Partial<PortLimits>,
    options: Partial<PortOptions>,
    turns: SendTurns,
  ) {
    this.file = file;
    this.port = Port.open(
      {
        type: "open",
        index: 1,
        file: identifyFile(file.path),
        port: 0,
        options: {
          hostnames: ["127.0.0.1"],
          allow: ["127.0.0.1"],
          hosts: [],
          certificate: undefined,
          token: undefined,
          limitRate: undefined,
          counts: undefined,
          tracked: true,
          ...options,
        },
      },
      { buffers: new ClientBuffers(), turns },
      (message) => {
        this.messages.push(message);
        this.#messages.push(message);
        this.#news.resolve();
      },
      { ...PORT_LIMITS, ...LIMITS, ...limits },
    );
    this.port.serve([this.port.address.port]);
  }

  static async serve(
    content: Uint8Array,
    limits: Partial<PortLimits> = {},
    options: Partial<PortOptions> = {},
    turns = new SendTurns(),
  ): Promise<TestPort> {
    return new TestPort(await temporaryFile(content), limits, options, turns);
  }

  /** @param hostname Over loopback it is the client's address as well. */
  connect(hostname = "127.0.0.1"): Promise<RawClient> {
    return RawClient.connect(this.port.address.port, hostname);
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
