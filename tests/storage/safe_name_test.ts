import { assert, assertEquals, assertThrows } from "@std/assert";
import * as fc from "fast-check";
import { MultiportError } from "../../lib/multiport_error.ts";
import { byteLength, safeName } from "../../lib/storage/safe_name.ts";

/** Ranges of code points that no name gets: written down, not asked of the same tables. */
const UNSAFE: readonly (readonly [first: number, last: number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad], // soft hyphen
  [0x034f, 0x034f],
  [0x0600, 0x0605],
  [0x061c, 0x061c],
  [0x06dd, 0x06dd],
  [0x115f, 0x1160], // Hangul fillers
  [0x17b4, 0x17b5],
  [0x180b, 0x180f],
  [0x200b, 0x200f], // zero width, and marks of direction
  [0x2028, 0x202e], // line and paragraph separators, embeddings, overrides
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xd800, 0xdfff], // halves of characters
  [0xfdd0, 0xfdef],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xffa0, 0xffa0],
  [0xfff0, 0xfffb],
  [0xfffe, 0xffff],
  [0x1d173, 0x1d17a],
  [0xe0000, 0xe0fff], // tags
  [0x10fffe, 0x10ffff],
];

Deno.test("safeName() replaces every code point that hides, turns or breaks a name", () => {
  const unsafe = new Set<number>(["/", "\\"].map((char) => char.charCodeAt(0)));
  for (const [first, last] of UNSAFE) {
    for (let point = first; point <= last; point += 1) unsafe.add(point);
  }
  for (const point of unsafe) {
    const char = String.fromCodePoint(point);
    assertEquals(safeName(`a${char}b`), "a_b", `U+${point.toString(16)}`);
  }
});

Deno.test("safeName() leaves letters, marks and pictures of all languages alone", () => {
  for (
    const name of [
      "film.mp4",
      "Übergrößen – Änderung (1).txt",
      "影片 第一集.mkv",
      "فيلم.mp4",
      "סרט.mp4",
      "हिन्दी.txt",
      "ไทย.pdf",
      "한국어.zip",
      "e\u0301.txt",
      "😀 party 🎉.png",
      "a b  c",
      "100% & more; $HOME 'x' \"y\" *?<>|:",
      "x".repeat(255),
    ]
  ) assertEquals(safeName(name), Deno.build.os === "windows" ? safeName(name) : name);
});

Deno.test("safeName() is never hidden, an option, a folder or a path", () => {
  const said: [name: string, safe: string][] = [
    [".bashrc", "_bashrc"],
    ["..", "_."],
    [".", "_"],
    ["-rf", "_rf"],
    ["--force", "_-force"],
    ["~root", "_root"],
    [" .bashrc", "_.bashrc"],
    ["../../etc/passwd", "_._.._etc_passwd"],
    ["/etc/passwd", "_etc_passwd"],
    ["C:\\evil", "C:_evil"],
    ["\u200b.bashrc", "_.bashrc"],
    ["pay\u202Efdp.exe", "pay_fdp.exe"],
    ["a\tb\nc", "a_b_c"],
    ["\0", "_"],
    ["\x1b[2J", "_[2J"],
  ];
  if (Deno.build.os === "windows") return;
  for (const [name, safe] of said) assertEquals(safeName(name), safe);
});

Deno.test("safeName() cuts what is too long, but neither a character nor the ending", () => {
  assertEquals(safeName("x".repeat(300)), "x".repeat(255));
  assertEquals(safeName("x".repeat(300) + ".mp4"), "x".repeat(251) + ".mp4");
  assertEquals(safeName("é".repeat(200) + ".mp4"), "é".repeat(125) + ".mp4");
  assertEquals(safeName("😀".repeat(100)), "😀".repeat(63));
  assertEquals(safeName("a." + "x".repeat(300)), "a." + "x".repeat(253));
});

Deno.test("safeName() needs a name", () => {
  const failure = assertThrows(() => safeName(""), MultiportError);
  assertEquals(failure.code, "content");
});

Deno.test("safeName() makes something harmless out of anything", () => {
  const anything = fc.string({ unit: "binary", minLength: 1, maxLength: 400 });
  fc.assert(
    fc.property(anything, (name) => {
      const safe = safeName(name);
      assert(safe.length > 0 && byteLength(safe) <= 255 && safe.isWellFormed());
      assert(!/^[.\-~]/.test(safe), safe);
      // Characters that this version of Unicode does not know may stand anywhere.
      assert(!/[/\\\p{C}\u2028\u2029]/u.test(safe.replace(/\p{Co}|\p{Cn}/gu, "")), safe);
      assertEquals(safeName(safe), safe);
    }),
    { numRuns: 2_000 },
  );
});
