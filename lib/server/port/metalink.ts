import type { Manifest } from "../../content/manifest.ts";
import {
  completeMetalink,
  type MetalinkSkeleton,
  writeMetalinkSkeleton,
} from "../../content/metalink_write.ts";
import { pathOf } from "./resource.ts";

/** A server that sends an identical copy of the file. */
export interface Mirror {
  readonly port: number;
  /** What its copy is called. */
  readonly name: string;
}

/** What a manifest comes to in a few bytes. */
export interface ManifestDigests {
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
  /** Bytes in every piece but the last. */
  readonly pieceLength: number;
  /** SHA-256 over the digests of all pieces, 32 bytes each, one after the other; in hexadecimal. */
  readonly piecesSha256: string;
}

/** The Metalink document of one file, with URLs that work for whoever asks. */
export class Metalink {
  readonly digests: ManifestDigests;
  /** Who to fetch it from. */
  mirrors: readonly Mirror[];
  readonly #manifest: Manifest;
  #skeleton: MetalinkSkeleton | undefined;

  /** @param piecesSha256 SHA-256 over the raw digests of all pieces, in hexadecimal. */
  constructor(manifest: Manifest, piecesSha256: string, mirrors: readonly Mirror[]) {
    const { sha256, pieceLength } = manifest;
    this.digests = { sha256, pieceLength, piecesSha256 };
    this.mirrors = mirrors;
    this.#manifest = manifest;
  }

  /**
   * @param origin The scheme and the name that the client reaches this machine by, such as `http://[::1]`.
   * @returns The document in parts, UTF-8.
   */
  documentFor(origin: string): Uint8Array[] {
    this.#skeleton ??= writeMetalinkSkeleton(this.#manifest);
    const urls = this.mirrors.map(({ port, name }) => `${origin}:${port}${pathOf(name)}`);
    return completeMetalink(this.#skeleton, urls);
  }
}
