import { createServer, type Server, type Socket } from "node:net";
import { HeadReader } from "../../../testing/head_reader.ts";
import { freePlace } from "../../../testing/loopback.ts";
import { ProxiedSocket } from "../../../testing/proxied_socket.ts";
import { Random } from "../../../testing/simulation/random.ts";
import type { Tally } from "../tally.ts";
import { type MirrorAnswer, noContent, redirection, sendAnswer } from "./mirror_answer.ts";
import { type MirrorTraits, type Mishap, MISHAPS, RETRY_AFTERS } from "./mirror_traits.ts";

/** Milliseconds for which a link of an expiring redirect is good. */
const LINK_MS = 3_000;

/** One redirect more than browsers and curl follow by default. */
const TOO_MANY_HOPS = 51;

/** Requests for content after which a mirror that changes has another file. */
const CHANGES_AFTER = 4;

const NAME = "film.mp4";

/** What a mirror may hold. */
export interface MirrorContents {
  readonly right: Uint8Array<ArrayBuffer>;
  /** Another file of the same size. */
  readonly other: Uint8Array<ArrayBuffer>;
}

/** A web server that misbehaves as it was drawn, and tells what it did. */
export class Mirror implements AsyncDisposable {
  readonly host: string;
  readonly port: number;
  /** How often what happened. */
  readonly #tally: Tally;
  readonly #traits: MirrorTraits;
  readonly #contents: MirrorContents;
  readonly #random: Random;
  readonly #servers: readonly Server[];
  readonly #otherOrigin: string;
  readonly #sockets = new Set<ProxiedSocket>();
  readonly #running = new Set<Promise<void>>();
  /** How many there are at each address. */
  readonly #connections = new Map<Server, number>();
  #requests = 0;

  private constructor(
    traits: MirrorTraits,
    contents: MirrorContents,
    tally: Tally,
    places: readonly { readonly host: string; readonly port: number; readonly server: Server }[],
  ) {
    this.#traits = traits;
    this.#contents = contents;
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
    contents: MirrorContents,
    tally: Tally,
  ): Promise<Mirror> {
    const places = [freePlace(1), freePlace(1)].map(({ host, ports: [port = 0] }) => ({
      host,
      port,
      server: createServer({ allowHalfOpen: true }),
    }));
    const mirror = new Mirror(traits, contents, tally, places);
    await Promise.all(
      places.map(({ host, port, server }) =>
        new Promise<void>((resolve) => server.listen(port, host, resolve))
      ),
    );
    return mirror;
  }

  /** Where the file is. @param host A name for the address, if it shall be known by one. */
  url(host = this.host): string {
    return `http://${host}:${this.port}/${NAME}`;
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
    if (others >= this.#traits.connections) {
      await requests.head();
      await sendAnswer(client, { ...this.#busy("503"), isLast: true }, this.#traits.rate);
      client.end();
      return await client.closed;
    }
    this.#connections.set(server, others + 1);
    try {
      await this.#exchange(client, requests, others % 2);
    } finally {
      this.#connections.set(server, (this.#connections.get(server) ?? 0) - 1);
    }
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
    const mishap = this.#random.chance(this.#traits.mishaps)
      ? this.#random.pick(MISHAPS)
      : undefined;
    if (mishap !== undefined) this.#tally.count(mishap);
    if (mishap === "429" || mishap === "503") return this.#busy(mishap);
    this.#requests += 1;
    return this.#content(rangeOf(request), edge, mishap);
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
    const retryAfter = this.#random.pick(RETRY_AFTERS)();
    return noContent(`${status} Too many`, [["Retry-After", retryAfter]]);
  }

  #content(
    range: { start: number; end: number | undefined } | undefined,
    edge: number,
    mishap: Mishap | undefined,
  ): MirrorAnswer {
    const { content, ranges, framing, version, closes, hidesSize, hints } = this.#traits;
    const hasChanged = content === "changes" && this.#requests > CHANGES_AFTER;
    const all = content === "other" || hasChanged ? this.#contents.other : this.#contents.right;
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

/** The range that a request asks for, its end not included. */
function rangeOf(request: string): { start: number; end: number | undefined } | undefined {
  const match = /^range: bytes=(\d+)-(\d*)\r$/im.exec(request);
  if (match === null) return undefined;
  const [, first = "", last = ""] = match;
  return { start: Number(first), end: last === "" ? undefined : Number(last) + 1 };
}
