import { findProgram } from "../../testing/command.ts";

/** A program by others that Multiport has to get along with. */
export interface Peer {
  /** As people call it. */
  readonly name: string;
  readonly program: string;
  /** What installs it: a Debian package, or one of the npm registry with its version. */
  readonly package: { readonly debian: string } | { readonly npm: string };
  /** Makes it say its version. */
  readonly versionArgs: readonly string[];
}

const VERSION = ["--version"];

/** Programs that download from `mpserver`. */
export const CLIENTS = {
  curl: peer("curl", "curl", { debian: "curl" }),
  wget: peer("Wget", "wget", { debian: "wget" }),
  wget2: peer("Wget2", "wget2", { debian: "wget2" }),
  aria2: peer("aria2", "aria2c", { debian: "aria2" }),
  axel: peer("Axel", "axel", { debian: "axel" }),
  lftp: peer("LFTP", "lftp", { debian: "lftp" }),
  rclone: peer("Rclone", "rclone", { debian: "rclone" }),
  chromium: peer("Chromium", "chromium", { debian: "chromium" }),
} as const satisfies Readonly<Record<string, Peer>>;

/** Programs that `mpclient` downloads from. */
export const SERVERS = {
  nginx: peer("nginx", "nginx", { debian: "nginx-light" }, ["-v"]),
  apache: peer("Apache", "apache2", { debian: "apache2" }, ["-v"]),
  caddy: peer("Caddy", "caddy", { debian: "caddy" }, ["version"]),
  lighttpd: peer("lighttpd", "lighttpd", { debian: "lighttpd" }, ["-v"]),
  python: peer("python3 -m http.server", "python3", { debian: "python3" }),
  s3rver: peer("S3rver", "s3rver", { npm: "s3rver@3.7.1" }),
} as const satisfies Readonly<Record<string, Peer>>;

/** Programs that stand between. */
export const PROXIES = {
  squid: peer("Squid", "squid", { debian: "squid" }),
  tinyproxy: peer("Tinyproxy", "tinyproxy", { debian: "tinyproxy" }, ["-v"]),
} as const satisfies Readonly<Record<string, Peer>>;

/** What makes certificates for the servers. */
export const OPENSSL: Peer = peer("OpenSSL", "openssl", { debian: "openssl" }, ["version"]);

/** Every peer there is. */
export const PEERS: readonly Peer[] = [
  ...Object.values(CLIENTS),
  ...Object.values(SERVERS),
  ...Object.values(PROXIES),
  OPENSSL,
];

function peer(
  name: string,
  program: string,
  from: Peer["package"],
  versionArgs: readonly string[] = VERSION,
): Peer {
  return { name, program, package: from, versionArgs };
}

/** Whether a peer is installed here. */
export function isHere({ program }: Peer): boolean {
  return findProgram(program) !== undefined;
}

/**
 * A test that needs peers. Where one of them is missing it is left out, and its name says why.
 *
 * @param peers All that it needs.
 */
export function testWith(peers: readonly Peer[], name: string, fn: () => Promise<void>): void {
  const missing = peers.filter((peer) => !isHere(peer)).map(({ program }) => program);
  const ignore = missing.length > 0;
  Deno.test({
    name: ignore ? `${name} (left out: ${missing.join(", ")} is not installed)` : name,
    ignore,
    fn,
  });
}

/** The version of an installed peer, as it says itself: `2.17.11`. */
export async function versionOf({ program, versionArgs }: Peer): Promise<string> {
  const path = findProgram(program) ?? program;
  const { stdout, stderr } = await new Deno.Command(path, { args: [...versionArgs] }).output();
  const decoder = new TextDecoder();
  // Shell wrappers complain before they start the program; what it says itself is on standard output.
  const said = [decoder.decode(stdout), decoder.decode(stderr)].join("\n");
  return /\d+(\.\d+)+/.exec(said)?.[0] ?? "unknown";
}
