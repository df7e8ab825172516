/** For programs that receive webhooks: `verify` checks that the platform sent a message, and returns its event. */
import { InvalidSignature, UnexpectedAnswer } from "./errors.js";
import type { Event } from "./types.js";

/** A message that was signed longer ago is refused: nobody can send an old one again (Standard Webhooks, 1.0). */
const TOLERANCE_SECONDS = 300;

type Given = Headers | Record<string, string | string[] | undefined>;

/** Checks the signature of a message. `body` is the body of the request, unchanged. Raises `InvalidSignature`. */
export async function verify(secret: string, headers: Given, body: string | Uint8Array, now = Date.now()): Promise<Event> {
  const text = typeof body === "string" ? body : new TextDecoder().decode(body);
  const [id, moment, signatures] = ["webhook-id", "webhook-timestamp", "webhook-signature"].map((name) => header(headers, name));
  if (!id || !moment || !signatures) throw new InvalidSignature("The message has no signature.");
  if (!/^\d+$/.test(moment) || Math.abs(now / 1000 - Number(moment)) > TOLERANCE_SECONDS) {
    throw new InvalidSignature("The message was signed too long ago, or this machine's clock is wrong.");
  }
  const key = await crypto.subtle.importKey("raw", bytesOf(secret.replace(/^whsec_/, "")), HMAC, false, ["verify"]);
  const signed = new TextEncoder().encode(`${id}.${moment}.${text}`);
  // After a rotation there are two signatures.
  for (const one of signatures.split(" ")) {
    // The comparison takes the same time for every wrong one.
    if (one.startsWith("v1,") && (await crypto.subtle.verify("HMAC", key, bytesOf(one.slice(3)), signed))) return read(text);
  }
  throw new InvalidSignature("The message was not signed with this secret.");
}

const HMAC = { name: "HMAC", hash: "SHA-256" };

function header(headers: Given, name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined;
  const found = Object.entries(headers).find(([known]) => known.toLowerCase() === name)?.[1];
  return Array.isArray(found) ? found[0] : found;
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  } catch (error) {
    throw new InvalidSignature("The secret or the signature is not valid base64.", { cause: error });
  }
}

function read(text: string): Event {
  try {
    return (JSON.parse(text) as { data: Event }).data;
  } catch (error) {
    throw new UnexpectedAnswer("The signature of the message is valid, but its body is not.", { cause: error });
  }
}
