const AGENT = "use --header 'User-Agent: …'";
const CERTIFICATES = "name whom you trust with --ca FILE";
const CONTINUES = "an interrupted download goes on anyway";
const COOKIE = "use --header 'Cookie: …'";
const FOLDER = "use -d, --dir";
const LIMIT = "use --limit-rate";
const MANY = "all servers are used at once anyway";
const OUTPUT = "use -o, --output";
const PATIENCE = "use --wait for servers to come up, --stall-timeout for silent ones";
const PROXY = "use --proxy";
const QUIET = "use -q, --quiet";
const REFERER = "use --header 'Referer: …'";
const REMOTE_NAME = "the file keeps its own name unless -o gives it another";
const REMOTE_TIME = "use -R, --remote-time; what has changed is noticed anyway";
const RETRIES = "lost servers are tried again anyway";
const SHOWS_ERRORS = "errors are shown anyway";
const USER = "use --user USER:PASSWORD";
const WHAT_IS_THERE = "use --dry-run to see what is there";

/**
 * Options of curl, aria2 and wget that people type without thinking, and what takes their place in
 * `mpclient`. Where a letter means different things to those programs, it says what each becomes.
 */
export const FAMILIAR_OPTIONS: ReadonlyMap<string, string> = new Map(Object.entries({
  "-4": "all addresses of a name are tried anyway",
  "-6": "all addresses of a name are tried anyway",
  "-A": AGENT,
  "-C": CONTINUES,
  "-H": "use --header 'NAME: VALUE'",
  "-I": WHAT_IS_THERE,
  "-J": REMOTE_NAME,
  "-L": "redirects are followed anyway",
  "-M": "name the Metalink without an option",
  "-N": REMOTE_TIME,
  "-O": REMOTE_NAME,
  "-P": FOLDER,
  "-S": SHOWS_ERRORS,
  "-T": PATIENCE,
  "-U": AGENT,
  "-Z": MANY,
  "-b": COOKIE,
  "-e": REFERER,
  "-j": MANY,
  "-k": `${CERTIFICATES}; how a file is divided needs no option`,
  "-m": "put timeout SECONDS before mpclient",
  "-r": "a file is always fetched whole",
  "-s": `${QUIET} for silence; ${MANY}`,
  "-t": RETRIES,
  "-u": USER,
  "-x": `${PROXY} for a proxy; ${MANY}`,
  "--all-proxy": PROXY,
  "--allow-overwrite": "use -f, --force",
  "--ca-certificate": "use --ca FILE",
  "--cacert": "use --ca FILE",
  "--check-certificate": CERTIFICATES,
  "--compressed": "files are fetched as they are",
  "--connect-timeout": PATIENCE,
  "--content-disposition": REMOTE_NAME,
  "--continue-at": CONTINUES,
  "--cookie": COOKIE,
  "--directory-prefix": FOLDER,
  "--fail": "an error status is an error anyway",
  "--head": WHAT_IS_THERE,
  "--http-passwd": USER,
  "--http-user": USER,
  "--insecure": CERTIFICATES,
  "--location": "redirects are followed anyway",
  "--max-connection-per-server": MANY,
  "--max-download-limit": LIMIT,
  "--max-overall-download-limit": LIMIT,
  "--max-time": "put timeout SECONDS before mpclient",
  "--max-tries": RETRIES,
  "--metalink-file": "name the Metalink without an option",
  "--min-split-size": "how a file is divided needs no option",
  "--no-check-certificate": CERTIFICATES,
  "--no-clobber": "a file that is there is never replaced without --force",
  "--noproxy": "set NO_PROXY in the environment",
  "--no-proxy": "set NO_PROXY in the environment",
  "--out": OUTPUT,
  "--output-dir": FOLDER,
  "--output-document": OUTPUT,
  "--parallel": MANY,
  "--password": USER,
  "--progress-bar": "progress is shown anyway",
  "--range": "a file is always fetched whole",
  "--referer": REFERER,
  "--remote-header-name": REMOTE_NAME,
  "--remote-name": REMOTE_NAME,
  "--retry": RETRIES,
  "--retry-all-errors": RETRIES,
  "--retry-delay": RETRIES,
  "--show-error": SHOWS_ERRORS,
  "--silent": QUIET,
  "--spider": WHAT_IS_THERE,
  "--split": MANY,
  "--timeout": PATIENCE,
  "--timestamping": REMOTE_TIME,
  "--tries": RETRIES,
  "--user-agent": AGENT,
  "--waitretry": RETRIES,
}));
