import { TextLineStream } from "@std/streams/text-line-stream";
import { CommandError } from "../../testing/command.ts";
import { answers, type Origin } from "../origin.ts";
import { Service } from "../service.ts";
import type { TestFile } from "../test_file.ts";
import type { Workbench } from "../workbench.ts";
import { MPSERVER } from "./programs.ts";

/** How `mpserver` is started. */
export interface MpserverOptions {
  readonly file: TestFile;
  /** How many servers. */
  readonly servers: number;
  /** Where the first one listens; free ports of the loopback interface where the bench is, if undefined. */
  readonly at?: { readonly namespace: string; readonly address: string; readonly port: number };
  /** Bytes per second and server. */
  readonly limitRate?: number;
}

/** An `mpserver` that is ready: it listens, and has computed the digests of its file. */
export class Mpserver implements Origin, AsyncDisposable {
  readonly file: TestFile;
  readonly addresses: readonly string[];
  readonly service: Service;

  private constructor(file: TestFile, addresses: readonly string[], service: Service) {
    this.file = file;
    this.addresses = addresses;
    this.service = service;
  }

  /** @throws {CommandError} If it does not get ready. */
  static async start(options: MpserverOptions, { scratch, signal }: Workbench): Promise<Mpserver> {
    const { file, at } = options;
    const service = new Service({
      argv: [MPSERVER, ...argumentsFor(options)],
      namespace: at?.namespace,
      tmpdir: scratch.path("tmp"),
    });
    try {
      const addresses = await listening(service);
      const manifest = `http://${addresses[0]}/${file.name}.meta4`;
      await service.ready(() => answers(manifest, at?.namespace), signal);
      return new Mpserver(file, addresses, service);
    } catch (error) {
      await service[Symbol.asyncDispose]();
      throw error;
    }
  }

  readonly pids = (): readonly number[] => [this.service.pid];

  async [Symbol.asyncDispose](): Promise<void> {
    await this.service[Symbol.asyncDispose]();
  }
}

function argumentsFor({ file, servers, at, limitRate }: MpserverOptions): string[] {
  const ports = Array.from({ length: servers }, (_, index) => at ? at.port + index : 0);
  return [
    ...["-f", file.path, "-i", "0", "--json"],
    ...["-p", ...ports.map(String)],
    ...(at ? ["-a", "any", "--bind", at.address] : []),
    ...(limitRate === undefined ? [] : ["--limit-rate", String(limitRate)]),
  ];
}

/** What the first line says; the others are read and dropped, so that it can go on writing. */
async function listening(service: Service): Promise<string[]> {
  const lines = service.stdout
    .pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream())
    .getReader();
  const { value } = await lines.read();
  if (value === undefined) throw new CommandError("mpserver ended before it listened");
  void drain(lines);
  const event: { readonly servers?: readonly { readonly address: string }[] } = JSON.parse(value);
  if (!event.servers) throw new CommandError(`mpserver says ${value}`);
  return event.servers.map(({ address }) => address);
}

async function drain(lines: ReadableStreamDefaultReader<string>): Promise<void> {
  while (!(await lines.read()).done);
}
