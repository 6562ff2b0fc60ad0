import type { BufferClass } from "../http/buffer_pool.ts";
import {
  EVENTS_HEARTBEAT_MS,
  FAREWELL_TIMEOUT_MS,
  HEAD_TIMEOUT_MS,
  IDLE_TIMEOUT_MS,
  LAST_REQUESTS_MS,
  LINGER_TIMEOUT_MS,
  MAX_CONNECTIONS_PER_PORT,
  SEND_STALL_TIMEOUT_MS,
  SLOWEST_CLIENT_BYTES_PER_SEC,
  SWEEP_INTERVAL_MS,
} from "../http/limits.ts";

/** How patient one port is; see `lib/http/limits.ts` for what each bound is there for. */
export interface PortLimits {
  readonly connections: number;
  readonly headMs: number;
  readonly idleMs: number;
  readonly stallMs: number;
  readonly slowestBytesPerSec: number;
  readonly lingerMs: number;
  readonly lastRequestsMs: number;
  readonly farewellMs: number;
  readonly sweepMs: number;
  readonly heartbeatMs: number;
}

export const PORT_LIMITS: PortLimits = {
  connections: MAX_CONNECTIONS_PER_PORT,
  headMs: HEAD_TIMEOUT_MS,
  idleMs: IDLE_TIMEOUT_MS,
  stallMs: SEND_STALL_TIMEOUT_MS,
  slowestBytesPerSec: SLOWEST_CLIENT_BYTES_PER_SEC,
  lingerMs: LINGER_TIMEOUT_MS,
  lastRequestsMs: LAST_REQUESTS_MS,
  farewellMs: FAREWELL_TIMEOUT_MS,
  sweepMs: SWEEP_INTERVAL_MS,
  heartbeatMs: EVENTS_HEARTBEAT_MS,
};

const KIB = 1024;

/**
 * The buffers of one worker. Longer ones are not faster, and short ones cost up to twice the time, so
 * a few connections get long ones and hundreds still get something: with as many lent as a port has
 * connections (256) they take 24 MiB.
 */
export const PORT_BUFFERS: readonly BufferClass[] = [
  { bytes: 512 * KIB, most: 8 },
  { bytes: 256 * KIB, most: 16 },
  { bytes: 64 * KIB, most: Infinity },
];
