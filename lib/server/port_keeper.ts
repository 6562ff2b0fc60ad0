import type { BufferPool } from "../http/buffer_pool.ts";
import { Failure } from "../failure.ts";
import { formatAddress } from "./address.ts";
import { Allowlist } from "./allowlist.ts";
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

  #open(open: Open): void {
    try {
      const file = new ServedFile(open.file);
      this.#port = new Port({
        index: open.index,
        file,
        listener: listen(open, file),
        allow: new Allowlist(open.allow),
        rate: open.limitRate === undefined ? undefined : new RateLimit(open.limitRate),
        buffers: this.#buffers,
        limits: this.#limits,
        tracked: open.tracked,
      }, this.#report);
      const { hostname, port } = this.#port.address;
      this.#report({ type: "opened", hostname, port });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#report({ type: "failed", kind: error.kind, message: error.message });
    }
  }

  #end(ended: Promise<void>): void {
    ended.then(() => this.#report({ type: "ended" }));
  }
}

function listen({ hostname, port }: Open, file: ServedFile): Deno.TcpListener {
  try {
    return Deno.listen({ hostname, port });
  } catch (error) {
    file[Symbol.dispose]();
    const address = formatAddress({ hostname, port });
    throw new Failure("usage", `Cannot listen on ${address}: ${whyNot(error, port)}`);
  }
}

function whyNot(error: unknown, port: number): string {
  if (error instanceof Deno.errors.AddrInUse) {
    return `port ${port} is taken; give another one with -p, or end the program that has it`;
  }
  if (error instanceof Deno.errors.PermissionDenied) {
    return `this user may not take port ${port}; give one above 1023 with -p`;
  }
  if (error instanceof Deno.errors.AddrNotAvailable) {
    return "this machine has no such address; give one of its own with --bind";
  }
  return error instanceof Error ? error.message : String(error);
}
