import { CLIENT_OPTIONS } from "../options/client_options.ts";
import { CONFIG_FILE, type Manual, PRECEDENCE, SHARED_VARIABLES } from "./manual.ts";

/** What there is to say about `mpclient`. */
export const CLIENT_MANUAL: Manual = {
  name: "mpclient",
  summary: "fetch one file from many servers at once, verified",
  usage: [
    "mpclient -p PORT… [OPTION…]",
    "mpclient URL… [OPTION…]",
    "mpclient completions bash|zsh|fish|powershell",
  ],
  options: CLIENT_OPTIONS,
  examples: [
    {
      does: "from four ports of this machine",
      line: "mpclient -i 1 -o oned_copy.mp4 -n 4 -a 127.0.0.1 -p 60000 60002 60003 60004",
    },
    {
      does: "from three machines, under the file's own name",
      line: "mpclient -p a.example:7000 b.example:7000 c.example:7000",
    },
    {
      does: "from mirrors of one file on the web",
      line: "mpclient https://a.example/f.iso https://b.example/f.iso",
    },
    { does: "from 64 ports of another machine", line: "mpclient -a 10.0.0.5 -p 60000-60063" },
    { does: "unpacked as it comes", line: "mpclient -o - -p 60000 60002 | tar xz" },
    { does: "for a script", line: "mpclient --json -o film.mp4 -p 60000,60002 | jq .type" },
  ],
  environment: [
    ...SHARED_VARIABLES,
    {
      names: "HTTP_PROXY, HTTPS_PROXY, ALL_PROXY, NO_PROXY",
      help: "proxies, and what is reached without one; in small letters, too",
    },
    { names: "SSL_CERT_FILE", help: "certificates in place of the system's" },
    { names: "NETRC", help: "the file that --netrc reads, in place of ~/.netrc" },
  ],
  files: [
    CONFIG_FILE,
    { path: "OUTPUT.part", help: "what has arrived of a download, until it is complete" },
    { path: "OUTPUT.part.checkpoint", help: "its checkpoint: which pieces of it are verified" },
    { path: "~/.netrc", help: "names and passwords for servers, where --netrc asks for it" },
  ],
  configExample: [
    "[client]",
    'dir = "~/Downloads"',
    "stall-timeout = 30",
    "remote-time = true",
    'ca = "~/.config/multiport/company.pem"',
  ],
  notes: [
    "Values of a list are separated by spaces or commas. Of an option that takes one value and is " +
    "given twice, the last one counts.",
    PRECEDENCE,
    "Progress goes to standard output, errors to standard error; with -o - both go to standard " +
    "error. An interrupted download keeps what it has: the same command goes on from there.",
    "Exit codes: 0 done, 2 wrong usage, 3 servers unreachable or lost, 4 a file problem, 5 wrong " +
    "content, 129 the terminal was closed, 130 interrupted, 143 terminated, 1 anything else.",
  ],
};
