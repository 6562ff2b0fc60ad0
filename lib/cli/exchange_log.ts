import type { Exchange } from "../client/download_event.ts";
import { exchangeLine } from "../ui/client/exchange_line.ts";
import { Output } from "../ui/output.ts";
import { sanitize } from "../ui/terminal/styled_text.ts";
import type { Host } from "./host/host.ts";
import { READER_PATIENCE_MS } from "./program.ts";

/** The lines of `--verbose`: on standard error, or wherever else lines have to go. */
export class ExchangeLog implements AsyncDisposable {
  readonly #host: Host;
  readonly #output: Output;
  readonly #print: (line: string) => void;

  /** @param print Takes the lines instead of standard error. */
  constructor(host: Host, print?: (line: string) => void) {
    this.#host = host;
    this.#output = new Output((bytes) => host.stderr.write(bytes));
    this.#print = print ?? ((line) => this.#output.write(`${line}\n`));
  }

  show(exchange: Exchange & { readonly omitted?: number }): void {
    this.#print(sanitize(exchangeLine(exchange)));
  }

  /** Waits until what was shown has been taken, but not for ever. */
  async [Symbol.asyncDispose](): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = this.#host.after(READER_PATIENCE_MS, resolve);
    await Promise.race([this.#output.flush(), promise]);
    cancel();
  }
}
