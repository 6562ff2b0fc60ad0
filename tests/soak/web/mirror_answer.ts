import { gzipSync } from "node:zlib";
import { delay } from "../../../testing/delay.ts";
import type { ProxiedSocket } from "../../../testing/proxied_socket.ts";
import type { MirrorTraits, Mishap } from "./mirror_traits.ts";

/** Milliseconds between two slices of content. */
const SLICE_MS = 20;

const ERROR_PAGE = "<html><title>Something went wrong</title></html>\n";

const HTML: MirrorAnswer["fields"] = [["Content-Type", "text/html"]];

const encoder = new TextEncoder();

/** An answer before it has gone over the wire. */
export interface MirrorAnswer {
  readonly status: string;
  readonly version: MirrorTraits["version"];
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly content: Uint8Array<ArrayBuffer>;
  readonly framing: MirrorTraits["framing"];
  /** Whether the connection ends behind it. */
  readonly isLast: boolean;
  /** How many interim answers come before it. */
  readonly hints?: number;
  readonly mishap?: Mishap | undefined;
}

/** One with a status and nothing else. */
export function noContent(status: string, fields: MirrorAnswer["fields"] = []): MirrorAnswer {
  const content = new Uint8Array();
  return { status, version: "1.1", fields, content, framing: "length", isLast: false };
}

export function redirection(location: string): MirrorAnswer {
  return noContent("302 Found", [["Location", location]]);
}

/** Sends an answer, so many bytes per second, with its mishap. */
export async function sendAnswer(
  client: ProxiedSocket,
  answer: MirrorAnswer,
  rate: number,
): Promise<void> {
  const { content, fields, status, mishap, framing, isLast } = marred(answer);
  for (let hint = 0; hint < (answer.hints ?? 0); hint++) {
    await send(client, "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n");
  }
  const length = mishap === "too short" ? content.length + 1_000 : content.length;
  const head = [
    `HTTP/${answer.version} ${status}`,
    ...fields.map(([name, value]) => `${name}: ${value}`),
    ...framing === "length" ? [`Content-Length: ${length}`] : [],
    ...framing === "chunked" ? ["Transfer-Encoding: chunked"] : [],
    ...isLast ? ["Connection: close"] : [],
  ];
  await send(client, `${head.join("\r\n")}\r\n\r\n`);
  if (mishap === "reset") return client.reset();
  const slice = Math.max(1, Math.floor(rate * SLICE_MS / 1_000));
  for (let at = 0; at < content.length; at += slice) {
    const part = content.subarray(at, at + slice);
    await sendPart(client, part, framing);
    await delay(SLICE_MS, client.closed);
  }
  if (mishap === "too long") await sendPart(client, content.slice(0, 100), framing);
  if (framing === "chunked" && mishap !== "too short") await send(client, "0\r\n\r\n");
  if (mishap === "another answer behind") {
    await send(client, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil");
  }
  if (mishap === "too short") client.close();
}

/** What its mishap makes of an answer before it is sent. */
function marred(answer: MirrorAnswer): MirrorAnswer {
  switch (answer.mishap) {
    case "gzip":
      return {
        ...answer,
        fields: [...answer.fields, ["Content-Encoding", "gzip"]],
        content: new Uint8Array(gzipSync(answer.content.subarray(0, 10_000))),
      };
    case "error page with 200":
      return { ...errorPage(answer), status: "200 OK" };
    case "error page with 206":
      return { ...errorPage(answer), status: "206 Partial Content" };
    case "page of HTML with 200":
      return { ...errorPage(answer), fields: HTML, status: "200 OK" };
    case "page of HTML with 206":
      return { ...errorPage(answer), fields: HTML, status: "206 Partial Content" };
    default:
      return answer;
  }
}

/** Comes with the validators and the range that the content would have had, as from careless caches. */
function errorPage(answer: MirrorAnswer): MirrorAnswer {
  return { ...answer, content: encoder.encode(ERROR_PAGE) };
}

async function sendPart(
  client: ProxiedSocket,
  part: Uint8Array<ArrayBuffer>,
  framing: MirrorAnswer["framing"],
): Promise<void> {
  if (framing === "chunked") await send(client, `${part.length.toString(16)}\r\n`);
  await client.write(part);
  if (framing === "chunked") await send(client, "\r\n");
}

async function send(client: ProxiedSocket, text: string): Promise<void> {
  await client.write(encoder.encode(text));
}
