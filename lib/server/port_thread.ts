import type { FromPort, FromPortWorker, ToPort, ToPortWorker } from "./port_message.ts";

/** The supervisor's end of one port that lives in a thread. */
export interface PortTenant {
  /** 1 for Server1. */
  readonly index: number;
  hear(message: FromPort): void;
  /** The thread broke down; nothing comes from it any more. */
  crash(reason: string): void;
}

/** The supervisor's end of one worker, and of the ports that are served in it. */
export class PortThread {
  readonly #worker: Worker;
  /** Those that have not ended, by their numbers. */
  readonly #tenants = new Map<number, PortTenant>();

  /** @param worker Owned by this object from now on. */
  constructor(worker: Worker) {
    this.#worker = worker;
    worker.onmessage = ({ data }: MessageEvent<FromPortWorker>) => {
      if (data.type === "broken") this.break(data.reason);
      else this.#tenants.get(data.index)?.hear(data.message);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      this.break(event.message);
    };
  }

  /** Lets a port in; it hears what the worker says of it until it leaves. */
  enter(tenant: PortTenant): void {
    this.#tenants.set(tenant.index, tenant);
  }

  /** Has nothing to do with a port any more; the worker ends with the last one. */
  leave({ index }: PortTenant): void {
    this.#tenants.delete(index);
    if (this.#tenants.size === 0) this.#worker.terminate();
  }

  tell({ index }: PortTenant, message: ToPort): void {
    this.#worker.postMessage({ index, message } satisfies ToPortWorker);
  }

  /** Stops the worker, whatever it is doing: all ports in it are lost. */
  break(reason: string): void {
    this.#worker.terminate();
    for (const tenant of [...this.#tenants.values()]) tenant.crash(reason);
  }
}
