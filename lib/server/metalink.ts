import type { Manifest } from "../content/manifest.ts";
import {
  completeMetalink,
  type MetalinkSkeleton,
  writeMetalinkSkeleton,
} from "../content/metalink_write.ts";
import { pathOf } from "./resource.ts";

/** A server that sends an identical copy of the file. */
export interface Mirror {
  readonly port: number;
  /** What its copy is called. */
  readonly name: string;
}

/** The Metalink document of one file, with URLs that work for whoever asks. */
export class Metalink {
  /** Who to fetch it from. */
  mirrors: readonly Mirror[] = [];
  readonly #manifest: Manifest;
  #skeleton: MetalinkSkeleton | undefined;

  constructor(manifest: Manifest) {
    this.#manifest = manifest;
  }

  /**
   * @param hostname The name that the client reaches this machine by; an IPv6 address in brackets.
   * @returns The document in parts, UTF-8.
   */
  documentFor(hostname: string): Uint8Array[] {
    this.#skeleton ??= writeMetalinkSkeleton(this.#manifest);
    const urls = this.mirrors.map(({ port, name }) => `http://${hostname}:${port}${pathOf(name)}`);
    return completeMetalink(this.#skeleton, urls);
  }
}
