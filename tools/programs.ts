/** An executable: what it is made of and what it may do. */
export interface Program {
  /** Its file name. */
  name: string;
  /** The module that it runs. */
  entry: string;
  /** A pattern for the modules that it runs in workers. */
  workers: string;
  /** What it may do, no more than it needs: it never asks, and fails where it tries anything else. */
  permissions: string[];
  v8Flags: string[];
}

/** How the terminal wants its text, what options were set to, and where their file is. */
const ENV = "--allow-env=TERM,LANG,LC_ALL,LC_CTYPE,MULTIPORT_*,HOME,XDG_CONFIG_HOME,APPDATA";

/** Proxies, certificates and credentials for servers on the web. */
const NETWORK_ENV = [
  ...["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"],
  ...["no_proxy", "NO_PROXY", "SSL_CERT_FILE", "NETRC"],
].join(",");

/** What `ps` says of this process: which signals it was started to ignore. */
const RUN = "--allow-run=ps";

/**
 * Every worker has a heap of its own, and what the bytes pass through is not in it: keep them small. By
 * itself, V8 lets a heap grow to four times what is in use before it looks for garbage in all of it; clients
 * that come and go without end made 40 MB of it in each worker.
 */
const SMALL_HEAPS = [
  "--max-semi-space-size=1",
  "--initial-heap-size=32",
  "--heap-growing-percent=100",
];

/**
 * Its runs are short, and most of its time is spent in the system: to compile for speed what runs
 * but a few times costs 3 ms of a start, and one full garbage collection 14 ms.
 */
const SHORT_RUNS = ["--no-sparkplug", "--min-semi-space-size=8", "--initial-heap-size=64"];

/** The executables of this project, in the order in which they have to be started. */
export const PROGRAMS: readonly Program[] = [
  {
    name: "mpserver",
    entry: "server.ts",
    workers: "lib/server/*_worker.ts",
    permissions: ["--allow-net", "--allow-read", RUN, ENV],
    v8Flags: SMALL_HEAPS,
  },
  {
    name: "mpclient",
    entry: "client.ts",
    workers: "lib/transfer/*_worker.ts",
    // statfs tells how much room the disk has.
    permissions: [
      "--allow-net",
      "--allow-read",
      "--allow-write",
      "--allow-sys=statfs",
      RUN,
      `${ENV},${NETWORK_ENV}`,
    ],
    v8Flags: SHORT_RUNS,
  },
];
