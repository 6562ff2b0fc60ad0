import * as fc from "fast-check";

/** What has broken HTTP servers before: the beginnings, middles and ends of requests. */
const FRAGMENTS = [
  "GET ",
  "HEAD ",
  "POST ",
  "/ ",
  "/film.mp4 ",
  "/.multiport/info ",
  "/../../etc/passwd ",
  "/%2e%2e%2fetc ",
  "/%00 ",
  "/%ff%fe ",
  "\\..\\ ",
  "http://h/film.mp4 ",
  "//h/ ",
  "HTTP/1.1\r\n",
  "HTTP/1.0\r\n",
  "HTTP/9.9\r\n",
  "Host: h\r\n",
  "Host: \r\n",
  "Range: bytes=0-\r\n",
  "Range: bytes=-1\r\n",
  "Range: bytes=5-4,1-2\r\n",
  "Range: bytes=99999999999999999999-\r\n",
  'If-Range: "x"\r\n',
  'If-Match: ""\r\n',
  "If-None-Match: *\r\n",
  "If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\r\n",
  "Content-Length: 5\r\n",
  "Content-Length: -5\r\n",
  "Transfer-Encoding: chunked\r\n",
  "Connection: close\r\n",
  "Expect: 100-continue\r\n",
  "Upgrade: h2c\r\n",
  " folded\r\n",
  "no colon\r\n",
  ": no name\r\n",
  "X: " + "y".repeat(9000) + "\r\n",
  "\r\n",
  "\r\n\r\n",
  "\n",
  "\r",
  "\0",
  "\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
];

/** Bytes that a hostile or broken client could send: noise, and requests put together wrongly. */
export function requestNoise(): fc.Arbitrary<Uint8Array<ArrayBuffer>> {
  const pieces = fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...FRAGMENTS) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 20 }) },
  );
  const joined = fc.array(pieces, { maxLength: 12 }).map((parts) => latin1(parts.join("")));
  const noise = fc.uint8Array({ maxLength: 300 }).map((bytes) => Uint8Array.from(bytes));
  return fc.oneof({ weight: 4, arbitrary: joined }, { weight: 1, arbitrary: noise });
}

function latin1(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(text, (char) => char.charCodeAt(0));
}
