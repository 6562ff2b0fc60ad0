import { CLIENT_OPTIONS } from "./client_options.ts";
import type { Manual } from "./manual.ts";

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
  notes: [
    "Values of a list are separated by spaces or commas. Of an option that takes one value and is " +
    "given twice, the last one counts.",
    "Progress goes to standard output, errors to standard error; with -o - both go to standard " +
    "error. An interrupted download keeps what it has: the same command goes on from there.",
    "Exit codes: 0 done, 2 wrong usage, 3 servers unreachable or lost, 4 a file problem, 5 wrong " +
    "content, 129 the terminal was closed, 130 interrupted, 143 terminated, 1 anything else.",
  ],
};
