/** One call over HTTP: time-outs, retries, idempotency keys, and problems as errors. */
import { ConnectionFailed, isProblem, NotConfigured, ProblemError, TimedOut, UnexpectedAnswer, WarmlineError } from "./errors.js";

export const VERSION = "0.1.0";

// Back-off doubles each time; without a bound, a program with many retries would sleep for minutes.
const LONGEST_BACKOFF_MS = 8_000;
// A program that waits longer than a minute looks as if it hangs, so the problem is raised instead, and the caller
// decides.
const LONGEST_RETRY_AFTER_MS = 60_000;
/** What the platform, or a proxy before it, answers when another attempt may succeed. */
const PASSING = new Set([429, 502, 503, 504]);

/** How much longer a call may take for each text that the platform embeds before it answers. */
export const EMBEDDING_MS = 50;

type Fetch = (input: string, init: RequestInit) => Promise<Response>;
export type Query = Record<string, string | number | boolean | null | undefined | readonly string[]>;

export interface Options {
  /** Where the platform is, such as `https://warmline.example`; `WARMLINE_URL` of the environment if left out. */
  baseUrl?: string;
  /** The API key; `WARMLINE_API_KEY` of the environment if left out. */
  apiKey?: string;
  /** How long one attempt may take, in milliseconds. Default: 10,000. */
  timeoutMs?: number;
  /** How often a call is sent again at most. Default: 3. */
  maxRetries?: number;
  /** The wait before the second attempt, in milliseconds, doubled with each further one. Default: 200. */
  backoffMs?: number;
  /** What sends requests, in place of the global `fetch`. */
  fetch?: Fetch;
}

export interface Sending {
  /** Stops the call, and all its retries. */
  signal?: AbortSignal;
  /** A string of your own: the same request with the same key is done once. Made by the client if left out. */
  idempotencyKey?: string;
  /** For a change: what it rests on, as it was read, or its version. Changed since, it is left alone, and an error says so. */
  ifUnchanged?: object | string;
}

/** The versions of what was read alone and others could overwrite. */
const versions = new WeakMap<object, string>();

/** The version of something as it was read, to be kept where the object itself is not; undefined for what came in a list. */
export function versionOf(read: object): string | undefined {
  return versions.get(read);
}

interface Call extends Sending {
  method: string;
  path: string;
  query?: Query;
  body?: unknown;
  /** The bytes of a file, in place of a body that becomes JSON. */
  file?: Blob | Uint8Array<ArrayBuffer>;
  headers?: Record<string, string>;
  /** Milliseconds that the platform may take in addition to the time-out. */
  extraMs?: number;
  /** Whether sending it twice has the same effect as sending it once. */
  repeatable?: boolean;
}

/** Sends calls to one platform. */
export class Transport {
  readonly url: string;
  readonly timeoutMs: number;
  readonly #key: string;
  readonly #maxRetries: number;
  readonly #backoffMs: number;
  readonly #fetch: Fetch;

  constructor(options: Options = {}) {
    const environment = (globalThis as { process?: { env: Record<string, string | undefined> } }).process?.env ?? {};
    const url = options.baseUrl ?? environment["WARMLINE_URL"];
    const key = options.apiKey ?? environment["WARMLINE_API_KEY"];
    if (!url || !key) {
      const missing = url ? "apiKey, or set WARMLINE_API_KEY" : "baseUrl, or set WARMLINE_URL";
      throw new NotConfigured(`Give ${missing}.`);
    }
    this.url = url.replace(/\/+$/, "");
    this.#key = key;
    this.timeoutMs = options.timeoutMs ?? 10_000;
    this.#maxRetries = options.maxRetries ?? 3;
    this.#backoffMs = options.backoffMs ?? 200;
    // Called as a function of its own: browsers refuse a `fetch` that is called as a method of something else.
    const send = options.fetch ?? globalThis.fetch;
    this.#fetch = (input, init) => send(input, init);
  }

  get<T>(path: string, query?: Query, sending: Sending & { extraMs?: number } = {}): Promise<T> {
    return this.#json<T>({ ...sending, method: "GET", path, query });
  }

  /** Sends a command. All its attempts have the same idempotency key, by which the platform recognises a repeat. */
  post<T>(path: string, body: unknown, sending: Sending & { extraMs?: number } = {}): Promise<T> {
    const headers = { "Idempotency-Key": sending.idempotencyKey ?? crypto.randomUUID() };
    return this.#json<T>({ ...sending, method: "POST", path, body, headers });
  }

  /** Sends a file as a body. All its attempts have the same idempotency key. */
  upload<T>(path: string, query: Query, file: Call["file"], sending: Sending & { extraMs?: number } = {}): Promise<T> {
    const headers = {
      "Content-Type": "application/octet-stream", "Idempotency-Key": sending.idempotencyKey ?? crypto.randomUUID(),
    };
    return this.#json<T>({ ...sending, method: "POST", path, query, file, headers });
  }

  /** Asks a question that is sent as a body, such as a recall. */
  ask<T>(path: string, body: unknown, sending: Sending = {}): Promise<T> {
    return this.#json<T>({ ...sending, method: "POST", path, body });
  }

  /** Changes one thing. The call is not sent again once it may have arrived. */
  patch<T>(path: string, body: unknown, sending: Sending = {}): Promise<T> {
    return this.#json<T>({ ...sending, method: "PATCH", path, body, headers: onlyIf(sending), repeatable: false });
  }

  /** Deletes one thing. Where an earlier attempt may have deleted it, an answer of 404 counts as success. */
  async delete(path: string, sending: Sending = {}): Promise<void> {
    await this.send({ ...sending, method: "DELETE", path });
  }

  /** The items of a list. Each page is read when its first item is needed. */
  async *pages<T>(path: string, query: Query, sending: Sending = {}): AsyncGenerator<T, void, undefined> {
    let cursor: string | null | undefined;
    do {
      const page = await this.get<{ items: T[]; next_cursor?: string | null }>(path, { ...query, cursor }, sending);
      yield* page.items;
      cursor = page.next_cursor;
    } while (cursor != null);
  }

  /** Sends a call until it is answered, or no retries are left. */
  async send(call: Call): Promise<Response> {
    // Made here, so that an error names it even where no answer came. All attempts have the same one.
    const requestId = crypto.randomUUID().replaceAll("-", "");
    try {
      return await this.#untilAnswered(call, requestId);
    } catch (error) {
      if (error instanceof WarmlineError) error.requestId ??= requestId;
      throw error;
    }
  }

  /** Opens a stream: the answer once it has begun, without an end in time. */
  async open(path: string, query: Query, headers: Record<string, string>, signal: AbortSignal): Promise<Response> {
    const call: Call = { method: "GET", path, query, headers, signal };
    const response = await this.#attempt(call, crypto.randomUUID().replaceAll("-", ""), signal);
    if (!response.ok) throw await this.#errorOf(response, call);
    return response;
  }

  async #json<T>(call: Call): Promise<T> {
    const response = await this.send(call);
    try {
      const found = (await response.json()) as T;
      const version = response.headers.get("ETag");
      if (version !== null && typeof found === "object" && found !== null) versions.set(found, version);
      return found;
    } catch (error) {
      throw new UnexpectedAnswer(`${this.url} did not answer with JSON: check the URL.`, { cause: error });
    }
  }

  async #untilAnswered(call: Call, requestId: string): Promise<Response> {
    let mayHaveArrived = false;
    for (let attempt = 0; ; attempt += 1) {
      const last = attempt >= this.#maxRetries;
      let waitMs: number | null = null;
      try {
        const response = await this.#attempt(call, requestId);
        const wasDeleted = call.method === "DELETE" && mayHaveArrived && response.status === 404;
        if (response.ok || wasDeleted) return response;
        waitMs = retryAfterMs(response);
        const error = await this.#errorOf(response, call);
        const mayPass = PASSING.has(response.status) && (call.repeatable !== false || !mayHaveBeenDone(response, error));
        if (last || !mayPass || (waitMs ?? 0) > LONGEST_RETRY_AFTER_MS) throw error;
        mayHaveArrived ||= mayHaveBeenDone(response, error);
      } catch (error) {
        if (!(error instanceof ConnectionFailed || error instanceof TimedOut)) throw error;
        // `fetch` does not say whether anything was sent, so a call that must not be repeated is not.
        if (last || call.repeatable === false) throw error;
        mayHaveArrived = true;
      }
      const backoff = Math.min(this.#backoffMs * 2 ** attempt, LONGEST_BACKOFF_MS);
      // Many programs lose a platform at the same moment; a random wait spreads their return.
      await sleep((waitMs ?? 0) + backoff * (0.5 + Math.random() / 2), call.signal);
    }
  }

  async #attempt(call: Call, requestId: string, forever?: AbortSignal): Promise<Response> {
    const timeout = new AbortController();
    const timer = setTimeout(() => timeout.abort(), this.timeoutMs + (call.extraMs ?? 0));
    const signals = [timeout.signal, ...(call.signal ? [call.signal] : [])];
    try {
      const response = await this.#fetch(this.#address(call), {
        method: call.method,
        headers: {
          Authorization: `Bearer ${this.#key}`,
          "X-Request-ID": requestId,
          ...(call.body === undefined ? {} : { "Content-Type": "application/json" }),
          ...call.headers,
        },
        signal: AbortSignal.any(signals),
        ...(call.file ? { body: call.file } : call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      });
      if (forever) return response;
      // The body is part of the attempt: a connection may break within it.
      const body = await response.arrayBuffer();
      const { status, statusText, headers } = response;
      return new Response(EMPTY.has(status) ? null : body, { status, statusText, headers });
    } catch (error) {
      if (call.signal?.aborted) throw call.signal.reason;
      if (timeout.signal.aborted) throw new TimedOut(`${this.url} did not answer in time.`, { cause: error });
      throw new ConnectionFailed(`${this.url} could not be reached: ${reasonOf(error)}.`, { cause: error });
    } finally {
      clearTimeout(timer);
    }
  }

  #address(call: Call): string {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(call.query ?? {})) {
      for (const one of Array.isArray(value) ? value : [value]) {
        if (one !== null && one !== undefined) query.append(name, String(one));
      }
    }
    return `${this.url}${call.path}${query.size ? `?${query}` : ""}`;
  }

  async #errorOf(response: Response, call: Call): Promise<WarmlineError> {
    const body: unknown = await response.json().catch(() => null);
    if (isProblem(body)) return new ProblemError(body);
    return new UnexpectedAnswer(
      `${this.url} answered ${response.status} to ${call.method} ${call.path}, and not as Warmline would: check the URL.`,
    );
  }
}

/** The header of a change that is made only to what was read. */
function onlyIf({ ifUnchanged: read }: Sending): Record<string, string> {
  if (read === undefined) return {};
  const version = typeof read === "string" ? read : versionOf(read);
  if (version === undefined) throw new WarmlineError("What comes in a list has no version: read it alone, and give that.");
  return { "If-Match": version };
}

/** Statuses of answers that have no body. */
const EMPTY = new Set([204, 205, 304]);

function mayHaveBeenDone(response: Response, error: WarmlineError): boolean {
  // 502 and 504 come from a proxy that lost the platform's answer.
  return [502, 504].includes(response.status) || (error instanceof ProblemError && error.type === "outcome-unknown");
}

function retryAfterMs(response: Response): number | null {
  const value = response.headers.get("Retry-After");
  if (value === null) return null;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const moment = Date.parse(value);
  return Number.isNaN(moment) ? null : Math.max(0, moment - Date.now());
}

function reasonOf(error: unknown): string {
  const cause = (error as { cause?: { code?: string; message?: string } }).cause;
  return cause?.code ?? cause?.message ?? (error as Error).message;
}

/** Waits, unless the signal is given before. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** A path with these parts, each made safe. */
export function pathTo(...parts: string[]): string {
  return `/v1/${parts.map(encodeURIComponent).join("/")}`;
}
