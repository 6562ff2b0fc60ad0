/** More than this waiting for a reader who does not read is thrown away. */
const MAX_PENDING_CHARS = 1 << 20;
/** From here on figures are thrown away, which others will follow; the rest is kept for the reader. */
const MAX_PENDING_FIGURES_CHARS = 1 << 16;

/** What a text is: `figures` are out of date as soon as the next ones come. */
export type TextKind = "figures" | "news";

/** Takes text to show, without waiting. */
export type WriteText = (text: string, kind: TextKind) => void;

/**
 * A stream that text goes to, such as standard output. Writing never waits: a terminal that was
 * stopped with Ctrl-S, or a pipe that nobody reads, must not stop a download.
 */
export class Output {
  #pending = "";
  #writing: Promise<void> | undefined;
  #broken = false;

  /**
   * @param sink Takes some of the bytes and says how many, like `Deno.stdout.write`.
   * @param onBroken Called once, when the stream can take nothing more: its reader has gone away
   * (`Deno.errors.BrokenPipe`), or the disk is full. What is written after that is dropped.
   */
  constructor(
    private readonly sink: (bytes: Uint8Array) => Promise<number>,
    private readonly onBroken: (error: unknown) => void = () => {},
  ) {}

  /** Whether text is still on its way: whoever draws pictures leaves one out then. */
  get busy(): boolean {
    return this.#writing !== undefined;
  }

  /** Sends text, after everything sent before; drops it when too much is waiting already. */
  write(text: string, kind: TextKind = "news"): void {
    const room = kind === "news" ? MAX_PENDING_CHARS : MAX_PENDING_FIGURES_CHARS;
    if (this.#broken || this.#pending.length + text.length > room) return;
    this.#pending += text;
    this.#writing ??= this.#drain();
  }

  /** Waits until everything has been taken. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #drain(): Promise<void> {
    const encoder = new TextEncoder();
    try {
      // What is written in the same turn goes out together.
      await Promise.resolve();
      while (this.#pending !== "") {
        const bytes = encoder.encode(this.#pending);
        this.#pending = "";
        for (let sent = 0; sent < bytes.length;) sent += await this.sink(bytes.subarray(sent));
      }
    } catch (error) {
      this.#broken = true;
      this.onBroken(error);
    } finally {
      this.#writing = undefined;
    }
  }
}
