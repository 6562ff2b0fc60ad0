import { TextLineStream } from "@std/streams/text-line-stream";
import type { ServerCertificate } from "./certificates.ts";
import { beforeDeadline } from "./deadline.ts";

/**
 * OpenSSL's own server, which speaks TLS exactly as its options say. It answers every request with a
 * page about the connection.
 */
export class OpensslServer implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #port = Promise.withResolvers<number>();
  readonly #reading: Promise<void>;

  private constructor(child: Deno.ChildProcess) {
    this.#child = child;
    this.#reading = this.#read(child.stdout);
  }

  /** @param args Options of `openssl s_server`. */
  static async start(
    { certPath, keyPath }: ServerCertificate,
    args: readonly string[],
  ): Promise<OpensslServer> {
    const where = ["-accept", "127.0.0.1:0", "-cert", certPath, "-key", keyPath];
    const child = new Deno.Command("openssl", {
      args: ["s_server", "-www", ...where, ...args],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const server = new OpensslServer(child);
    await beforeDeadline(server.port, () => `openssl s_server ${args.join(" ")}`);
    return server;
  }

  get port(): Promise<number> {
    return this.#port.promise;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#reading;
  }

  /** Reads all that it says, lest that hold it up: `ACCEPT 127.0.0.1:35345`, then of each connection. */
  async #read(stdout: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
    const lines = stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
    for await (const line of lines) {
      const [, port] = /^ACCEPT .*:(\d+)$/.exec(line) ?? [];
      if (port !== undefined) this.#port.resolve(Number(port));
    }
  }
}
