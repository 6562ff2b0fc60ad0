import type { FetchOrder, FetchReport } from "./fetch_message.ts";

/**
 * An engine in a worker. Deno holds the thread that starts a worker up for as long as the worker needs
 * to get ready, some 20 ms: so it is started when that thread has nothing more urgent to do, and
 * orders wait until then.
 */
export class FetchWorkerHandle {
  readonly #report: (report: FetchReport) => void;
  #worker: Worker | undefined;
  #waiting: FetchOrder[] = [];
  /** Whether it was closed before it was started: then it never is. */
  #isOver = false;

  /** @param report Gets everything the engine has to say. */
  constructor(report: (report: FetchReport) => void) {
    this.#report = report;
  }

  /** Passes an order on. One that somebody waits for starts the worker. */
  obey(order: FetchOrder): void {
    if (this.#worker) return this.#worker.postMessage(order);
    if (order.type === "close") return this.#end();
    this.#waiting.push(order);
    if (order.type === "digest") this.start();
  }

  /** Starts the worker, unless that was done before, or is not worth it any more. */
  start(): void {
    if (this.#worker || this.#isOver) return;
    this.#worker = this.#spawn();
    for (const order of this.#waiting) this.#worker.postMessage(order);
    this.#waiting = [];
  }

  #end(): void {
    this.#isOver = true;
    this.#waiting = [];
    queueMicrotask(() => this.#report({ type: "closed" }));
  }

  #spawn(): Worker {
    const worker = new Worker(new URL("./fetch_worker.ts", import.meta.url), { type: "module" });
    worker.onmessage = (message: MessageEvent<FetchReport>) => this.#report(message.data);
    worker.onerror = (event) => {
      event.preventDefault();
      worker.terminate();
      const error = new Error(`A fetch worker has failed: ${event.message}`, {
        cause: event.error,
      });
      this.#report({ type: "defect", error });
      this.#report({ type: "closed" });
    };
    return worker;
  }
}
