import { assertEquals, assertThrows } from "@std/assert";
import { MultiportError } from "../../../lib/multiport_error.ts";
import { parseCommandLine } from "../../../lib/cli/options/command_line.ts";
import {
  CA,
  DIR,
  DISCOVER,
  DRY_RUN,
  HEADERS,
  LIMIT_RATE,
  MAX_SIZE,
  NETRC,
  PROXY,
  REMOTE_TIME,
  SOURCES,
  TOKEN_FILE,
  TWICE,
  USER,
} from "../../../lib/cli/options/web_options.ts";
import { VERBOSE_FLAG } from "../../../lib/cli/options/display_options.ts";

const TABLE = {
  ca: CA,
  dir: DIR,
  discover: DISCOVER,
  dryRun: DRY_RUN,
  headers: HEADERS,
  limitRate: LIMIT_RATE,
  maxSize: MAX_SIZE,
  netrc: NETRC,
  proxy: PROXY,
  remoteTime: REMOTE_TIME,
  tokenFile: TOKEN_FILE,
  twice: TWICE,
  user: USER,
  verbose: VERBOSE_FLAG,
};

function parse(...args: string[]) {
  return parseCommandLine(args, TABLE, SOURCES);
}

Deno.test("options for web servers have values of their own types", () => {
  const { options } = parse(
    ..."-d films -Rv --dry-run --no-discover --twice".split(" "),
    ..."--max-size 4G --limit-rate 500k --netrc --token-file t --ca ca.pem --user a:b:c --proxy p:3128"
      .split(" "),
    ...["--header", "A: b: c ", "--header", "X-Empty:"],
  );
  assertEquals(JSON.parse(JSON.stringify(options)), {
    ca: "ca.pem",
    dir: "films",
    discover: false,
    dryRun: true,
    headers: [{ name: "A", value: "b: c" }, { name: "X-Empty", value: "" }],
    limitRate: 500 * 1024,
    maxSize: 4 * 1024 ** 3,
    netrc: true,
    proxy: "http://p:3128/",
    remoteTime: true,
    tokenFile: "t",
    twice: true,
    user: { user: "a", password: "b:c" },
    verbose: true,
  });
});

Deno.test("options for web servers are off when they are not given", () => {
  const { options } = parse();
  assertEquals(JSON.parse(JSON.stringify(options)), {
    discover: true,
    dryRun: false,
    headers: [],
    netrc: false,
    remoteTime: false,
    twice: false,
    verbose: false,
  });
});

Deno.test("SOURCES takes URLs and Metalinks", () => {
  const { operands } = parse(
    "HTTPS://A.example/f.iso?x=1#part",
    "http://[::1]:60000/f",
    "f.meta4",
    "./g.METALINK",
  );
  assertEquals(JSON.parse(JSON.stringify(operands)), [
    { kind: "url", url: "https://a.example/f.iso?x=1" },
    { kind: "url", url: "http://[::1]:60000/f" },
    { kind: "metalink", path: "f.meta4" },
    { kind: "metalink", path: "./g.METALINK" },
  ]);
});

Deno.test("--proxy takes addresses with or without a scheme", () => {
  for (
    const [typed, url] of [
      ["http://p.example:3128", "http://p.example:3128/"],
      ["http://u:p@p.example", "http://u:p@p.example/"],
      ["[::1]:8080", "http://[::1]:8080/"],
    ] as const
  ) {
    assertEquals(parse("--proxy", typed).options.proxy?.href, url);
  }
});

const REFUSED: readonly (readonly [string, string[], string])[] = [
  [
    "a host without a scheme",
    ["a.example/f.iso"],
    "write https://a.example/f.iso for a web server",
  ],
  ["a word that is no source", ["film"], "neither a URL nor a Metalink"],
  ["a scheme that nobody speaks here", ["ftp://a/f"], "only http and https are known"],
  ["a URL with one slash", ["http:/a.example/f"], "write http:// or https:// and a host"],
  ["a URL that is none", ["http://a:99999/f?key"], '"http://a:99999/f": its host or port is'],
  ["a field without a name", ["--header", ": x"], "a name, a colon and a value"],
  ["a field without a colon", ["--header", "Referer"], "a name, a colon and a value"],
  ["a field with a line end", ["--header", "A: b\r\nC: d"], "characters that no header may have"],
  ["a field that frames requests", ["--header", "Range: bytes=0-"], "sets this one itself"],
  ["a user without a password", ["--user", "me"], "a name, a colon and a password"],
  ["a proxy that is none", ["--proxy", "socks5://p:1"], "the address of an HTTP proxy"],
  ["no size at all", ["--max-size", "0"], "it takes bytes, such as 700M or 4G"],
];

for (const [what, typed, message] of REFUSED) {
  Deno.test(`options for web servers refuse ${what}`, () => {
    assertEquals(assertThrows(() => parse(...typed), MultiportError, message).code, "usage");
  });
}

Deno.test("options for web servers repeat no secret in a message", () => {
  for (
    const typed of [
      ["--user", "secret"],
      ["--user", "me:secret\n"],
      ["--header", "secret"],
      ["--header", "Authorization: secret\n2"],
      ["--header", "Host: secret"],
      ["--proxy", "ftp://me:secret@p"],
      ["me:secret@a/f"],
      ["http:/me:secret@a/f"],
      ["http://me:secret@:99999/"],
      ["http://a:99999/f?secret"],
      ["ftp://me:secret@a/f"],
    ]
  ) {
    const { message } = assertThrows(() => parse(...typed), MultiportError);
    assertEquals(message.includes("secret"), false, message);
  }
});
