import type { Manifest } from "../content/manifest.ts";
import type { ContentRequest } from "../http/client/content_request.ts";
import { parseHttpDate } from "../http/http_date.ts";
import { readReprDigests } from "../http/repr_digest.ts";
import { isHtml } from "../http/client/response_head.ts";
import { contentName } from "./content_name.ts";
import { type Loss, LostError } from "./lost_error.ts";
import { shown } from "../http/client/exchange.ts";
import { PLAIN_ACCESS, type Probe, probe, type WebAccess } from "./probe.ts";
import type { Samples } from "./samples.ts";
import { Source, type SourceListener } from "./source.ts";

/** What is known of a file on the web besides its address. */
export interface WebSourceOptions {
  readonly access?: WebAccess;
  /** What it has just said, if it was asked. */
  readonly asked?: Probe | undefined;
  /** What to compare it by; absent where there is nothing to compare it with. */
  readonly samples?: Samples | undefined;
  /** Whether digests of its pieces are known, which tell more than any sample. */
  readonly isVouchedFor?: boolean;
  /**
   * Looks at what its first answer leads to, where that is not known; answers whether other sources
   * have taken its place.
   */
  readonly lead?: (found: Probe) => Promise<boolean>;
}

/**
 * A file on any web server. One request says what it is; there are no events, no pauses, and no more
 * requests than those for content until one of these fails.
 */
export class WebSource extends Source {
  readonly #url: URL;
  readonly #access: WebAccess;
  readonly #samples: Samples | undefined;
  readonly #isVouchedFor: boolean;
  #probe: Probe | undefined;
  /** An answer that is known before it is asked. */
  #asked: Probe | undefined;
  /** Whether it has not been asked again since then. */
  #isKnown = false;
  /** Digests of blocks of its copy by where they start, of the version that an answer named. */
  #sampled: { readonly found: Probe; readonly blocks: Map<number, string> } | undefined;
  /** Bytes that it had delivered when it answered last. */
  #receivedBefore = 0;
  #lead: WebSourceOptions["lead"];
  /** Every entity tag that was seen of the same version: servers behind one name may each give their own. */
  #etags: string[] = [];
  /** Ends the wait for the loss of its content. */
  #lost = Promise.withResolvers<void>();
  /** Whether it sends the whole file whatever is asked for, as was seen while content was fetched. */
  #isRangeless = false;
  /** Whether it has failed in a way that may be the fault of a place it redirected to. */
  #wasMoved = false;

  /**
   * @param index 1 for Server1.
   * @param url Where it is, at first.
   */
  constructor(
    index: number,
    url: URL,
    listener: SourceListener,
    { access = PLAIN_ACCESS, asked, samples, isVouchedFor = false, lead }: WebSourceOptions = {},
  ) {
    super(index, shown(url), listener);
    this.#lead = lead;
    this.#asked = asked;
    this.#url = url;
    this.#access = access;
    this.#samples = samples;
    this.#isVouchedFor = isVouchedFor;
  }

  override get request(): ContentRequest {
    const { url, head: { headers } } = this.#found;
    const lastModified = headers.get("last-modified");
    const contentType = headers.get("content-type");
    return {
      endpoint: this.#access.endpoint(url),
      target: url.pathname + url.search,
      // No condition is sent: some servers in front of others answer them wrongly. Answers are compared.
      fields: this.#access.fields(url),
      rangeless: !this.servesParts,
      validators: {
        etags: this.#etags,
        ...lastModified === undefined ? {} : { lastModified },
        ...contentType === undefined ? {} : { contentType },
      },
    };
  }

  override get servesParts(): boolean {
    return !this.#probe?.rangeless && !this.#isRangeless;
  }

  override get origin(): string | undefined {
    return this.#probe?.url.origin;
  }

  override get isEncrypted(): boolean {
    return (this.#probe?.url ?? this.#url).protocol === "https:";
  }

  override get joinsLate(): boolean {
    return this.#samples !== undefined || this.#isVouchedFor;
  }

  override get publishesDigests(): boolean {
    return false;
  }

  override get inTouch(): boolean {
    return false;
  }

  override listenNow(): void {} // There is nothing to listen to.

  override fetchManifest(): Promise<Manifest> {
    return Promise.reject(new LostError("it publishes no digests"));
  }

  override stop(): void {
    super.stop();
    this.#lost.resolve();
  }

  override contentLost(reason: string, final: boolean, owing: boolean, loss?: Loss): void {
    // One wrong answer among right ones, as caches give them, says nothing of the next one.
    const isAgain = this.figures.fruitlessAttempts > 0;
    if (loss?.kind === "rangeless" && isAgain) this.#isRangeless = true;
    if (this.#isStillTrue(loss)) this.#asked = this.#probe;
    super.contentLost(reason, final && isAgain, owing, loss);
    this.#lost.resolve();
  }

  /**
   * Whether it need not be asked again what it has. One that takes a new connection only so often would
   * have none left for content.
   */
  #isStillTrue(loss: Loss | undefined): boolean {
    if (loss?.kind === "busy") return true;
    const isBroken = loss === undefined || loss.kind === "broken";
    const isFruitless = this.figures.received === this.#receivedBefore;
    const isMoved = this.#probe?.url.href !== this.#url.href;
    return isBroken && isFruitless && !isMoved && !this.#isKnown;
  }

  protected override get saysPaused(): boolean {
    return false;
  }

  protected override expectGoodbye(): void {} // Nothing is left by which it could say one.

  /** Every attempt begins at the first address: where it redirects to may have changed. */
  protected override async keepInTouch(): Promise<void> {
    this.#lost = Promise.withResolvers();
    const found = await this.#ask();
    if (await this.#leadsAway(found)) return;
    if (this.#probe && isPage(found) && !isPage(this.#probe)) {
      throw new LostError("it sent a page of HTML instead of the file");
    }
    this.#note(found);
    const { size, head: { headers } } = found;
    const name = contentName(headers.get("content-disposition"), [this.#url, found.url]);
    // A weak tag does not say that the bytes are the same (RFC 9110, 8.8.1).
    const [etag = null] = this.#etags.filter((tag) => !tag.startsWith("W/"));
    const [weak] = etag === null ? this.#etags : [];
    const weakTag = weak === undefined ? {} : { weakTag: weak.replace(/^W\//, "") };
    const modifiedMs = parseHttpDate(headers.get("last-modified") ?? "", Date.now());
    const modified = modifiedMs === undefined ? undefined : new Date(modifiedMs);
    const sample = await this.#sample(found);
    const compared = sample === undefined ? {} : { sample };
    this.#receivedBefore = this.figures.received;
    const { sha256, sha512 } = readReprDigests(headers);
    const digests = sha256 !== undefined
      ? { digest: { sha256 } }
      : { digest: null, ...sha512 === undefined ? {} : { sha512 } };
    this.answer({ name, size, etag, ...weakTag, modified, ...digests, ...compared });
    await this.#lost.promise;
  }

  async #leadsAway(found: Probe): Promise<boolean> {
    const isAway = await this.#lead?.(found) ?? false;
    this.#lead = undefined;
    return isAway;
  }

  /** Undefined where nothing is compared; empty where nothing can be, as of a server without ranges. */
  async #sample(found: Probe): Promise<string | undefined> {
    const { size, rangeless } = found;
    if (!this.#samples || size === 0) return undefined;
    if (rangeless) return "";
    if (!this.#sampled || !isSameAnswer(this.#sampled.found, found)) {
      this.#sampled = { found, blocks: new Map() };
    }
    const { blocks: known } = this.#sampled;
    const { idle } = this.#access;
    try {
      return await this.#samples.digest(this.request, size, this.stopped, { known, idle });
    } catch (error) {
      if (error instanceof LostError && error.loss.kind === "busy") this.#asked = found;
      throw error;
    }
  }

  async #ask(): Promise<Probe> {
    const asked = this.#asked;
    this.#asked = undefined;
    this.#isKnown = asked !== undefined;
    if (asked) return asked;
    try {
      const found = await probe(this.#url, this.#access, this.stopped);
      this.#wasMoved = false;
      return found;
    } catch (error) {
      if (!(error instanceof LostError) || error.loss.kind !== "moved") throw error;
      // Asked again from the beginning, it still leads to a place without the file.
      if (this.#wasMoved) throw new LostError(error.message, true, { cause: error });
      this.#wasMoved = true;
      throw error;
    }
  }

  #note(found: Probe): void {
    const etag = found.head.headers.get("etag");
    const before = this.#probe;
    this.#probe = found;
    if (before && isSameVersion(before, found)) {
      if (etag !== undefined && !this.#etags.includes(etag)) this.#etags.push(etag);
    } else this.#etags = etag === undefined ? [] : [etag];
  }

  get #found(): Probe {
    if (!this.#probe) throw new TypeError(`${this.label} has not answered yet`);
    return this.#probe;
  }
}

/** Whether two answers are one, or name the same version of the file. */
function isSameAnswer(one: Probe, other: Probe): boolean {
  const { headers } = other.head;
  const isNamed = headers.has("etag") || headers.has("last-modified");
  return one === other || isNamed && isSameVersion(one, other);
}

function isPage({ head: { headers } }: Probe): boolean {
  return isHtml(headers.get("content-type"));
}

/** By size and time; another entity tag alone may be that of another server behind the same name. */
function isSameVersion(one: Probe, other: Probe): boolean {
  const [time, otherTime] = [one, other].map(({ head }) => head.headers.get("last-modified"));
  const [tag, otherTag] = [one, other].map(({ head }) => head.headers.get("etag"));
  if (one.size !== other.size) return false;
  return time === undefined ? tag === otherTag : time === otherTime;
}
