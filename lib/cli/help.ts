/** What `mpserver --help` prints. */
export const SERVER_HELP =
  `mpserver: serve copies of one file on many ports, for mpclient and every other HTTP client

usage: mpserver -f PATH -p PORT…
       mpserver -i 1 -f oned.mp4 -n 4 -a 127.0.0.1 -p 60000 60002 60003 60004

  -f, --file PATH…       the file to serve: one for all ports, or one per port
  -p, --ports PORT…      one port per server; 0 lets the system choose
  -n, --servers N        how many servers; must agree with -p
  -a, --allow ADDR…      who may connect: IP addresses, blocks such as 10.0.0.0/8, or any
      --address ADDR…    the same; default: this machine only
      --bind ADDR        the address to listen on; default: loopback when -a is, else all,
                         IPv6 and IPv4
  -i, --interval SECONDS how often the status is shown; 0: never; default 1
      --limit-rate RATE  bytes per second each server may send: 500k, 10M (1k is 1024)
      --once             end after one complete transfer to one client
      --json             one JSON object per line on standard output, nothing else
      --quiet            show errors only
      --no-color         no colours; NO_COLOR in the environment does the same
  -h, --help             show this help
  -V, --version          show the version

Console, while it runs: 1 pauses Server1, r1 resumes it, e1 terminates it once it is paused,
s shows the status, h helps, q quits; several at once: 1 2, r1 r2. To run it in the
background, redirect its input: mpserver … < /dev/null &

Values are separated by spaces or commas. Status and messages go to standard output, errors to
standard error. Exit codes: 0 done, 2 wrong usage, 3 servers unreachable or lost, 4 a file
problem, 5 wrong content, 130 interrupted, 1 anything else.
`;

/** What `mpclient --help` prints. */
export const CLIENT_HELP = `mpclient: fetch one file from many servers at once, verified

usage: mpclient -p PORT…
       mpclient -i 1 -o oned_copy.mp4 -n 4 -a 127.0.0.1 -p 60000 60002 60003 60004

  -o, --output PATH      where the file goes; default: its own name, in this folder
  -p, --ports PORT…      one port per server, or HOST:PORT, or [IPV6]:PORT
  -a, --address ADDR…    the servers' address: one for all, or one per port; default 127.0.0.1
  -n, --servers N        how many servers; must agree with -p
  -i, --interval SECONDS how often progress is shown; 0: never; default 1, in a terminal 0.2
      --wait SECONDS     how long to wait for servers to come up; default 60
      --stall-timeout SECONDS
                         a server that is silent for this long, and not paused, has failed;
                         default 10
      --balance HOW      adaptive: fast servers take over from slow ones (default);
                         equal: every server delivers its own part
      --checksum sha-256=HEX
                         what the whole file must hash to
      --force            replace an existing output file
      --no-resume        start over instead of going on where an earlier run ended
      --no-verify        do not compare pieces with the digests that servers publish
      --json             one JSON object per line on standard output, nothing else
      --quiet            show errors only
      --no-color         no colours; NO_COLOR in the environment does the same
  -h, --help             show this help
  -V, --version          show the version

Values are separated by spaces or commas. Progress goes to standard output, errors to standard
error. An interrupted download keeps what it has: the same command goes on from there.
Exit codes: 0 done, 2 wrong usage, 3 servers unreachable or lost, 4 a file problem, 5 wrong
content, 130 interrupted, 1 anything else.
`;
