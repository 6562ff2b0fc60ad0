import { MAX_METALINK_FILES, MAX_METALINK_PIECES, MAX_METALINK_URLS } from "./limits.ts";
import { DIGEST_ALGORITHMS, DIGEST_LENGTHS, type DigestAlgorithm } from "./digest.ts";
import type { Metalink, MetalinkFile, MetalinkPieces, MetalinkUrl } from "./metalink.ts";

/** A Metalink document is not one, or says what cannot be. */
export class MetalinkError extends Error {
  override readonly name = "MetalinkError";
}

/** Elements whose text counts. */
const VALUES: ReadonlySet<string> = new Set([
  "file/size",
  "file/hash",
  "file/pieces/hash",
  "file/url",
  "file/metaurl",
]);

/** The last choice (RFC 5854, 4.1.2.2), and what an address without a priority is. */
const LAST_PRIORITY = 999_999;

/** The first choice among the preferences of Metalink 3.0, which go from 0 to 100. */
const FIRST_PREFERENCE = 100;

/** Characters of an address that is named because it cannot be used. */
const MAX_NAMED_LENGTH = 200;

type Writable<T> = { -readonly [key in keyof T]: T[key] };

/** A file as far as it has been read. */
interface OpenFile extends Writable<Omit<MetalinkFile, "digests" | "urls" | "leftOut">> {
  digests: Partial<Record<DigestAlgorithm, string>>;
  urls: MetalinkUrl[];
  leftOut: string[];
}

/** Makes a {@linkcode Metalink} of the elements of a document, told one after the other. */
export class MetalinkBuilder {
  readonly #base: URL | undefined;
  readonly #files: OpenFile[] = [];
  #file: OpenFile | undefined;
  #pieces: { algorithm: DigestAlgorithm; length: number; digests: string[] } | undefined;
  #attributes: Readonly<Record<string, string>> = {};

  /** @param base Where the document was found, for addresses without a host. */
  constructor(base: URL | undefined) {
    this.#base = base;
  }

  /** Whether the text of an element counts. */
  wants(path: string): boolean {
    return VALUES.has(path);
  }

  /** An element begins. */
  open(path: string, attributes: Readonly<Record<string, string>>): void {
    this.#attributes = attributes;
    if (path === "file") this.#openFile(attributes);
    if (path === "file/pieces") this.#openPieces(attributes);
  }

  /** An element ends; its text has no blanks at its ends. */
  close(path: string, text: string): void {
    const file = this.#file;
    if (!file) return;
    switch (path) {
      case "file":
        this.#file = undefined;
        return;
      case "file/size":
        file.size = byteCount(text);
        return;
      case "file/hash":
        return this.#addDigest(file, text);
      case "file/pieces":
        return this.#closePieces(file);
      case "file/pieces/hash":
        return this.#addPiece(text);
      case "file/url":
        return this.#addUrl(file, text);
      case "file/metaurl":
        return this.#leaveOut(file, text);
    }
  }

  /** @throws {MetalinkError} If it lists nothing. */
  build(): Metalink {
    if (this.#files.length === 0) throw new MetalinkError("it has no <file>");
    for (const { urls } of this.#files) urls.sort((a, b) => a.priority - b.priority);
    return { files: this.#files };
  }

  #openFile({ name = "" }: Readonly<Record<string, string>>): void {
    if (this.#files.length >= MAX_METALINK_FILES) {
      throw new MetalinkError(`it has more than ${MAX_METALINK_FILES} files`);
    }
    const file = { name, size: undefined, digests: {}, pieces: undefined, urls: [], leftOut: [] };
    this.#files.push(this.#file = file);
  }

  #addDigest(file: OpenFile, text: string): void {
    const algorithm = algorithmOf(this.#attributes["type"]);
    if (algorithm) file.digests[algorithm] = digestOf(text, algorithm);
  }

  #openPieces({ length = "", type }: Readonly<Record<string, string>>): void {
    const algorithm = algorithmOf(type);
    this.#pieces = algorithm && { algorithm, length: byteCount(length), digests: [] };
  }

  #addPiece(text: string): void {
    if (!this.#pieces) return;
    const { algorithm, digests } = this.#pieces;
    if (digests.length >= MAX_METALINK_PIECES) {
      throw new MetalinkError(`it has more than ${MAX_METALINK_PIECES} pieces`);
    }
    digests.push(digestOf(text, algorithm));
  }

  /** Several lists may be there, each with another digest. */
  #closePieces(file: OpenFile): void {
    if (this.#pieces && isBetter(this.#pieces, file.pieces)) file.pieces = this.#pieces;
    this.#pieces = undefined;
  }

  #addUrl(file: OpenFile, text: string): void {
    if (file.urls.length >= MAX_METALINK_URLS) {
      throw new MetalinkError(`it has more than ${MAX_METALINK_URLS} addresses for one file`);
    }
    // Nothing at all would be the document itself.
    const url = text === "" ? undefined : URL.parse(text, this.#base?.href);
    if (url?.protocol !== "http:" && url?.protocol !== "https:") return this.#leaveOut(file, text);
    file.urls.push({ url: url.href, priority: priorityOf(this.#attributes) });
  }

  #leaveOut({ leftOut }: OpenFile, text: string): void {
    if (leftOut.length < MAX_METALINK_URLS) leftOut.push(named(text).slice(0, MAX_NAMED_LENGTH));
  }
}

/** An address without what grants access. */
function named(text: string): string {
  const url = URL.parse(text);
  return url && url.host !== "" ? `${url.protocol}//${url.host}${url.pathname}` : text;
}

/** Of `sha-256`, and of `sha256` as Metalink 3.0 has it. */
function algorithmOf(type = ""): DigestAlgorithm | undefined {
  const name = type.toLowerCase().replaceAll("-", "");
  return DIGEST_ALGORITHMS.find((algorithm) => algorithm.replaceAll("-", "") === name);
}

function isBetter(pieces: MetalinkPieces, before: MetalinkPieces | undefined): boolean {
  const rank = ({ algorithm }: MetalinkPieces) => DIGEST_ALGORITHMS.indexOf(algorithm);
  return !before || rank(pieces) < rank(before);
}

function priorityOf({ priority, preference }: Readonly<Record<string, string>>): number {
  const isNumber = (text: string | undefined): text is string => /^[0-9]{1,6}$/.test(text ?? "");
  if (isNumber(priority)) return Math.max(1, Number(priority));
  if (!isNumber(preference)) return LAST_PRIORITY;
  return 1 + Math.max(0, FIRST_PREFERENCE - Number(preference));
}

function digestOf(text: string, algorithm: DigestAlgorithm): string {
  const hex = text.toLowerCase();
  if (hex.length === DIGEST_LENGTHS[algorithm] && /^[0-9a-f]*$/.test(hex)) return hex;
  throw new MetalinkError(`a digest is no ${algorithm.toUpperCase()}`);
}

function byteCount(text: string): number {
  const value = Number(text);
  if (!/^[0-9]{1,16}$/.test(text) || !Number.isSafeInteger(value)) {
    throw new MetalinkError("a number of bytes is none");
  }
  return value;
}
