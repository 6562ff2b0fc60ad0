import { describeFault, isFaultOfPeer, isUntrusted } from "../http/client/describe_fault.ts";
import { ProxyError } from "../http/client/proxy_error.ts";
import type { ResponseHead } from "../http/client/response_head.ts";
import { parseRetryAfter } from "../http/client/retry_after.ts";
import type { SourceFault } from "./source_event.ts";

/** What kind of loss it was: what it is best to do about it depends on that. */
export type Loss =
  /** A connection, or an answer, that was no good: the next one may be. */
  | { readonly kind: "broken" }
  /** It has another version of the file now: it has to say again what it has. */
  | { readonly kind: "changed" }
  /** The file is not at that address any more: it may be found again from the first one. */
  | { readonly kind: "moved" }
  /** It is too busy, and may be asked again after so many milliseconds, if it has said so. */
  | { readonly kind: "busy"; readonly retryAfterMs: number | undefined }
  /** It has sent the whole file where a part was asked for. */
  | { readonly kind: "rangeless" };

/** What else there is to say of a loss. */
export interface LostOptions extends ErrorOptions {
  readonly loss?: Loss | undefined;
  /** What a person could do something about. */
  readonly fault?: SourceFault | undefined;
}

/** Why a server cannot be used, in words that follow its name: `Server2: connection refused`. */
export class LostError extends Error {
  override readonly name = "LostError";
  readonly loss: Loss;
  /** What a person could do something about, for a program. */
  readonly fault: SourceFault | undefined;

  /**
   * @param message In words, without the server's name.
   * @param final Whether trying again is useless: the server does not serve what is asked for.
   */
  constructor(message: string, readonly final = false, options: LostOptions = {}) {
    super(message, options);
    this.loss = options.loss ?? { kind: "broken" };
    this.fault = options.fault;
  }

  /**
   * Puts whatever a connection threw into words.
   *
   * @returns Undefined if it is no fault of the other side or of the network: a defect of the program.
   */
  static from(cause: unknown): LostError | undefined {
    if (cause instanceof LostError) return cause;
    if (!isFaultOfPeer(cause)) return undefined;
    // A certificate does not get better by asking again.
    const isFinal = cause instanceof Deno.errors.InvalidData;
    return new LostError(describeFault(cause), isFinal, { cause, fault: faultOf(cause) });
  }
}

/**
 * What it means that a server answers with none of what it was asked for, as far as the status alone
 * tells (RFC 9110, 15): to ask again helps where it is too busy, or the fault is its own.
 *
 * @param head The head of the answer.
 * @param reason In words that follow the server's name.
 *
 * @example
 * ```ts
 * if (head.status !== 200) throw refusal(head); // it answered with status 503
 * ```
 */
export function refusal(
  head: ResponseHead,
  reason = `it answered with status ${head.status}`,
): LostError {
  const { status } = head;
  const mayPass = status >= 500 || status === 408 || status === 425 || status === 429;
  return new LostError(reason, !mayPass, { loss: busyLoss(head) });
}

/** The loss of a server that says that it is too busy (RFC 9110, 15.6.4; RFC 6585, 4), if it does. */
export function busyLoss({ status, headers }: ResponseHead): Loss | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const retryAfterMs = parseRetryAfter(headers.get("retry-after") ?? "", Date.now());
  return { kind: "busy", retryAfterMs };
}

function faultOf(cause: unknown): SourceFault | undefined {
  if (isUntrusted(cause)) return "certificate";
  return cause instanceof ProxyError && cause.wantsCredentials ? "proxy-credentials" : undefined;
}
