import { assert, assertEquals, assertRejects } from "@std/assert";
import { randomBytes, temporaryFile } from "./temporary_file.ts";
import { TestServers } from "./test_servers.ts";

// What becomes of ports when their worker fails, or they fail in it.

const CONTENT = randomBytes(1024 * 1024 + 3);

/** Workers that ports share, and more ports than two for each of them. */
const SHARED_WORKERS = Math.max(4, navigator.hardwareConcurrency);
const MANY_PORTS = 2 * SHARED_WORKERS + 1;

/** Starts many ports, in workers of this kind. */
function startMany(path: string, workerPath: string, onWorker = () => {}): Promise<TestServers> {
  const ports = new Array<number>(MANY_PORTS).fill(0);
  return start({ files: [path], ports }, workerPath, onWorker);
}

function start(
  options: Parameters<typeof TestServers.start>[0],
  workerPath: string,
  onWorker = () => {},
): Promise<TestServers> {
  return TestServers.start(options, {
    port: () => {
      onWorker();
      return moduleWorker(workerPath);
    },
    manifest: () => moduleWorker("../../lib/server/manifest_worker.ts"),
  });
}

function moduleWorker(path: string): Worker {
  return new Worker(new URL(path, import.meta.url), { type: "module" });
}

Deno.test("Servers notices a worker that breaks down, and the others go on", async () => {
  await using file = await temporaryFile(CONTENT);
  await using servers = await start({ files: [file.path] }, "./breaking_port_worker.ts");
  servers.serving.pause(1);
  await servers.toldState(1, "terminated");
  const notice = await servers.told(({ type }) => type === "notice");
  assert(notice.type === "notice" && /^Server1 broke down.*out of luck/.test(notice.message));
  const [first, second] = servers.serving.status();
  assertEquals([first?.state, first?.alive, second?.state], ["terminated", false, "listening"]);
  const response = await fetch(servers.url(2, "/"));
  assertEquals((await response.arrayBuffer()).byteLength, CONTENT.length);
  await assertRejects(() => servers.connect(1), Deno.errors.ConnectionRefused);
});

Deno.test("Servers of many ports shares workers, and each port ends by itself", async () => {
  await using file = await temporaryFile(CONTENT);
  let workers = 0;
  const onWorker = () => workers += 1;
  const worker = "../../lib/server/port_worker.ts";
  await using servers = await startMany(file.path, worker, onWorker);
  assertEquals(workers, SHARED_WORKERS);
  using client = await servers.connect(1);
  await client.ask("/.multiport/info");
  await client.answer();
  servers.serving.pause(1);
  servers.serving.terminate(1);
  // The port is closed before its connections are.
  await client.rest();
  await assertRejects(() => servers.connect(1), Deno.errors.ConnectionRefused);
  const response = await fetch(servers.url(1 + SHARED_WORKERS, "/"));
  assertEquals((await response.arrayBuffer()).byteLength, CONTENT.length);
});

Deno.test("Servers loses the ports that share a worker with it, and no others", async () => {
  await using file = await temporaryFile(CONTENT);
  await using servers = await startMany(file.path, "./breaking_port_worker.ts");
  servers.serving.pause(1);
  await servers.toldState(1, "terminated");
  await servers.toldState(1 + SHARED_WORKERS, "terminated");
  const sharing = ({ index }: { index: number }) => index % SHARED_WORKERS === 1;
  let status = servers.serving.status();
  while (status.some((server) => !server.alive && !sharing(server))) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    status = servers.serving.status();
  }
  assertEquals(status.filter(({ alive }) => !alive), status.filter(sharing));
});

Deno.test("Servers gives up a port that does not end, and keeps those in the same worker", async () => {
  await using file = await temporaryFile(CONTENT);
  await using servers = await startMany(file.path, "./slow_port_worker.ts");
  servers.serving.pause(1);
  servers.serving.terminate(1);
  const notice = await servers.told(({ type }) => type === "notice");
  assert(notice.type === "notice" && /^Server1 .*did not end in time/.test(notice.message));
  const sharing = 1 + SHARED_WORKERS;
  assertEquals(servers.serving.status()[sharing - 1]?.state, "listening");
  const response = await fetch(servers.url(sharing, "/"));
  assertEquals((await response.arrayBuffer()).byteLength, CONTENT.length);
});

Deno.test("Servers gives up a worker that hangs, with all ports in it and no others", async () => {
  await using file = await temporaryFile(CONTENT);
  await using servers = await startMany(file.path, "./hanging_port_worker.ts");
  servers.serving.pause(1);
  servers.serving.terminate(1);
  await servers.toldState(1, "terminated");
  await servers.toldState(1 + SHARED_WORKERS, "terminated");
  assertEquals(servers.serving.status()[1]?.state, "listening");
  const response = await fetch(servers.url(2, "/"));
  assertEquals((await response.arrayBuffer()).byteLength, CONTENT.length);
});
