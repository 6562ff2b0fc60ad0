import { HeadError } from "../head_error.ts";
import { ProxyError } from "./proxy_error.ts";

/** What rustls says of a certificate that leads to no authority that is known. */
const UNTRUSTED = "UnknownIssuer";

/** Puts into words, for a person, why a connection could not be had or used. */
export function describeFault(fault: unknown): string {
  if (fault instanceof HeadError) return `not a valid HTTP answer: ${fault.message}`;
  if (fault instanceof Deno.errors.ConnectionRefused) return "connection refused";
  if (fault instanceof Deno.errors.ConnectionReset) return "connection reset";
  if (fault instanceof Deno.errors.BrokenPipe) return "connection closed";
  if (fault instanceof Deno.errors.InvalidData) return describeTlsFault(fault.message);
  if (fault instanceof Error) return fault.message.replace(/ \(os error \d+\)$/, "");
  return String(fault);
}

/** In the words of people who do not know those of the library that speaks TLS. */
function describeTlsFault(message: string): string {
  const [, alert] = /^received fatal alert: (.*)$/.exec(message) ?? [];
  if (alert !== undefined) return describeAlert(alert);
  if (/InvalidContentType/.test(message)) return "it does not speak TLS: try http instead of https";
  const why = certificateFault(message);
  if (why === undefined) return message;
  if (why === UNTRUSTED) return "its certificate comes from nobody who is trusted";
  if (why.includes("UnsupportedSignatureAlgorithmForPublicKey")) {
    return "it signs TLS 1.2 with a hash that does not belong to its key (SHA-256 to P-256, SHA-384 " +
      "to P-384), which cannot be checked here: it needs TLS 1.3, or a key of RSA";
  }
  if (/^Expired|certificate expired/i.test(why)) return "its certificate has expired";
  if (/^NotValidYet|not valid yet/i.test(why)) return "its certificate is not valid yet";
  if (why.includes("CaUsedAsEndEntity")) {
    return "its certificate is that of an authority: it needs one that the authority has signed";
  }
  return `its certificate is not accepted: ${why}`;
}

function describeAlert(alert: string): string {
  switch (alert) {
    case "ProtocolVersion":
      return "it speaks no TLS newer than 1.1: it needs 1.2 or 1.3";
    case "HandshakeFailure":
      return "it has no way to speak TLS in common with this program: it needs TLS 1.3, or 1.2 with " +
        "ECDHE (X25519, P-256 or P-384) and AES-GCM or ChaCha20";
    default:
      return `it refused to speak TLS (${alert})`;
  }
}

/** Whether a server was refused because nobody who is trusted has signed its certificate. */
export function isUntrusted(fault: unknown): boolean {
  return fault instanceof Deno.errors.InvalidData && certificateFault(fault.message) === UNTRUSTED;
}

function certificateFault(message: string): string | undefined {
  return /^invalid peer certificate: (.*)$/s.exec(message)?.[1];
}

/**
 * Whether an error is a fault of the other side or of the network: an error of the protocol, or one that
 * the system reports. Anything else, such as a `TypeError`, is a defect of the program.
 */
export function isFaultOfPeer(error: unknown): boolean {
  if (error instanceof HeadError || error instanceof ProxyError) return true;
  if (Object.values(Deno.errors).some((kind) => error instanceof kind)) return true;
  if (!(error instanceof Error) || error.constructor !== Error) return false;
  // Deno has no class for some of the system's errors; where several addresses failed, the first counts.
  return / \(os error \d+\)$/.test(error.message) || isFaultOfPeer(error.cause);
}
