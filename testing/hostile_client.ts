import type { Random } from "./simulation/random.ts";

/** Where the hostile client finds its victim. */
export interface Target {
  readonly hostname: string;
  readonly port: number;
  /** The file's path. */
  readonly path: string;
}

/** One connection's worth of harm. Ends when it is done, or rejects when the server has had enough. */
type Behaviour = (connection: HostileConnection, random: Random) => Promise<void>;

/** What a hostile client may do, by name. */
export const BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  "asks for nothing": (connection) => connection.hold(),
  "follows the state without reading": async (connection) => {
    await connection.ask("/.multiport/events");
    await connection.hold();
  },
  "follows the state and floods": async (connection) => {
    await connection.ask("/.multiport/events");
    await connection.flood(new Uint8Array(65_536), Infinity);
  },
  "asks for the file and takes nothing": async (connection) => {
    await connection.ask(connection.target.path);
    await connection.hold();
  },
  "takes the file a few bytes at a time": async (connection, random) => {
    await connection.ask(connection.target.path);
    while (await connection.take(random.integer(1, 1024))) await delay(10);
  },
  "ends its side and takes nothing": async (connection) => {
    await connection.ask(connection.target.path);
    await connection.conn.closeWrite();
    await connection.hold();
  },
  "asks for much more and leaves": async (connection) => {
    await connection.ask(connection.target.path);
    await connection.flood(new Uint8Array(9_000), 9_000);
  },
  "leaves in the middle": async (connection, random) => {
    await connection.ask(connection.target.path);
    await connection.take(random.integer(1, 65_536));
  },
  "asks for single bytes": async (connection, random) => {
    for (let times = random.integer(1, 2_000); times > 0; times--) {
      const at = random.integer(0, 1_000_000);
      await connection.ask(connection.target.path, `Range: bytes=${at}-${at}`);
      if (!await connection.take(65_536)) return;
    }
  },
  "comes for a single byte": async (connection) => {
    await connection.ask(connection.target.path, "Range: bytes=0-0");
    await connection.take(65_536);
  },
  "asks without end and takes nothing": async (connection) => {
    const request = connection.request("/.multiport/info");
    await connection.flood(new TextEncoder().encode(request.repeat(100)), Infinity);
  },
  "comes by another name": async (connection) => {
    await connection.write(`GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n`);
    await connection.take(65_536);
  },
  "sends its head by and by": async (connection) => {
    for (const letter of connection.request(connection.target.path)) {
      await connection.write(letter);
      await delay(50);
    }
  },
  "sends a head without end": (connection) =>
    connection.flood(
      new TextEncoder().encode("GET / HTTP/1.1\r\nX: " + "y".repeat(60_000)),
      Infinity,
    ),
  "sends noise": async (connection, random) => {
    await connection.flood(Uint8Array.from({ length: 5_000 }, () => random.integer(0, 255)), 5_000);
    await connection.take(65_536);
  },
};

/** Draws a few behaviours. */
export function randomBehaviours(random: Random): [string, ...string[]] {
  const names = Object.keys(BEHAVIOURS) as [string, ...string[]];
  const others = Array.from({ length: random.integer(0, 3) }, () => random.pick(names));
  return [random.pick(names), ...others];
}

/** How one server is attacked. */
export interface AttackOptions {
  readonly target: Target;
  /** Names of {@linkcode BEHAVIOURS}; each connection has one of them. */
  readonly behaviours: readonly [string, ...string[]];
  /** At a time. */
  readonly connections: number;
  readonly random: Random;
  /** Told the name of each behaviour that begins, once it has a connection. */
  readonly onDeed: (name: string) => void;
}

/**
 * Does a server whatever harm a client can: many connections at a time, each with a behaviour of its own,
 * and a new one for every one that ends. Goes on as long as its process does.
 */
export function attack(options: AttackOptions): void {
  for (let count = 0; count < options.connections; count++) act(options);
}

async function act({ target, behaviours, random, onDeed }: AttackOptions): Promise<never> {
  for (;;) {
    const name = random.pick(behaviours);
    try {
      using connection = await HostileConnection.open(target);
      onDeed(name);
      await BEHAVIOURS[name]?.(connection, random);
    } catch {
      // The server has had enough of it. It comes again.
    }
    await delay(random.integer(0, 5));
  }
}

class HostileConnection implements Disposable {
  readonly target: Target;
  readonly conn: Deno.TcpConn;

  private constructor(target: Target, conn: Deno.TcpConn) {
    this.target = target;
    this.conn = conn;
  }

  static async open(target: Target): Promise<HostileConnection> {
    const { hostname, port } = target;
    return new HostileConnection(target, await Deno.connect({ hostname, port }));
  }

  request(path: string, ...fields: string[]): string {
    return [`GET ${path} HTTP/1.1`, `Host: ${this.target.hostname}`, ...fields, "", ""].join(
      "\r\n",
    );
  }

  ask(path: string, ...fields: string[]): Promise<void> {
    return this.write(this.request(path, ...fields));
  }

  async write(text: string): Promise<void> {
    await this.conn.write(new TextEncoder().encode(text));
  }

  /** Sends the same bytes again and again. */
  async flood(bytes: Uint8Array, most: number): Promise<void> {
    for (let sent = 0; sent < most;) sent += await this.conn.write(bytes);
  }

  /** Reads once; false at the end. */
  async take(most: number): Promise<boolean> {
    return await this.conn.read(new Uint8Array(most)) !== null;
  }

  /** Stays, without a look at what the server does. */
  hold(): Promise<never> {
    return new Promise(() => {});
  }

  [Symbol.dispose](): void {
    this.conn.close();
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
