import { createServer, type Server, type Socket } from "node:net";
import { HeadReader } from "../../../testing/head_reader.ts";
import { freePlace } from "../../../testing/loopback.ts";
import { ProxiedSocket } from "../../../testing/proxied_socket.ts";
import { Random } from "../../../testing/simulation/random.ts";
import type { Tally } from "../tally.ts";
import { type MirrorAnswer, noContent, redirection, sendAnswer } from "./mirror_answer.ts";
import {
  ABSURD_RETRY_AFTERS,
  type MirrorTraits,
  type Mishap,
  MISHAPS,
  RETRY_AFTERS,
} from "./mirror_traits.ts";

/** Milliseconds for which a link of an expiring redirect is good. */
const LINK_MS = 3_000;

/** One redirect more than browsers and curl follow by default. */
const TOO_MANY_HOPS = 51;

/** How often a server that is too busy says something absurd, where it may. */
const ABSURD_CHANCE = 0.1;

/** Requests for content after which a mirror that changes has another file. */
const CHANGES_AFTER = 4;

const NAME = "film.mp4";

/** What a mirror may hold, and what it may do. */
export interface MirrorOptions {
  readonly right: Uint8Array<ArrayBuffer>;
  /** Another file of the same size. */
  readonly other: Uint8Array<ArrayBuffer>;
  /** Whether it may send a client away for so long that others have to do. */
  readonly mayBeAbsurd: boolean;
}

/** A web server that misbehaves as it was drawn, and tells what it did. */
export class Mirror implements AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** How often what happened. */
  readonly #tally: Tally;
  readonly #traits: MirrorTraits;
  readonly #options: MirrorOptions;
  readonly #random: Random;
  readonly #servers: readonly Server[];
  readonly #otherOrigin: string;
  readonly #sockets = new Set<ProxiedSocket>();
  readonly #running = new Set<Promise<void>>();
  /** How many there are at each address. */
  readonly #connections = new Map<Server, number>();
  /** When the last one came to each address that was not refused. */
  readonly #connectedAt = new Map<Server, number>();
  #requests = 0;

  private constructor(
    traits: MirrorTraits,
    options: MirrorOptions,
    tally: Tally,
    places: readonly { readonly host: string; readonly port: number; readonly server: Server }[],
  ) {
    this.#traits = traits;
    this.#options = options;
    this.#tally = tally;
    this.#random = new Random(traits.seed);
    this.#servers = places.map(({ server }) => server);
    const [first, second] = places;
    this.host = first?.host ?? "";
    this.port = first?.port ?? 0;
    this.#otherOrigin = `http://${second?.host}:${second?.port}`;
    for (const server of this.#servers) {
      server.on("connection", (socket) => this.#accept(socket, server));
    }
  }

  /** Starts one, on two addresses: redirects lead from the first to the second. */
  static async start(
    traits: MirrorTraits,
    options: MirrorOptions,
    tally: Tally,
  ): Promise<Mirror> {
    const isIpv6 = traits.address.startsWith("ipv6");
    const places = await Promise.all([listen(isIpv6), listen(false)]);
    return new Mirror(traits, options, tally, places);
  }

  /** Where the file is. @param host A name for the address, if it shall be known by one. */
  url(host = this.host): string {
    return `http://${host.includes(":") ? `[${host}]` : host}:${this.port}/${NAME}`;
  }

  get traits(): MirrorTraits {
    return this.#traits;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = this.#servers.map((server) => new Promise((resolve) => server.close(resolve)));
    for (const socket of this.#sockets) socket.close();
    await Promise.all(this.#running);
    await Promise.all(closed);
  }

  #accept(socket: Socket, server: Server): void {
    const client = new ProxiedSocket(socket);
    this.#sockets.add(client);
    const running = this.#serve(client, server).catch(() => {}).finally(() => {
      client.close();
      this.#sockets.delete(client);
      this.#running.delete(running);
    });
    this.#running.add(running);
  }

  async #serve(client: ProxiedSocket, server: Server): Promise<void> {
    const requests = new HeadReader(() => client.read());
    const others = this.#connections.get(server) ?? 0;
    if (others >= this.#traits.connections || this.#isTooSoon(server)) {
      return await this.#refuse(client, requests);
    }
    this.#connections.set(server, others + 1);
    try {
      await this.#exchange(client, requests, others % 2);
    } finally {
      this.#connections.set(server, (this.#connections.get(server) ?? 0) - 1);
    }
  }

  #isTooSoon(server: Server): boolean {
    const now = performance.now();
    const last = this.#connectedAt.get(server) ?? -Infinity;
    if (now - last < this.#traits.connectionMs) return true;
    this.#connectedAt.set(server, now);
    return false;
  }

  async #refuse(client: ProxiedSocket, requests: HeadReader): Promise<void> {
    const { refusal, rate } = this.#traits;
    this.#tally.count(`connection refused: ${refusal}`);
    if (refusal === "closed") return client.close();
    await requests.head();
    await sendAnswer(client, { ...this.#busy("503"), isLast: true }, rate);
    client.end();
    await client.closed;
  }

  async #exchange(client: ProxiedSocket, requests: HeadReader, edge: number): Promise<void> {
    for (;;) {
      const request = await requests.head();
      if (request === undefined) return;
      const answer = this.#answer(request, edge);
      if (answer === "silence") return await client.closed;
      await sendAnswer(client, answer, this.#traits.rate);
      if (!answer.isLast) continue;
      client.end();
      return await client.closed;
    }
  }

  #answer(request: string, edge: number): MirrorAnswer | "silence" {
    const [method = "", target = ""] = request.split(" ");
    if (method === "HEAD") return this.#answerHead();
    const { pathname } = new URL(target, this.#otherOrigin);
    const redirected = this.#redirect(pathname);
    if (redirected !== undefined) return redirected;
    const mishap = this.#mishap(request);
    if (mishap !== undefined) this.#tally.count(mishap);
    if (mishap === "429" || mishap === "503") return this.#busy(mishap);
    this.#requests += 1;
    return this.#content(request, edge, mishap);
  }

  #mishap(request: string): Mishap | undefined {
    if (!this.#random.chance(this.#traits.mishaps)) return undefined;
    const mishap = this.#random.pick(MISHAPS);
    // Nobody can tell a page from the file before anything is known of the file.
    const isAsked = this.#requests === 0 || /^range: bytes=(?:0-0|0-|-1)\r$/im.test(request);
    return isAsked && /page/.test(mishap) ? undefined : mishap;
  }

  #answerHead(): MirrorAnswer | "silence" {
    const { head } = this.#traits;
    this.#tally.count(`HEAD: ${head}`);
    if (head === "silence") return "silence";
    return noContent(head === "empty" ? "200 OK" : `${head} Not for you`);
  }

  /** Where a path leads; undefined if content is there. */
  #redirect(path: string): MirrorAnswer | undefined {
    const { redirect } = this.#traits;
    const [, folder = "", detail = ""] = path.split("/");
    if (redirect !== "none" && folder === NAME) this.#tally.count(`redirect: ${redirect}`);
    switch (redirect) {
      case "none":
        return undefined;
      case "relative":
        return folder === NAME ? redirection(`files/${NAME}?from=here`) : undefined;
      case "other host":
        return folder === NAME ? redirection(`${this.#otherOrigin}/files/${NAME}`) : undefined;
      case "expiring": {
        const end = Date.now() + LINK_MS;
        if (folder === NAME) return redirection(`${this.#otherOrigin}/until/${end}/${NAME}`);
        return Date.now() > Number(detail) ? noContent("403 It has expired") : undefined;
      }
      case "loop":
        return redirection(`/loop/${NAME}`);
      case "too many": {
        const hop = folder === "hop" ? Number(detail) : 0;
        return hop < TOO_MANY_HOPS ? redirection(`/hop/${hop + 1}/${NAME}`) : undefined;
      }
    }
  }

  #busy(status: "429" | "503"): MirrorAnswer {
    const isAbsurd = this.#options.mayBeAbsurd && this.#random.chance(ABSURD_CHANCE);
    const retryAfter = this.#random.pick(isAbsurd ? ABSURD_RETRY_AFTERS : RETRY_AFTERS)();
    if (isAbsurd) this.#tally.count("absurd Retry-After");
    return noContent(`${status} Too many`, [["Retry-After", retryAfter]]);
  }

  #content(request: string, edge: number, mishap: Mishap | undefined): MirrorAnswer {
    const { content, ranges, framing, version, closes, hidesSize, hints } = this.#traits;
    const isLate = this.#requests > CHANGES_AFTER;
    const hasChanged = isLate && (content === "changes" || content === "touched");
    const isOther = content === "other" || isLate && content === "changes";
    const all = isOther ? this.#options.other : this.#options.right;
    const range = rangeOf(request, this.#traits.suffixRanges ? all.length : undefined);
    const isWhole = range === undefined || ranges !== "served" || mishap === "whole file";
    const start = isWhole ? 0 : range.start;
    const end = isWhole ? all.length : Math.min(range.end ?? all.length, all.length);
    if (start >= end && all.length > 0) return noContent("416 Range Not Satisfiable");
    const size = hidesSize ? "*" : `${all.length}`;
    const shift = mishap === "range off by one" ? 1 : 0;
    const shown = `bytes ${start + shift}-${end - 1 + shift}/${size}`;
    const fields: [string, string][] = [
      ["Content-Type", "video/mp4"],
      ...this.#validators(edge, hasChanged),
      ...ranges === "ignored" ? [] : [["Accept-Ranges", "bytes"] as [string, string]],
    ];
    if (!isWhole && mishap !== "range missing") fields.push(["Content-Range", shown]);
    return {
      status: isWhole ? "200 OK" : "206 Partial Content",
      version,
      fields,
      content: all.subarray(start, end),
      // The length of a whole file that is cut short must be known for anybody to notice.
      framing: isWhole && mishap !== undefined ? "length" : framing,
      isLast: closes,
      hints,
      mishap,
    };
  }

  #validators(edge: number, hasChanged: boolean): [string, string][] {
    const version = hasChanged ? "new" : "old";
    const modified = new Date(hasChanged ? 1.7e12 : 1.6e12).toUTCString();
    switch (this.#traits.validator) {
      case "strong":
        return [["ETag", `"${version}"`], ["Last-Modified", modified]];
      case "weak":
        return [["ETag", `W/"${version}"`], ["Last-Modified", modified]];
      case "per edge":
        return [["ETag", `"${version}-${edge}"`], ["Last-Modified", modified]];
      case "last-modified":
        return [["Last-Modified", modified]];
      case "none":
        return [];
    }
  }
}

/** Of IPv6 there is one loopback address, on which the system knows a free port. */
async function listen(isIpv6: boolean) {
  const { host, ports: [wanted = 0] } = isIpv6 ? { host: "::1", ports: [0] } : freePlace(1);
  const server = createServer({ allowHalfOpen: true });
  await new Promise<void>((resolve) => server.listen(wanted, host, resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : wanted;
  return { host, port, server };
}

/**
 * The range that a request asks for, its end not included.
 *
 * @param size Of the file, if ranges may be counted from its end.
 */
function rangeOf(
  request: string,
  size: number | undefined,
): { start: number; end: number | undefined } | undefined {
  const [, length] = /^range: bytes=-(\d+)\r$/im.exec(request) ?? [];
  if (length !== undefined && size !== undefined) {
    return { start: Math.max(0, size - Number(length)), end: undefined };
  }
  const match = /^range: bytes=(\d+)-(\d*)\r$/im.exec(request);
  if (match === null) return undefined;
  const [, first = "", last = ""] = match;
  return { start: Number(first), end: last === "" ? undefined : Number(last) + 1 };
}
