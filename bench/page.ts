import { TextLineStream } from "@std/streams/text-line-stream";

/** What a program prints of its page. */
const LINK = /Dashboard: (http:\S+)|"url":"(http:[^"]+)"/;

/** A page of `--dashboard` that is open: it reads every update, and shows none. */
export class OpenPage implements AsyncDisposable {
  readonly #over = new AbortController();
  readonly #reading: Promise<void>;
  #updates = 0;

  /** @param link With the token, as the program has printed it. */
  constructor(link: string) {
    this.#reading = this.#read(link);
  }

  /** Updates that have come. */
  get updates(): number {
    return this.#updates;
  }

  /** Resolves when the program has ended. */
  async closed(): Promise<void> {
    await this.#reading;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#reading;
  }

  async #read(link: string): Promise<void> {
    const { origin, hash } = new URL(link);
    const headers = { Authorization: `Bearer ${hash.slice(1)}` };
    const { signal } = this.#over;
    try {
      const { body } = await fetch(`${origin}/updates`, { headers, signal });
      const lines = body?.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
      for await (const line of lines ?? []) if (line.startsWith("data:")) this.#updates += 1;
    } catch (error) {
      // A program that ends may cut off what nobody waits for.
      if (!signal.aborted && !(error instanceof TypeError)) throw error;
    }
  }
}

/** The link to a page in what a program has printed so far; undefined if it is not there yet. */
export function linkIn(text: string): string | undefined {
  const [, plain, inJson] = LINK.exec(text) ?? [];
  return plain ?? inJson;
}
