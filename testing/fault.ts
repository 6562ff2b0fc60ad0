/** What a proxy does to one answer on its way to the client. */
export type Fault =
  | { readonly kind: "none" }
  /** The connection is reset before any answer. */
  | { readonly kind: "refuse" }
  /** The request is taken and never answered. */
  | { readonly kind: "mute" }
  /** Every part of the answer comes so much later. */
  | { readonly kind: "latency"; readonly ms: number }
  | { readonly kind: "bandwidth"; readonly bytesPerSec: number }
  /** The head comes, then a byte a second; nothing more after so many of them. */
  | { readonly kind: "trickle"; readonly bytes?: number }
  /** After so many bytes of content on the connection it is reset, closed, half-closed, or goes silent. */
  | { readonly kind: "reset" | "close" | "half-close" | "stall"; readonly after: number }
  /** The first byte of every answer is changed, and after so many bytes the connection is closed. */
  | { readonly kind: "spoil"; readonly after: number }
  /** The byte at this place in the file is changed, and those at equal distances behind it. */
  | { readonly kind: "flip"; readonly at: number; readonly every?: number }
  /** What comes instead of a head is none, or never ends. */
  | { readonly kind: "garbage" | "endless-head" }
  /** The head announces a byte more than was asked for, or a range that begins a byte later. */
  | { readonly kind: "wrong-length" | "wrong-range" }
  /** The range is ignored: a 200 with the whole file. */
  | { readonly kind: "whole-file" }
  /** More bytes follow the content than the head announced. */
  | { readonly kind: "extra-bytes" }
  /** No fault, but rare: the content is chunked, with an extension and a trailer (RFC 9112, 7.1). */
  | { readonly kind: "chunked" }
  /** No fault either: the server ends the connection behind the answer, and says so (RFC 9112, 9.6). */
  | { readonly kind: "connection-close" };

export type FaultKind = Fault["kind"];

/** What a client has to put up with: answers in other clothes, or late ones, but right ones. */
export const HARMLESS_FAULTS: ReadonlySet<FaultKind> = new Set<FaultKind>([
  "none",
  "latency",
  "bandwidth",
  "chunked",
  "connection-close",
]);

/** What is asked for over a connection. */
export type Purpose = "info" | "events" | "manifest" | "content";

/** One request on its way through a proxy, of which the fault can depend. */
export interface Exchange {
  readonly purpose: Purpose;
  /** How many requests of this purpose came before it. */
  readonly earlier: number;
}

/** Answers what to do to an exchange. */
export type FaultPlan = (exchange: Exchange) => Fault;

export const NO_FAULT: Fault = { kind: "none" };

/** The same fault for all content, and for nothing else. */
export function onContent(fault: Fault): FaultPlan {
  return ({ purpose }) => purpose === "content" ? fault : NO_FAULT;
}
