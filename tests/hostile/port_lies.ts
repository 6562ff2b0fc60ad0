import { pieceLengthFor } from "../../lib/content/manifest.ts";
import type { Lie, Lies } from "./content_lies.ts";
import { ESCAPES, type Exchange } from "./exchange.ts";

/** Names that a file must not get on disk as they are. */
export const WRONG_NAMES: readonly [string, ...string[]] = [
  ".bashrc",
  "-rf",
  "../../film.mp4",
  "/etc/passwd",
  "..",
  "film\u202e4pm.exe",
  "film\u2028.mp4",
  "film\u200b.mp4",
  `film${ESCAPES}.mp4`,
  "film\0.mp4",
  "~",
  "",
  "f".repeat(1_000),
  "\ud800",
  "film.mp4.part",
];

/** What a port says of itself. */
export const INFO_LIES: Lies = {
  "the truth": (exchange) => info(exchange, {}),
  "no digests, ever": (exchange) => info(exchange, { manifest: null, manifestReady: false }),
  "another size": (exchange) =>
    info(exchange, {
      size: exchange.random.pick(
        [0, 1, exchange.claim.size + 1, 2 ** 40, 2 ** 53 - 1, 2 ** 53, -1, 1.5, 1e300],
      ),
      manifest: null,
    }),
  "another size, with digests": (exchange) => {
    const size = exchange.random.pick([1, exchange.claim.size + 1, 2 ** 40, 2 ** 53 - 1]);
    const pieceLength = pieceLengthFor(size);
    const { sha256, piecesSha256 } = exchange.claim;
    return info(exchange, { size, manifest: { sha256, piecesSha256, pieceLength } });
  },
  "pieces of another length": (exchange) =>
    info(exchange, {
      manifest: { ...digests(exchange), pieceLength: exchange.random.pick([0, 1, -1, 2 ** 60]) },
    }),
  "another name": (exchange) => info(exchange, { name: exchange.random.pick(WRONG_NAMES) }),
  "another tag at each request": (exchange) =>
    info(exchange, { etag: `"${exchange.random.integer(0, 2 ** 31)}"` }),
  "a tag that is none": (exchange) => info(exchange, { etag: `"${ESCAPES}\r\nHost: evil"` }),
  "no strings where they belong": (exchange) =>
    info(exchange, { name: [], size: "5", etag: {}, state: 7, manifest: "yes", modified: [] }),
  "paused": (exchange) => info(exchange, { state: "paused" }),
  "a time that is none": (exchange) =>
    info(exchange, { modified: exchange.random.pick(["9".repeat(300), "+275760-09-14", ESCAPES]) }),
  "something deep": (exchange) => json(exchange, "[".repeat(60_000)),
  "something wide": (exchange) => json(exchange, `[${"0,".repeat(32_000)}0]`),
  "no JSON": (exchange) => json(exchange, ESCAPES),
  "null": (exchange) => json(exchange, "null"),
  "a prototype": (exchange) =>
    json(exchange, `{"__proto__":{"name":"film.mp4","size":5},"constructor":{"prototype":1}}`),
  "too much": (exchange) => json(exchange, `"${"y".repeat(10_000_000)}"`),
  "an answer without end": async (exchange) => {
    await exchange.head("200 OK", { "Content-Type": "application/json" });
    await exchange.flood(" ");
  },
  "an answer, letter by letter": async (exchange) => {
    await exchange.head("200 OK", { "Content-Length": "5000" });
    await exchange.drip(new Uint8Array(5_000).fill(0x20), 1, 100);
  },
  "nothing": (exchange) => exchange.silence(),
  "a reset": (exchange) => Promise.resolve(exchange.reset()),
  "an error": (exchange) => exchange.answer(`500 ${ESCAPES}`, ESCAPES),
  "that a token is needed": (exchange) =>
    exchange.answer("401 Unauthorized", "", { "WWW-Authenticate": ESCAPES }),
};

/** What a port says of its states. */
export const EVENT_LIES: Lies = {
  "the truth": async (exchange) => {
    await state(exchange, "listening");
    for (;;) {
      await exchange.pause(1_000);
      await exchange.text(":\n\n");
    }
  },
  "paused for ever": async (exchange) => {
    await state(exchange, "paused");
    for (;;) {
      await exchange.pause(1_000);
      await exchange.text(":\n\n");
    }
  },
  "paused and resumed without end": async (exchange) => {
    await state(exchange, "listening");
    await exchange.flood(
      `event: state\ndata: {"state":"paused"}\n\nevent: state\ndata: {"state":"sending"}\n\n`,
    );
  },
  "paused and resumed now and then": async (exchange) => {
    await state(exchange, "listening");
    for (;;) {
      for (const name of ["paused", "sending"]) {
        await exchange.text(`data: {"state":"${name}"}\n\n`);
        await exchange.pause(exchange.random.integer(1, 50));
      }
    }
  },
  "terminated": (exchange) => state(exchange, "terminated"),
  "terminated, and more": async (exchange) => {
    await state(exchange, "terminated");
    await exchange.flood(`data: {"state":"sending"}\n\n`);
  },
  "gone": async (exchange) => {
    await state(exchange, "gone");
    exchange.close();
  },
  "signs of life without end": async (exchange) => {
    await state(exchange, "listening");
    await exchange.flood(":\n\n");
  },
  "a line without end": async (exchange) => {
    await state(exchange, "listening");
    await exchange.text("data: ");
    await exchange.flood("[");
  },
  "states that are none": async (exchange) => {
    await state(exchange, ESCAPES);
    await exchange.text(`data: ${"[".repeat(4_000)}\n\ndata: null\n\ndata: {"state":{}}\n\n`);
    await exchange.silence();
  },
  "nothing": (exchange) => exchange.silence(),
  "an end": async (exchange) => {
    await state(exchange, "listening");
    exchange.close();
  },
  "an error": (exchange) => exchange.answer("404 Not Found", ""),
  "a head without end": (exchange) => exchange.flood("HTTP/1.1 100 Continue\r\n\r\n"),
};

/** What a port says its digests are. */
export const MANIFEST_LIES: Lies = {
  "the truth": (exchange) => metalink(exchange, exchange.claim.metalink),
  "digests of something else": (exchange) =>
    metalink(exchange, exchange.claim.metalink.replace(/[0-9a-f]{64}/g, "ab".repeat(32))),
  "fewer pieces": (exchange) =>
    metalink(exchange, exchange.claim.metalink.replace(/ {6}<hash>.*\n/, "")),
  "many elements": (exchange) => metalink(exchange, "<b/>a".repeat(1_600_000)),
  "many elements within": (exchange) =>
    metalink(
      exchange,
      exchange.claim.metalink.replace("<size>", `${"<b/>a".repeat(500_000)}<size>`),
    ),
  "something deep": (exchange) => metalink(exchange, "<a>".repeat(2_000_000)),
  "many attributes": (exchange) =>
    metalink(
      exchange,
      `<metalink ${Array.from({ length: 200_000 }, (_, at) => `a${at}="b"`).join(" ")}>`,
    ),
  "entities of entities": (exchange) =>
    metalink(
      exchange,
      `<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">${
        Array.from(
          { length: 20 },
          (_, at) => `<!ENTITY a${at} "${`&a${at - 1 < 0 ? "" : at - 1};`.repeat(10)}">`,
        ).join("")
      }]><a>&a19;</a>`,
    ),
  "a file of this machine": (exchange) =>
    metalink(exchange, `<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]><a>&a;</a>`),
  "millions of pieces": (exchange) =>
    metalink(
      exchange,
      exchange.claim.metalink.replace(
        "</pieces>",
        `${`<hash>${"0".repeat(64)}</hash>`.repeat(90_000)}</pieces>`,
      ),
    ),
  "no XML": (exchange) => metalink(exchange, ESCAPES),
  "more than there may be": (exchange) => metalink(exchange, "<!-- -->".repeat(2_000_000)),
  "an answer without end": async (exchange) => {
    await exchange.head("200 OK", { "Transfer-Encoding": "chunked" });
    await exchange.flood("10\r\n<!-- no end --->\r\n");
  },
  "an answer, letter by letter": async (exchange) => {
    await exchange.head("200 OK", { "Content-Length": "5000" });
    await exchange.drip(new Uint8Array(5_000).fill(0x20), 1, 500);
  },
  "nothing": (exchange) => exchange.silence(),
  "not yet": (exchange) => exchange.answer("503 Not yet", "", { "Retry-After": "1" }),
  "never": (exchange) => exchange.answer("404 Never", ""),
  "a reset": (exchange) => Promise.resolve(exchange.reset()),
};

const state: (exchange: Exchange, name: string) => Promise<void> = async (exchange, name) => {
  await exchange.head("200 OK", { "Content-Type": "text/event-stream" });
  await exchange.text(`event: state\ndata: ${JSON.stringify({ state: name })}\n\n`);
};

function digests({ claim: { sha256, piecesSha256, size } }: Exchange) {
  return { sha256, piecesSha256, pieceLength: pieceLengthFor(size) };
}

async function info(exchange: Exchange, lies: Readonly<Record<string, unknown>>): Promise<void> {
  const { name, size } = exchange.claim;
  const honest = {
    name,
    size,
    etag: `"1"`,
    modified: "2026-02-03T04:05:06.000Z",
    state: "listening",
    index: 1,
    manifest: digests(exchange),
    manifestReady: true,
    servers: [],
  };
  await json(exchange, JSON.stringify({ ...honest, ...lies }));
}

function json(exchange: Exchange, text: string): Promise<void> {
  return exchange.answer("200 OK", text, { "Content-Type": "application/json" });
}

const metalink: (exchange: Exchange, text: string) => ReturnType<Lie> = (exchange, text) =>
  exchange.answer("200 OK", text, { "Content-Type": "application/metalink4+xml" });
