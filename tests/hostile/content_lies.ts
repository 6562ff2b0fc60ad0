import { ESCAPES, type Exchange } from "./exchange.ts";

/** What becomes of one request. When it returns, the next one over the connection is answered. */
export type Lie = (exchange: Exchange) => Promise<void>;

/** Lies by their names, from which one is drawn. */
export type Lies = Readonly<Record<string, Lie>>;

/** Bytes that a block has at least; a wrong one is sent in each. */
const BLOCK_BYTES = 65_536;

/** What was asked for. */
export const truth: Lie = async (exchange) => {
  const { start, end } = exchange.range;
  await exchange.contentHead();
  await exchange.bytes(exchange.claim.bytes.subarray(start, end));
};

/** Answers to a request for content. */
export const CONTENT_LIES: Lies = {
  "the truth": truth,
  "noise": async (exchange) => {
    const { start, end } = exchange.range;
    await exchange.contentHead();
    const noise = Uint8Array.from({ length: BLOCK_BYTES }, () => exchange.random.integer(0, 255));
    for (let at = start; at < end; at += noise.length) {
      await exchange.bytes(noise.subarray(0, end - at));
    }
  },
  "one wrong byte in every answer": async (exchange) => {
    const { start, end } = exchange.range;
    const bytes = exchange.claim.bytes.slice(start, end);
    const at = exchange.random.integer(0, Math.max(0, bytes.length - 1));
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    await exchange.contentHead();
    await exchange.bytes(bytes);
  },
  "one wrong byte, and an early end": async (exchange) => {
    const { start, end } = exchange.range;
    const bytes = exchange.claim.bytes.slice(start, Math.min(end, start + BLOCK_BYTES));
    bytes[0] = (bytes[0] ?? 0) ^ 1;
    await exchange.contentHead();
    await exchange.bytes(bytes);
    exchange.close();
  },
  "the file from another place": async (exchange) => {
    const { start, end } = exchange.range;
    const { bytes, size } = exchange.claim;
    const from = (start + exchange.random.integer(1, 1000)) % Math.max(1, size);
    const part = bytes.subarray(from, from + end - start);
    await exchange.contentHead();
    await exchange.bytes(part);
    await exchange.bytes(bytes.subarray(0, end - start - part.length));
  },
  "a few bytes at a time": async (exchange) => {
    const { start, end } = exchange.range;
    await exchange.contentHead();
    await exchange.drip(exchange.claim.bytes.subarray(start, end), 7, 20);
  },
  "nothing": (exchange) => exchange.silence(),
  "a head and nothing": async (exchange) => {
    await exchange.contentHead();
    await exchange.silence();
  },
  "half of it, then nothing": async (exchange) => {
    const { start, end } = exchange.range;
    await exchange.contentHead();
    await exchange.bytes(exchange.claim.bytes.subarray(start, Math.ceil((start + end) / 2)));
    await exchange.silence();
  },
  "half of it, then a reset": async (exchange) => {
    const { start, end } = exchange.range;
    await exchange.contentHead();
    await exchange.bytes(exchange.claim.bytes.subarray(start, Math.ceil((start + end) / 2)));
    exchange.reset();
  },
  "a reset": (exchange) => Promise.resolve(exchange.reset()),
  "a head without end": async (exchange) => {
    await exchange.text("HTTP/1.1 206 Partial Content\r\n");
    await exchange.flood(`X-More: ${"more".repeat(100)}\r\n`);
  },
  "a line without end": async (exchange) => {
    await exchange.text("HTTP/1.1 206 ");
    await exchange.flood("yes");
  },
  "a head, letter by letter": (exchange) =>
    exchange.drip(new TextEncoder().encode("HTTP/1.1 206 OK\r\n".padEnd(60_000, "X")), 1, 20),
  "interim answers without end": (exchange) => exchange.flood("HTTP/1.1 102 Processing\r\n\r\n"),
  "another protocol": (exchange) => exchange.head("101 Switching Protocols", { Upgrade: "evil" }),
  "more than it says": async (exchange) => {
    await truth(exchange);
    await exchange.flood("HTTP/1.1 206 OK\r\nContent-Length: 4\r\n\r\nevil");
  },
  "another part": async (exchange) => {
    const { start, end } = exchange.range;
    const { size, fields } = exchange.claim;
    await exchange.head("206 Partial Content", {
      ...fields,
      "Content-Length": `${end - start}`,
      "Content-Range": `bytes ${start + 1}-${end}/${size + 1}`,
    });
    await exchange.bytes(exchange.claim.bytes.subarray(start, end));
  },
  "a part of another size at each request": async (exchange) => {
    const { start, end } = exchange.range;
    await exchange.contentHead({
      "Content-Range": `bytes ${start}-${end - 1}/${exchange.random.integer(end, 2 ** 53 - 1)}`,
    });
    await exchange.bytes(exchange.claim.bytes.subarray(start, end));
  },
  "another length": async (exchange) => {
    const length = exchange.random.pick(["-1", "1e9", "0x10", "", "9".repeat(30), "5, 6", "+5"]);
    await exchange.contentHead({ "Content-Length": length });
    await truth(exchange);
  },
  "the whole file": async (exchange) => {
    const { size, bytes, fields } = exchange.claim;
    await exchange.head("200 OK", { ...fields, "Content-Length": `${size}` });
    await exchange.bytes(bytes);
  },
  "a whole file without end": async (exchange) => {
    await exchange.head("200 OK", exchange.claim.fields);
    await exchange.flood("zzzz");
  },
  "chunks of one byte without end": async (exchange) => {
    await exchange.head("206 Partial Content", chunked(exchange));
    await exchange.flood("1\r\nz\r\n");
  },
  "a chunk of 2^60 bytes": async (exchange) => {
    await exchange.head("206 Partial Content", chunked(exchange));
    await exchange.text("1000000000000000\r\n");
    await exchange.flood("zzzz");
  },
  "a chunk of 2^52 bytes": async (exchange) => {
    await exchange.head("206 Partial Content", chunked(exchange));
    await exchange.text("fffffffffffff\r\n");
    await exchange.flood("zzzz");
  },
  "a chunk extension without end": async (exchange) => {
    await exchange.head("206 Partial Content", chunked(exchange));
    await exchange.text("10;x=");
    await exchange.flood("yyyy");
  },
  "trailers without end": async (exchange) => {
    const { start, end } = exchange.range;
    await exchange.head("206 Partial Content", chunked(exchange));
    await exchange.text(`${(end - start).toString(16)}\r\n`);
    await exchange.bytes(exchange.claim.bytes.subarray(start, end));
    await exchange.text("\r\n0\r\n");
    await exchange.flood("X-Trailer: yes\r\n");
  },
  "compressed without end": async (exchange) => {
    await exchange.contentHead({ "Content-Encoding": "gzip" });
    await exchange.flood("\x1f\x8b\x08");
  },
  "coded in ways nobody knows": async (exchange) => {
    await exchange.contentHead({ "Transfer-Encoding": "gzip, evil, chunked" });
    await exchange.flood("10\r\nzzzzzzzzzzzzzzzz\r\n");
  },
  "an error": async (exchange) => {
    const status = exchange.random.pick(["400", "401", "403", "404", "410", "416", "500", "999"]);
    await exchange.answer(`${status} ${ESCAPES}`, ESCAPES);
  },
  "busy": async (exchange) => {
    const status = exchange.random.pick(["429", "503"]);
    const retryAfter = exchange.random.pick(
      ["0", "1", "-1", "99999999999999999999", "soon", ESCAPES, "Fri, 31 Dec 9999 23:59:59 GMT"],
    );
    await exchange.answer(`${status} Busy`, "", { "Retry-After": retryAfter });
  },
  "a redirect": async (exchange) => {
    const location = exchange.random.pick([
      exchange.target,
      `${exchange.target}x`,
      "file:///etc/passwd",
      "javascript:alert(1)",
      "//[::1",
      "http://127.0.0.1:1/film.mp4",
      `/${"x".repeat(60_000)}`,
      ESCAPES,
      "",
    ]);
    await exchange.answer("302 Found", "", { Location: location });
  },
  "control characters": async (exchange) => {
    await exchange.contentHead({ "X-Name": ESCAPES, ETag: `"${ESCAPES}"` });
    await truth(exchange);
  },
  "thousands of fields": (exchange) =>
    exchange.head("206 Partial Content", {
      ...exchange.claim.fields,
      ...Object.fromEntries(Array.from({ length: 3_000 }, (_, at) => [`X-${at}`, "y"])),
    }),
  "no HTTP": (exchange) => exchange.text(`\x16\x03\x01${ESCAPES}\0\r\n\r\n`),
};

function chunked({ range: { start, end }, claim: { size, fields } }: Exchange) {
  return {
    ...fields,
    "Transfer-Encoding": "chunked",
    "Content-Range": `bytes ${start}-${end - 1}/${size}`,
  };
}
