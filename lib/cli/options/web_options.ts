import { parseHost } from "../../addresses.ts";
import { fieldFault } from "../../header_field.ts";
import type { Operands } from "./command_line.ts";
import { flag, type OptionName, value, values } from "./option.ts";
import { parsePath, parseRate, parseSize, quoted, wrongValue } from "./option_values.ts";
import { MultiportError } from "../../multiport_error.ts";
import { parseProxy } from "../../proxy_address.ts";

/** Where copies of one file are: an address, or a Metalink on this machine that lists some. */
export type SourceOperand =
  | { readonly kind: "url"; readonly url: URL }
  | { readonly kind: "metalink"; readonly path: string };

/** A header field that is sent with every request. */
export interface HeaderField {
  readonly name: string;
  readonly value: string;
}

/** A name and its password. */
export interface UserPassword {
  readonly user: string;
  readonly password: string;
}

const SCHEME = /^[a-z][a-z0-9+.-]*:\/\//i;
const METALINK = /\.(meta4|metalink)$/i;
/** `URL…`: addresses of copies of one file, and Metalinks that list such addresses. */
export const SOURCES: Operands<SourceOperand> = {
  placeholder: "URL…",
  help: "copies of one file on web servers; a Metalink stands for all that it lists",
  recognizes: (word) => SCHEME.test(word) || METALINK.test(word),
  parse: parseSource,
};

/** `--dir`: where a file goes that keeps its own name. */
export const DIR = value({
  name: "dir",
  short: "d",
  placeholder: "DIR",
  section: "Output",
  help: "the folder for the output, made if it is missing",
  completes: "folder",
}, parsePath);

/** `--remote-time`. */
export const REMOTE_TIME = flag({
  name: "remote-time",
  short: "R",
  section: "Output",
  help: "give the file the time that the sources say",
});

/** `--dry-run`. */
export const DRY_RUN = flag({
  name: "dry-run",
  section: "Output",
  help: "say what would be fetched, and what each source offers; fetch nothing",
  perRun: true,
});

/** `--no-discover`. */
export const DISCOVER = flag({
  name: "no-discover",
  section: "Sources",
  help: "use only the sources that are named, not those that they know of",
}, false);

/** `--twice`. */
export const TWICE = flag({
  name: "twice",
  section: "Verification",
  help: "fetch every byte from two sources and compare: for mirrors without digests",
});

/** `--max-size`. */
export const MAX_SIZE = value({
  name: "max-size",
  placeholder: "SIZE",
  section: "Transfer",
  help: "refuse files with more bytes than this: 700M, 4G; default: none is too large",
}, parseSize);

/** `--limit-rate`. */
export const LIMIT_RATE = value(
  {
    name: "limit-rate",
    placeholder: "RATE",
    section: "Transfer",
    help: "bytes per second of the whole download: 500k, 10M (1k is 1024); 0: no limit",
  },
  (text, option) => parseRate(text, option) || undefined,
);

/** `--header`, once for each field. */
export const HEADERS = values({
  name: "header",
  placeholder: "'NAME: VALUE'",
  section: "Network",
  help: "a field to send to the servers named on the command line; may be repeated",
  perRun: true,
}, parseHeader);

/** `--user`. */
export const USER = value({
  name: "user",
  placeholder: "USER:PASSWORD",
  section: "Network",
  help: "credentials for the servers named on the command line",
  perRun: true,
}, parseUser);

/** `--netrc`. */
export const NETRC = flag({
  name: "netrc",
  section: "Network",
  help: "take credentials from ~/.netrc",
});

/** `--token-file`. */
export const TOKEN_FILE = value({
  name: "token-file",
  placeholder: "FILE",
  section: "Network",
  help: "a file with the token to send; MULTIPORT_TOKEN in the environment does the same",
  completes: "file",
}, parsePath);

/** `--ca`. */
export const CA = value({
  name: "ca",
  placeholder: "FILE",
  section: "Network",
  help: "certificates (PEM) of those who are trusted besides the usual authorities",
  completes: "file",
}, parsePath);

/** `--proxy`. */
export const PROXY = value({
  name: "proxy",
  placeholder: "URL",
  section: "Network",
  help: "go through this HTTP proxy; default: what HTTP_PROXY and its like say",
}, readProxy);

function parseSource(word: string): SourceOperand {
  if (!SCHEME.test(word)) {
    if (METALINK.test(word)) return { kind: "metalink", path: word };
    throw new MultiportError("usage", `Cannot fetch ${quoted(word)}: ${whatIsMissing(word)}`);
  }
  if (!URL.canParse(word)) {
    // The query may grant access.
    const shown = quoted(word.replace(/[?#].*/s, ""));
    throw new MultiportError("usage", `Cannot fetch ${shown}: its host or port is malformed`);
  }
  const url = new URL(word);
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new MultiportError(
      "usage",
      `Cannot fetch ${url.protocol}//…: only http and https are known`,
    );
  }
  // What follows # is for whoever shows a page (RFC 9110, section 4.2.5).
  url.hash = "";
  return { kind: "url", url };
}

function whatIsMissing(word: string): string {
  if (/^https?:/i.test(word)) return "write http:// or https:// and a host";
  const isHost = parseHost(word.split(/[:/]/)[0] ?? "") !== undefined && word.includes("/");
  return isHost
    ? `write https://${word.includes("@") ? "…" : word} for a web server`
    : "it is neither a URL nor a Metalink (.meta4)";
}

/** Reads `NAME: VALUE`; the value is a secret more often than not, and is in no message. */
function parseHeader(text: string, option: OptionName): HeaderField {
  const colon = text.indexOf(":");
  const name = text.slice(0, Math.max(colon, 0)).trim();
  const fieldValue = text.slice(colon + 1).trim();
  switch (fieldFault(name, fieldValue)) {
    case "name":
      throw wrongValue(option, "…", "it takes a name, a colon and a value: 'Referer: https://…'");
    case "own":
      throw wrongValue(option, `${name}: …`, "mpclient sets this one itself");
    case "value":
      throw wrongValue(option, `${name}: …`, "its value has characters that no header may have");
    case undefined:
      return { name, value: fieldValue };
  }
}

/** Reads `USER:PASSWORD`, which no message repeats. */
function parseUser(text: string, option: OptionName): UserPassword {
  const colon = text.indexOf(":");
  if (colon < 0) throw wrongValue(option, "…", "it takes a name, a colon and a password");
  const hasControls = /\p{Cc}/u.test(text);
  if (hasControls) throw wrongValue(option, "…", "no name or password has control characters");
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

function readProxy(text: string, option: OptionName): URL {
  const url = parseProxy(text);
  if (url) return url;
  throw wrongValue(option, "…", "it takes the address of an HTTP proxy: http://HOST:PORT");
}
