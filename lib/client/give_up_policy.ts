import { MultiportError } from "../multiport_error.ts";
import type { Agreement } from "../sources/agreement.ts";
import type { Source } from "../sources/source.ts";
import { FLOWING_SECONDS, MIN_MANIFEST_WAIT_S, SLOWEST_HASHING } from "./limits.ts";
import type { DownloadSettings } from "./download_settings.ts";
import { isPausedTooLong } from "./stall_watch.ts";
import type { Sources } from "../sources/sources.ts";

/** What is still needed of the servers. */
export interface Needs {
  readonly content: boolean;
  readonly digests: boolean;
}

/** When a download is given up: it must not wait for ever for what will not come. */
export class GiveUpPolicy {
  readonly #sources: Sources;
  readonly #agreement: Agreement;
  readonly #options: Pick<DownloadSettings, "stallTimeout" | "pauseTimeout">;
  /** Seconds that servers may take to hash the file. */
  readonly #hashingTime: number;
  /** Seconds: since when no source can be counted on, and since when only digests are missing. */
  #desertedSince: number | undefined;
  #unverifiedSince: number | undefined;
  /** Seconds: when it took a look last. */
  #lookedAt: number | undefined;

  /**
   * @param options How long lost and paused sources are waited for.
   * @param minManifestWait Seconds that digests are waited for at least, however small the file.
   */
  constructor(
    sources: Sources,
    agreement: Agreement,
    options: Pick<DownloadSettings, "stallTimeout" | "pauseTimeout">,
    minManifestWait = MIN_MANIFEST_WAIT_S,
  ) {
    this.#sources = sources;
    this.#agreement = agreement;
    this.#options = options;
    this.#hashingTime = minManifestWait + agreement.size / SLOWEST_HASHING;
  }

  /**
   * Takes a look.
   *
   * @param at Seconds.
   * @throws {MultiportError} When what is needed cannot be expected any more.
   */
  look(needs: Needs, at: number): void {
    this.#lookForServers(needs, at);
    this.#lookedAt = at;
    this.#lookForDigests(needs, at);
  }

  /** So many seconds have passed in which nobody could have been heard. */
  excuse(seconds: number): void {
    if (this.#desertedSince !== undefined) this.#desertedSince += seconds;
    if (this.#unverifiedSince !== undefined) this.#unverifiedSince += seconds;
  }

  #lookForServers({ content, digests }: Needs, at: number): void {
    const { all } = this.#sources;
    const isInHand = all.some((source) =>
      source.isDependable && this.#isUsable(source) && !isPausedTooLong(source, at, this.#options)
    );
    if (isInHand || !content && !digests) {
      this.#desertedSince = undefined;
      return;
    }
    this.#desertedSince ??= at;
    // One that had failed sends again. While that is what is here already, it may get to what is not.
    const isSending = all.some((source) =>
      source.inUse && this.#isUsable(source) && at - source.figures.heardAt < FLOWING_SECONDS
    );
    if (isSending) this.#desertedSince += at - (this.#lookedAt ?? at);
    // One that came back with another version of the file is waited for until its digest tells.
    const isHashing = all.some((source) =>
      source.isUp && source.isDependable && source.publishesDigests && !this.#isUsable(source)
    );
    const patience = isHashing ? this.#hashingTime : this.#options.stallTimeout;
    const mayReturn = all.some((source) => source.mayReturn);
    if (!mayReturn || at - this.#desertedSince >= patience) throw this.#allLost();
  }

  /** Whether its copy is the right one, as far as is known. */
  #isUsable(source: Source): boolean {
    return source.state === "waiting" || this.#agreement.accepts(source);
  }

  /** Everything may be there without anything to compare it with. */
  #lookForDigests({ content, digests }: Needs, at: number): void {
    if (content || !digests) {
      this.#unverifiedSince = undefined;
      return;
    }
    this.#unverifiedSince ??= at;
    if (at - this.#unverifiedSince < this.#hashingTime) return;
    const seconds = Math.round(this.#hashingTime);
    const why = `no server published the digests of the file within ${seconds} s`;
    throw new MultiportError("no-digests", `Cannot verify: ${why}; what has arrived is kept`);
  }

  #allLost(): MultiportError {
    const { all, reasons, faults } = this.#sources;
    const hasOtherContent = all.some(({ state }) => state === "wrong" || state === "differs");
    const isContent = hasOtherContent &&
      all.every(({ state }) => state === "wrong" || state === "differs" || state === "refused");
    return new MultiportError(
      isContent ? "content" : "unreachable",
      `Cannot go on: all servers are lost: ${reasons}`,
      { cause: faults },
    );
  }
}
