import { parseContentRange } from "../content_range.ts";
import { type Endpoint, hostField } from "./endpoint.ts";
import type { ResponseHead } from "./response_head.ts";
import type { Trace } from "./trace.ts";

/**
 * A request or the head of an answer, as people may see it: nothing in it grants access to anything.
 *
 * @example
 * ```ts
 * import { download, type Exchange } from "@multiport/multiport";
 *
 * const line = ({ type, server, url }: Exchange) => `${type} ${server ?? "?"} ${url}`;
 * const run = download({ servers: ["127.0.0.1:60000"], output: "film.mp4", exchanges: true });
 * for await (const event of run.events) {
 *   if (event.type === "request" || event.type === "response") console.log(line(event));
 * }
 * ```
 */
export type Exchange =
  | {
    readonly type: "request";
    readonly server?: number;
    readonly method: string;
    /** Without user information; of a query only that there is one. */
    readonly url: string;
    /** The field `Range`. */
    readonly range?: string;
  }
  | {
    readonly type: "response";
    readonly server?: number;
    /** What was asked for. */
    readonly url: string;
    readonly status: number;
    /** The field `Content-Range`, if it makes sense. */
    readonly range?: string;
    /** Bytes that will follow, as far as is said. */
    readonly length?: number;
    /** Where else to ask. */
    readonly location?: string;
  };

/** In this thread: who gets told. A worker has listeners of its own, which pass on what they hear. */
const listeners = new Map<number, (exchange: Exchange) => void>();
let lastId = 0;

/**
 * Has everything told that is exchanged with endpoints that have this trace, by connections of this thread.
 *
 * @returns Its number, for {@linkcode Trace.id}.
 */
export function openTrace(onExchange: (exchange: Exchange) => void): number {
  lastId += 1;
  listeners.set(lastId, onExchange);
  return lastId;
}

/** Has nothing more told. */
export function closeTrace(id: number): void {
  listeners.delete(id);
}

/** Passes on what another thread opened this trace for, unless that was this one. */
export function relayTrace({ id }: Trace, onExchange: (exchange: Exchange) => void): void {
  if (!listeners.has(id)) listeners.set(id, onExchange);
}

/** Tells whoever has opened a trace. */
export function tellExchange(id: number, exchange: Exchange): void {
  listeners.get(id)?.(exchange);
}

/** An address as it may be shown: without what grants access. */
export function shown({ protocol, host, pathname, search }: URL): string {
  return `${protocol}//${host}${pathname}${search === "" ? "" : "?…"}`;
}

/** Tells what is exchanged over one connection, in which answers come in the order of the requests. */
export class ConnectionTrace {
  readonly #endpoint: Endpoint;
  readonly #trace: Trace;
  /** What was asked for and not answered. */
  readonly #asked: string[] = [];

  constructor(endpoint: Endpoint, trace: Trace) {
    this.#endpoint = endpoint;
    this.#trace = trace;
  }

  request(method: string, target: string, fields: Readonly<Record<string, string>>): void {
    const [path = "", query] = target.split("?");
    const { scheme } = this.#endpoint;
    const hidden = query === undefined ? "" : "?…";
    const url = `${scheme}://${hostField(this.#endpoint)}${path}${hidden}`;
    this.#asked.push(url);
    const { Range: range } = fields;
    this.#tell({ type: "request", method, url, ...range === undefined ? {} : { range } });
  }

  response({ status, headers }: ResponseHead): void {
    const url = this.#asked.shift() ?? "";
    const range = headers.get("content-range");
    const length = headers.get("content-length");
    const location = URL.parse(headers.get("location") ?? "", url);
    this.#tell({
      type: "response",
      url,
      status,
      ...range !== undefined && parseContentRange(range) ? { range } : {},
      ...length === undefined ? {} : { length: Number(length) },
      ...headers.has("location") && location ? { location: shown(location) } : {},
    });
  }

  #tell(exchange: Exchange): void {
    const { id, server } = this.#trace;
    tellExchange(id, server === undefined ? exchange : { ...exchange, server });
  }
}
