import { ClientConnection } from "../http/client/client_connection.ts";
import { type ContentRange, parseContentRange } from "../http/content_range.ts";
import { withDeadline } from "../http/deadline.ts";
import { type Endpoint, endpointOf } from "../http/client/endpoint.ts";
import { shown } from "../http/client/exchange.ts";
import { MAX_HEAD_BYTES } from "../http/limits.ts";
import { readContentBytes } from "../http/client/read_content.ts";
import { isHtml, type ResponseHead } from "../http/client/response_head.ts";
import { IdleConnections } from "../http/client/idle_connections.ts";
import { ANSWER_TIMEOUT_MS, MANIFEST_TIMEOUT_MS, MAX_REDIRECTS } from "./limits.ts";
import { LostError, refusal } from "./lost_error.ts";

/** What one request has shown of a file on the web. */
export interface Probe {
  /** Where it was found, behind all redirects. */
  readonly url: URL;
  /** Bytes in the file. */
  readonly size: number;
  /** Whether the server sends all of it, whatever part is asked for. */
  readonly rangeless: boolean;
  /** The head of the answer. */
  readonly head: ResponseHead;
}

/** How an address is reached, and which fields are sent there; credentials are for some origins only. */
export interface WebAccess {
  endpoint(url: URL): Endpoint;
  fields(url: URL): Readonly<Record<string, string>>;
  /** What is asked of a server goes on over the connection over which it has answered before. */
  readonly idle?: IdleConnections | undefined;
}

/** Without proxies, certificates or credentials. */
export const PLAIN_ACCESS: WebAccess = {
  endpoint: endpointOf,
  fields: () => ({ "Accept-Encoding": "identity", "User-Agent": "mpclient" }),
};

const FIRST_BYTE = "bytes=0-0";

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

/**
 * Finds out what there is at an address, by asking for its first byte. `HEAD` would not do: signed
 * addresses are good for one method only, and some servers forbid it or answer it wrongly.
 *
 * @param first Where to begin; redirects are followed (RFC 9110, 15.4).
 * @param signal Ends every connection, read and wait.
 * @param timeoutMs Milliseconds that each answer may take.
 * @throws {LostError} If there is no file, or it is not there now.
 */
export async function probe(
  first: URL,
  access: WebAccess,
  signal: AbortSignal,
  timeoutMs = ANSWER_TIMEOUT_MS,
): Promise<Probe> {
  using own = access.idle ? undefined : new IdleConnections();
  const idle = access.idle ?? own;
  return await follow(first, async (url, isRedirected) => {
    const ask = (Range: string) => {
      const fields = { ...access.fields(url), Range };
      return request(url, access, { fields, signal, timeoutMs, idle }, headAlone);
    };
    const head = await ask(FIRST_BYTE);
    return redirectOf(head) ?? { url, ...await contentOf(head, isRedirected, ask) };
  });
}

/**
 * Gets a small document.
 *
 * @param first Where to begin; redirects are followed.
 * @param most Bytes that it may have.
 * @param documentMs Milliseconds that it may take to arrive, however steadily it comes.
 * @throws {LostError} If there is none.
 * @throws {Deno.errors.TimedOut} If it takes too long.
 */
export async function fetchDocument(
  first: URL,
  access: WebAccess,
  signal: AbortSignal,
  most: number,
  documentMs = MANIFEST_TIMEOUT_MS,
): Promise<{ readonly url: URL; readonly bytes: Uint8Array }> {
  const timeoutMs = ANSWER_TIMEOUT_MS;
  return await follow(first, async (url, isRedirected) => {
    const fields = { ...access.fields(url), Connection: "close" };
    return await request(url, access, { fields, signal, timeoutMs }, async (head, connection) => {
      const redirect = redirectOf(head);
      if (redirect) return redirect;
      if (head.status !== 200) throw noFile(head, isRedirected);
      const reading = readContentBytes(connection, head, most, timeoutMs);
      return { url, bytes: await withDeadline(reading, documentMs, () => connection.close()) };
    });
  });
}

/** An answer that only says where else to ask. */
class Redirect {
  constructor(readonly head: ResponseHead) {}
}

function redirectOf(head: ResponseHead): Redirect | undefined {
  return REDIRECTS.has(head.status) ? new Redirect(head) : undefined;
}

/** Asks at one address after the other until the answer is no redirect. */
async function follow<T>(
  first: URL,
  ask: (url: URL, isRedirected: boolean) => Promise<T | Redirect>,
): Promise<T> {
  const visited = [first];
  for (let url = first;;) {
    const answer = await ask(url, visited.length > 1);
    if (!(answer instanceof Redirect)) return answer;
    url = nextAddress(url, answer.head);
    const isLoop = visited.some(({ href }) => href === url.href);
    visited.push(url);
    if (isLoop) throw new LostError(`redirects go round in a circle: ${chain(visited)}`, true);
    if (visited.length > MAX_REDIRECTS + 1) {
      throw new LostError(
        `more than ${MAX_REDIRECTS} redirects, the last one to ${shown(url)}`,
        true,
      );
    }
  }
}

interface RequestOptions {
  readonly fields: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Where connections come from, and are left for what is asked next. */
  readonly idle?: IdleConnections | undefined;
}

const headAlone = (head: ResponseHead) => Promise.resolve(head);

/** Asks one question: over a connection of its own, or one over which the server has answered before. */
async function request<T>(
  url: URL,
  access: WebAccess,
  options: RequestOptions,
  read: (head: ResponseHead, connection: ClientConnection) => Promise<T>,
): Promise<T> {
  const { fields, signal, timeoutMs, idle } = options;
  const endpoint = access.endpoint(url);
  const buffer = new Uint8Array(2 * MAX_HEAD_BYTES);
  const kept = await idle?.take(endpoint, buffer);
  const connection = kept ?? await ClientConnection.open(endpoint, { buffer, signal });
  const close = () => connection.close();
  signal.addEventListener("abort", close);
  let isOver = true;
  try {
    if (signal.aborted) close();
    const answer = connection.ask("GET", url.pathname + url.search, fields)
      .then(() => withDeadline(connection.head(), timeoutMs, close));
    // One that was kept may be closed at any time, which says nothing of the place.
    const head = await (kept ? answer.catch(() => undefined) : answer);
    if (!head && kept) return await request(url, access, options, read);
    if (!head) throw new LostError("it closed the connection without an answer");
    const result = await read(head, connection);
    if (idle && (head.status === 206 || redirectOf(head))) {
      isOver = false;
      idle.keep(endpoint, connection, head);
    }
    return result;
  } finally {
    signal.removeEventListener("abort", close);
    if (isOver) close();
  }
}

function nextAddress(url: URL, { status, headers }: ResponseHead): URL {
  const location = headers.get("location");
  if (location === undefined) {
    throw new LostError(`it answered with status ${status} to nowhere`, true);
  }
  const next = URL.parse(location, url.href);
  if (!next || next.hostname === "") throw new LostError("it redirects to no valid address", true);
  next.hash = "";
  if (next.protocol !== "http:" && next.protocol !== "https:") {
    throw new LostError(`it redirects to ${next.protocol}, which is neither http nor https`, true);
  }
  if (url.protocol === "https:" && next.protocol === "http:") {
    throw new LostError(`it redirects from https to ${shown(next)}, which is not protected`, true);
  }
  return next;
}

/** Asks the same address for another part; answers the head of what comes. */
type AskForPart = (range: string) => Promise<ResponseHead>;

/** What an answer to the question for the first byte says of the whole. */
async function contentOf(
  head: ResponseHead,
  isRedirected: boolean,
  ask: AskForPart,
): Promise<Omit<Probe, "url">> {
  const { status, headers } = head;
  const coding = headers.get("content-encoding") ?? "identity";
  if (coding.toLowerCase() !== "identity") {
    throw new LostError(`it sends the file in another encoding (${coding})`, true);
  }
  if (status === 206) {
    const sent = parseContentRange(headers.get("content-range") ?? "");
    // S3rver sends the whole file for its first byte: the size is there, and ranges it does serve.
    if (sent?.start !== 0) {
      throw new LostError("it sent another part than was asked for", true);
    }
    const size = sent.size ?? await sizeByEnd(async (range) => notPage(await ask(range), head));
    if (size === undefined) throw new LostError("it does not say how large the file is", true);
    return { size, rangeless: false, head };
  }
  // Of an empty file there is no first byte (RFC 9110, 14.4).
  if (status === 416 && /^bytes \*\/0$/i.test(headers.get("content-range") ?? "")) {
    return { size: 0, rangeless: false, head };
  }
  if (status === 200) return await wholeOrPart(head, isRedirected, ask);
  throw noFile(head, isRedirected);
}

/**
 * Where a server does not say how large the file is (`bytes 0-0/*`), its last byte does, or a part
 * that has no end.
 */
async function sizeByEnd(ask: AskForPart): Promise<number | undefined> {
  const end = partOf(await ask("bytes=-1"));
  if (end && end.size !== null) return end.size;
  // One that does not know such ranges may take them for another part, at the start.
  if (end && end.start > 0 && end.end - end.start === 1) return end.end;
  const rest = await ask("bytes=0-");
  const all = partOf(rest);
  if (all?.start === 0) return all.size ?? all.end;
  return rest.status === 200 ? lengthOf(rest) : undefined;
}

/** @throws {LostError} If a page of HTML has come of which the first answer knew nothing. */
function notPage(head: ResponseHead, first: ResponseHead): ResponseHead {
  const [isPage, wasPage] = [head, first].map(({ headers }) => isHtml(headers.get("content-type")));
  if (isPage && !wasPage) throw new LostError("it sent a page of HTML instead of the file");
  return head;
}

/** A server that says that it serves parts, and sent the whole file, is asked once more. */
async function wholeOrPart(
  head: ResponseHead,
  isRedirected: boolean,
  ask: AskForPart,
): Promise<Omit<Probe, "url">> {
  const { headers } = head;
  if (/^bytes$/i.test(headers.get("accept-ranges") ?? "")) {
    const again = await ask(FIRST_BYTE);
    if (partOf(again)) return await contentOf(again, isRedirected, ask);
  }
  const size = lengthOf(head);
  if (size === undefined) throw new LostError("it does not say how large the file is", true);
  return { size, rangeless: true, head };
}

function partOf({ status, headers }: ResponseHead): ContentRange | undefined {
  return status === 206 ? parseContentRange(headers.get("content-range") ?? "") : undefined;
}

function lengthOf({ headers }: ResponseHead): number | undefined {
  const length = headers.get("content-length");
  return length === undefined ? undefined : Number(length);
}

/** What an answer means that has nothing of the file. */
function noFile(head: ResponseHead, isRedirected: boolean): LostError {
  const reason = `it answered with status ${head.status}`;
  if (head.status === 401 && !isRedirected) {
    return new LostError(`${reason}: it wants credentials, or others`, true, {
      fault: "credentials",
    });
  }
  const lost = refusal(head);
  if (!isRedirected || lost.loss.kind === "busy") return lost;
  // A place that was redirected to may be good for a moment only.
  return new LostError(`${reason} behind a redirect`, false, { loss: { kind: "moved" } });
}

function chain(urls: readonly URL[]): string {
  return urls.map(shown).join(" → ");
}
