import * as fc from "fast-check";
import { ESCAPES } from "./exchange.ts";

/** What fields of answers, and lists of addresses, are made of; and what has broken those who read them. */
const FRAGMENTS = [
  ..."<>;,=\"'\\/ :@?#%[]()*~|",
  ...["; rel=duplicate", "; rel=describedby", '; type="application/metalink4+xml"', "</f.meta4>"],
  ...["attachment", "; filename=", "; filename*=UTF-8''", "%ff%fe", "%2e%2e%2f", "..", "film.mp4"],
  ...["http://", "https://", "file:///", "//", "127.0.0.1", "[::1]", ":65536", ":0", "a.example"],
  ...["0", "1", "-1", "9".repeat(30), "1e9", "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 "],
  ...["bytes ", "0-0/", "*", "sha-256=:", ":", "a".repeat(300), "\t", "\u202e", "ü", "\ud800"],
];

/** Pieces of an answer as a hostile server could put them together. */
const ANSWER_FRAGMENTS = [
  ...["HTTP/1.1 ", "HTTP/1.0 ", "HTTP/2 ", "200 OK\r\n", "206 X\r\n", "302 X\r\n", "503 X\r\n"],
  ...["100 Continue\r\n\r\n", "407 X\r\n", "416 X\r\n", "Location: ", "Content-Range: bytes "],
  ...["Content-Length: ", "Transfer-Encoding: chunked\r\n", "Retry-After: ", "ETag: ", "Link: "],
  ...[
    "\r\n",
    "\r\n\r\n",
    "\n",
    "\r",
    "\0",
    " folded\r\n",
    ": \r\n",
    `${ESCAPES}\r\n`,
    "5\r\nhello",
  ],
];

const XML_FRAGMENTS = [
  ...['<metalink xmlns="urn:ietf:params:xml:ns:metalink">', "</metalink>", '<file name="f">'],
  ...[
    "</file>",
    "<size>",
    "</size>",
    '<hash type="sha-256">',
    "</hash>",
    '<pieces length="9" ',
    ">",
  ],
  ...[
    'type="sha-256">',
    "</pieces>",
    "<url>",
    "</url>",
    '<url priority="1">',
    "http://h/f",
    "<b/>",
  ],
  ...["<![CDATA[", "]]>", "<!--", "-->", "<?xml", "?>", "<!DOCTYPE a [", "]>", '<!ENTITY a "&a;">'],
  ...["&a;", "&#0;", "&#x110000;", "&lt;", "\0", "5", "a".repeat(64)],
];

/** A text that stands where a field's value should. */
export function fieldNoise(): fc.Arbitrary<string> {
  return joined(FRAGMENTS, fc.string({ maxLength: 20 }));
}

/** What comes where a head should. */
export function headNoise(): fc.Arbitrary<string> {
  return joined([...FRAGMENTS, ...ANSWER_FRAGMENTS], fc.string({ unit: "binary", maxLength: 20 }));
}

/** What comes where a Metalink should. */
export function metalinkNoise(): fc.Arbitrary<string> {
  return joined(XML_FRAGMENTS, fc.string({ maxLength: 10 }));
}

function joined(fragments: readonly string[], noise: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const piece = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...fragments) }, noise);
  return fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join(""));
}
