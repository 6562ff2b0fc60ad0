import { assertEquals } from "@std/assert";
import { endpointOf } from "../../../lib/http/client/endpoint.ts";
import {
  closeTrace,
  ConnectionTrace,
  type Exchange,
  openTrace,
  relayTrace,
  tellExchange,
} from "../../../lib/http/client/exchange.ts";
import { readResponseHead, type ResponseHead } from "../../../lib/http/client/response_head.ts";

function head(...lines: string[]): ResponseHead {
  const bytes = new TextEncoder().encode([...lines, "", ""].join("\r\n"));
  return readResponseHead(bytes) as ResponseHead;
}

Deno.test("ConnectionTrace tells what is asked and answered, and nothing that grants access", () => {
  const told: Exchange[] = [];
  const id = openTrace((exchange) => told.push(exchange));
  const endpoint = endpointOf(new URL("https://me:secret@a.example/"));
  const trace = new ConnectionTrace(endpoint, { id, server: 2 });
  trace.request("GET", "/f?signature=secret", { Authorization: "secret", Range: "bytes=0-9" });
  trace.request("GET", "/g", { Cookie: "secret" });
  trace.response(head("HTTP/1.1 206 OK", "Content-Length: 10", "Content-Range: bytes 0-9/90"));
  trace.response(
    head("HTTP/1.1 302 OK", "Location: //me:secret@b.example/g?key=secret", "Set-Cookie: secret"),
  );
  closeTrace(id);
  trace.request("GET", "/later", {});
  const [f, g] = ["https://a.example/f?…", "https://a.example/g"] as const;
  assertEquals(told, [
    { type: "request", server: 2, method: "GET", url: f, range: "bytes=0-9" },
    { type: "request", server: 2, method: "GET", url: g },
    { type: "response", server: 2, url: f, status: 206, range: "bytes 0-9/90", length: 10 },
    { type: "response", server: 2, url: g, status: 302, location: "https://b.example/g?…" },
  ]);
});

Deno.test("ConnectionTrace repeats no range that makes no sense", () => {
  const told: Exchange[] = [];
  const id = openTrace((exchange) => told.push(exchange));
  const trace = new ConnectionTrace(endpointOf(new URL("http://a.example/")), { id });
  trace.request("GET", "/f", {});
  trace.response(head("HTTP/1.1 206 OK", "Content-Range: bytes of nonsense", "Location: http://"));
  closeTrace(id);
  assertEquals(told.slice(1), [{ type: "response", url: "http://a.example/f", status: 206 }]);
});

Deno.test("relayTrace() passes on what another thread wants to know, and leaves alone what this one does", () => {
  const [own, relayed]: [Exchange[], Exchange[]] = [[], []];
  const id = openTrace((exchange) => own.push(exchange));
  const elsewhere = { id: id + 1_000_000 };
  for (const trace of [{ id }, elsewhere]) relayTrace(trace, (exchange) => relayed.push(exchange));
  const exchange: Exchange = { type: "request", method: "GET", url: "http://a.example/f" };
  for (const trace of [{ id }, elsewhere]) tellExchange(trace.id, exchange);
  assertEquals([own, relayed], [[exchange], [exchange]]);
  for (const trace of [{ id }, elsewhere]) closeTrace(trace.id);
});
