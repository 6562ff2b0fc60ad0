import { CONFIG_FILE, type Manual, PRECEDENCE, SHARED_VARIABLES } from "./manual.ts";
import { SERVER_OPTIONS } from "../options/server_options.ts";

/** What there is to say about `mpserver`. */
export const SERVER_MANUAL: Manual = {
  name: "mpserver",
  summary: "serve copies of one file on many ports, for mpclient and every other HTTP client",
  usage: ["mpserver -f PATH -p PORT… [OPTION…]", "mpserver completions bash|zsh|fish|powershell"],
  options: SERVER_OPTIONS,
  examples: [
    {
      does: "one file on four ports, for this machine",
      line: "mpserver -i 1 -f oned.mp4 -n 4 -a 127.0.0.1 -p 60000 60002 60003 60004",
    },
    { does: "for a network", line: "mpserver -f film.mp4 -p 7000 -a 10.0.0.0/8" },
    {
      does: "in the background, no faster than 10 MiB/s a port",
      line: "mpserver -f film.mp4 -p 60000-60063 --limit-rate 10M -q < /dev/null &",
    },
  ],
  environment: SHARED_VARIABLES,
  files: [CONFIG_FILE],
  configExample: [
    "[server]",
    'file = ["/srv/multiport/film.mp4"]',
    'ports = ["60000-60003"]',
    'allow = ["10.0.0.0/8", "fd00::/8"]',
    'token-file = "~/.config/multiport/token"',
  ],
  notes: [
    "Console, while it runs: 1 pauses Server1, r1 resumes it, e1 terminates it once it is paused, " +
    "s shows the status, h helps, q quits; several at once: 1 2, r1 r2. To run it in the " +
    "background, redirect its input.",
    "Values of a list are separated by spaces or commas. Of an option that takes one value and is " +
    "given twice, the last one counts.",
    PRECEDENCE,
    "Status and messages go to standard output, errors to standard error.",
    "Exit codes: 0 done or ended by SIGTERM, 2 wrong usage, 4 a file problem, 129 the terminal was " +
    "closed, 130 interrupted, 1 anything else.",
  ],
};
