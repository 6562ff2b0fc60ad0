import type { Endpoint } from "./endpoint.ts";

/** By what the content of an answer is known to be still the same (RFC 9110, 8.8). */
export interface ContentValidators {
  /** Entity tags that the content goes by: one, or several where servers in front give their own. */
  readonly etags: readonly string[];
  /** The `Last-Modified` field as it was sent; it counts where there is no entity tag. */
  readonly lastModified?: string;
  /** The `Content-Type` field: an error page instead of the file is told by it. */
  readonly contentType?: string;
}

/** How a fetcher asks one source for content. It can be sent to a worker as it is. */
export interface ContentRequest {
  readonly endpoint: Endpoint;
  /** Percent-encoded path of the file, with its query. */
  readonly target: string;
  /** Header fields that are sent besides `Host` and `Range`. */
  readonly fields: Readonly<Record<string, string>>;
  /** The source serves no parts of the file: it is read from its start, and what is not wanted dropped. */
  readonly rangeless?: boolean;
  /** The source takes one connection at a time: it is closed when there is nothing to ask for. */
  readonly isLone?: boolean;
  /** What answers are compared with. */
  readonly validators: ContentValidators;
}
