import type { ContentRequest } from "../../lib/http/client/content_request.ts";
import type { Manifest } from "../../lib/content/manifest.ts";
import { LostError } from "../../lib/sources/lost_error.ts";
import { Source } from "../../lib/sources/source.ts";
import type { SourceCopy } from "../../lib/sources/source_copy.ts";

/** A source that says what a test has it say; no connection is made. */
export class ScriptedSource extends Source {
  #stopped = Promise.withResolvers<void>();
  #paused = false;
  /** As a test likes: whether its events stream is there. */
  override inTouch = false;
  /** What was asked of it, in order. */
  readonly asked: ("listen" | "goodbye" | "hurry")[] = [];

  override get request(): ContentRequest {
    const { name = "", etag } = this.copy ?? {};
    return {
      endpoint: { scheme: "http", host: "h", port: this.index },
      target: `/${name}`,
      fields: {},
      ...this.servesParts ? {} : { rangeless: true },
      validators: { etags: etag ? [etag] : [] },
    };
  }

  /** As a test likes: what comes of asking for its manifest. */
  manifest: () => Promise<Manifest> = () => Promise.reject(new LostError("no manifest"));

  override fetchManifest(): Promise<Manifest> {
    return this.manifest();
  }

  override publishesDigests = true;
  override servesParts = true;
  override isEncrypted = false;
  override joinsLate = false;
  override origin: string | undefined;

  override listenNow(): void {
    this.asked.push("listen");
  }

  override hurry(): void {
    this.asked.push("hurry");
    super.hurry();
  }

  override stop(): void {
    super.stop();
    this.#stopped.resolve();
  }

  /** Has it answer. */
  says(copy: SourceCopy, paused: boolean): void {
    this.#paused = paused;
    this.answer(copy);
  }

  /** Has it say more of its copy. */
  adds(copy: SourceCopy): void {
    this.learn(copy);
  }

  /** Has its operator pause or resume it. */
  pause(paused: boolean): void {
    this.#paused = paused;
    this.happen({ type: paused ? "paused" : "resumed" });
  }

  /** Has its operator end it. */
  terminate(): void {
    this.happen({ type: "terminated" });
  }

  /** Has it not be reached. */
  silence(reason: string, final: boolean): void {
    this.lose(new LostError(reason, final));
  }

  protected override get saysPaused(): boolean {
    return this.#paused;
  }

  protected override expectGoodbye(): void {
    this.asked.push("goodbye");
  }

  protected override keepInTouch(): Promise<void> {
    return this.#stopped.promise;
  }
}
