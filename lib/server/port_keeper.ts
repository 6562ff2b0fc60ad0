import type { BufferPool } from "../http/buffer_pool.ts";
import { Failure } from "../failure.ts";
import { Allowlist } from "./allowlist.ts";
import { listenOn } from "./listen.ts";
import { Metalink } from "./metalink.ts";
import { Port } from "./port.ts";
import { PORT_LIMITS, type PortLimits } from "./port_limits.ts";
import type { FromPort, ToPort } from "./port_message.ts";
import { RateLimit } from "./rate_limit.ts";
import { ServedFile } from "./served_file.ts";

type Open = Extract<ToPort, { type: "open" }>;

/** Does with one port what the supervisor says. */
export class PortKeeper {
  readonly #buffers: BufferPool;
  readonly #report: (message: FromPort) => void;
  readonly #limits: PortLimits;
  #port: Port | undefined;
  #metalink: Metalink | undefined;

  /**
   * @param buffers Shared by all ports of this thread.
   * @param report Takes messages to the supervisor.
   */
  constructor(
    buffers: BufferPool,
    report: (message: FromPort) => void,
    limits: PortLimits = PORT_LIMITS,
  ) {
    this.#buffers = buffers;
    this.#report = report;
    this.#limits = limits;
  }

  /** Obeys one message; `open` has to be the first one. If that failed, any other is the end. */
  receive(message: ToPort): void {
    if (message.type === "open") return this.#open(message);
    const port = this.#port;
    if (port === undefined) return this.#report({ type: "ended" });
    switch (message.type) {
      case "serve":
        return port.serve(message.ports);
      case "pause":
        return port.pause();
      case "resume":
        return port.resume();
      case "terminate":
        return this.#end(port.terminate());
      case "close":
        return this.#end(port.close());
      case "manifest": {
        const { manifest, piecesSha256, mirrors } = message;
        const { sha256, pieceLength } = manifest;
        const digests = { sha256, pieceLength, piecesSha256 };
        this.#metalink = new Metalink(manifest);
        this.#metalink.mirrors = mirrors;
        return port.setManifest({ kind: "ready", digests, metalink: this.#metalink });
      }
      case "mirrors":
        if (this.#metalink !== undefined) this.#metalink.mirrors = message.mirrors;
        return;
      case "manifest withheld":
        return port.setManifest({ kind: "withheld" });
    }
  }

  #open({ index, file: identity, port, options }: Open): void {
    try {
      const { hostnames, allow, limitRate, tracked } = options;
      const file = new ServedFile(identity);
      this.#port = new Port({
        index,
        file,
        listeners: listenFor(file, hostnames, port),
        allow: new Allowlist(allow),
        rate: limitRate === undefined ? undefined : new RateLimit(limitRate),
        buffers: this.#buffers,
        limits: this.#limits,
        tracked,
      }, this.#report);
      const { address } = this.#port;
      this.#report({
        type: "opened",
        hostname: withZone(address.hostname, hostnames),
        port: address.port,
      });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#report({ type: "failed", kind: error.kind, message: error.message });
    }
  }

  #end(ended: Promise<void>): void {
    ended.then(() => this.#report({ type: "ended" }));
  }
}

function listenFor(file: ServedFile, hostnames: readonly string[], port: number) {
  try {
    return listenOn(hostnames, port);
  } catch (error) {
    file[Symbol.dispose]();
    throw error;
  }
}

/** A link-local address means nothing without its zone (RFC 4007), which Deno does not tell. */
function withZone(hostname: string, [typed = ""]: readonly string[]): string {
  return typed.includes("%") ? typed : hostname;
}
