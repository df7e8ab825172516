// Against a platform that runs: WARMLINE_URL and WARMLINE_API_KEY say which.
import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import { test } from "node:test";
import {
  BriefNotWritten, ConnectionFailed, InvalidSignature, NotConfigured, ProblemError, verify, versionOf, Warmline, WarmlineError,
} from "warmline";

const client = new Warmline();
const aNamespace = () => `user-${randomUUID()}`;
const collected = async (items) => {
  const found = [];
  for await (const one of items) found.push(one);
  return found;
};

test("a session is handed to an agent, who starts with what was said", async () => {
  const namespace = aNamespace();
  const triage = await client.session({ namespace, agent: "triage" });
  await triage.keepMessages([
    { role: "user", content: "What do I owe for order W1?" },
    { role: "assistant", content: null, tool_calls: [{ id: "c1", function: { name: "look_up", arguments: '{"order":"W1"}' } }] },
    { role: "tool", tool_call_id: "c1", content: '{"total": "$94"}' },
  ]);
  const handoff = await triage.handOff({ to: "billing", reason: "Wants a refund of order W1" });
  const written = await client.handoffs.waitForBrief(handoff.id, 90);
  assert.equal(written.state, "ready");
  const billing = await client.accept(handoff.id, { agent: "billing" });
  assert.match(billing.prompt, /W1/);
  assert.match(billing.prompt, /\$94/);
  assert.equal(billing.session.namespace, namespace);
  await client.handoffs.resolve(handoff.id, { token: billing.claim.token, note: "Refunded" });
  const chain = await client.sessions.chain(triage.id);
  assert.deepEqual(chain.sessions.map((one) => one.agent), ["triage", "billing"]);
});

test("a session goes on by its id, as on another device", async () => {
  const namespace = aNamespace();
  const phone = await client.session({ namespace, agent: "bot" });
  await phone.remember("The card ends in 4242");
  const desktop = await client.session({ id: phone.id });
  const found = await desktop.recall("card");
  assert.deepEqual(found.results.map((one) => one.memory.content), ["The card ends in 4242"]);
  assert.equal((await desktop.end({ outcome: "solved" })).state, "ended");
  const again = await client.session({ id: phone.id, metadata: { device: "phone" } });
  assert.deepEqual([again.session.state, again.session.metadata], ["open", { device: "phone" }]);
  const handoff = await again.handOff({ to: "billing", reason: "A refund", urgency: "high", goal: "Refund $94" });
  assert.deepEqual([handoff.urgency, handoff.goal], ["high", "Refund $94"]);
  await client.handoffs.waitForBrief(handoff.id, 90);
  await assert.rejects(client.session({ id: phone.id }), (error) => error.type === "session-ended");
});

test("a customer is found by what a channel calls them, and reaches their case", async () => {
  const ids = [{ channel: "chat", id: randomUUID() }];
  const made = await client.customers.make({ ids, display_name: "Mira Joshi" });
  assert.equal((await client.customers.make({ ids })).id, made.id);
  assert.equal((await client.customers.revise(made.id, { language: "hi" })).language, "hi");
  assert.deepEqual((await collected(client.customers.list({ search: ids[0].id }))).map((one) => one.id), [made.id]);
  const ask = { content: "Any news?", external_id: randomUUID(), bot: "tier1-bot" };
  const received = await client.customers.send(made.id, ask);
  assert.equal(received.speaker, "tier1-bot");
  assert.equal((await client.customers.send(made.id, ask)).repeated, true);
  assert.equal((await client.sessions.get(received.session_id)).namespace, (await client.customers.get(made.id)).namespace);
});

test("null clears what is known of a customer, and a change rests on what was read", async () => {
  const made = await client.customers.make({ ids: [{ channel: "chat", id: randomUUID() }], display_name: "Mira", language: "en" });
  const read = await client.customers.get(made.id);
  const cleared = await client.customers.revise(made.id, { language: null }, { ifUnchanged: read });
  assert.deepEqual([cleared.language, cleared.display_name], [null, "Mira"]);
  const failure = await client.customers.revise(made.id, { language: "hi" }, { ifUnchanged: versionOf(read) }).catch((error) => error);
  assert.equal(failure.type, "changed-meanwhile");
  const [listed] = await collected(client.customers.list({ search: "Mira" }));
  assert.equal(versionOf(listed), undefined);
  await assert.rejects(async () => client.customers.revise(made.id, { language: "hi" }, { ifUnchanged: listed }), WarmlineError);
});

test("a file is uploaded, brought by a message, and loaded", async () => {
  const namespace = aNamespace();
  const { id: chainId } = await client.sessions.start({ namespace, agent: "bot" });
  const file = new File(["Hello"], "note.txt");
  const kept = await client.attachments.upload(file, { namespace });
  assert.equal(kept.name, "note.txt");
  const sent = await client.attachments.upload(new TextEncoder().encode("a,b"), { namespace, name: "table.csv" });
  assert.equal(sent.type, "text/csv");
  assert.equal(new TextDecoder().decode(await client.attachments.read(kept.id)), "Hello");
  const customer = await client.customers.make({ namespace });
  const ask = { external_id: randomUUID(), attachments: [kept.id, sent.id], bot: "bot" };
  await client.customers.send(customer.id, ask);
  const found = await collected(client.attachments.list({ chain_id: [chainId] }));
  assert.deepEqual(found.map((one) => one.name), ["table.csv", "note.txt"]);
});

test("lists are read page by page, and filters choose", async () => {
  const namespace = aNamespace();
  await client.memories.rememberMany([1, 2, 3].map((number) => ({ namespace, content: `Fact ${number}`, kind: "fact" })));
  const found = await collected(client.memories.list({ namespace, limit: 2 }));
  assert.deepEqual(found.map((one) => one.content).sort(), ["Fact 1", "Fact 2", "Fact 3"]);
});

test("an error says what is wrong, and names the request", async () => {
  const failure = await client.memories.remember({ content: "No namespace" }).catch((error) => error);
  assert.ok(failure instanceof ProblemError);
  assert.equal(failure.type, "invalid-request");
  assert.equal(failure.status, 422);
  assert.match(failure.requestId, /^[0-9a-f]{32}$/);
  const ended = await client.session({ namespace: aNamespace(), agent: "bot" });
  await ended.end();
  await assert.rejects(ended.remember("Too late"), (error) => error.type === "session-ended");
});

test("without a platform the error says so, and names the request all the same", async () => {
  const lost = new Warmline({ baseUrl: "http://127.0.0.1:9", apiKey: "k", maxRetries: 1, backoffMs: 1 });
  const failure = await lost.whoami().catch((error) => error);
  assert.ok(failure instanceof ConnectionFailed);
  assert.match(failure.requestId, /^[0-9a-f]{32}$/);
  assert.throws(() => new Warmline({ baseUrl: "", apiKey: "" }), NotConfigured);
});

/** A server that answers 503 or breaks off the first times, and passes everything else on to the platform. */
async function flaky(failures, seen = []) {
  const server = createServer(async (request, response) => {
    const body = await new Promise((resolve) => {
      let text = "";
      request.on("data", (piece) => (text += piece)).on("end", () => resolve(text));
    });
    seen.push({ key: request.headers["idempotency-key"], id: request.headers["x-request-id"] });
    const { authorization, "content-type": type, "idempotency-key": key } = request.headers;
    const headers = { authorization, ...(type ? { "content-type": type } : {}), ...(key ? { "idempotency-key": key } : {}) };
    // The platform does the work first: what is lost is its answer.
    const sent = request.method === "GET" ? {} : { body };
    const answer = await fetch(`${process.env.WARMLINE_URL}${request.url}`, { method: request.method, headers, ...sent });
    const failure = failures.shift();
    if (failure === "cut") return request.socket.destroy();
    if (failure) return response.writeHead(failure, { "Retry-After": "0" }).end();
    response.writeHead(answer.status, { "content-type": answer.headers.get("content-type") }).end(await answer.text());
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const flakyClient = new Warmline({ baseUrl: `http://127.0.0.1:${server.address().port}`, backoffMs: 1 });
  return { client: flakyClient, seen, close: () => new Promise((resolve) => server.close(resolve)) };
}

test("a command whose answer is lost is sent again under its key, and is done once", async () => {
  const namespace = aNamespace();
  const { client: shaky, seen, close } = await flaky(["cut", 502, 503]);
  const session = await shaky.sessions.start({ namespace, agent: "bot" });
  await close();
  assert.equal(new Set(seen.map((one) => one.key)).size, 1);
  assert.equal(new Set(seen.map((one) => one.id)).size, 1);
  assert.equal(seen.length, 4);
  assert.deepEqual((await collected(client.sessions.list({ namespace }))).map((one) => one.id), [session.id]);
});

test("a change that must not be repeated is not sent again once it may have arrived", async () => {
  const memory = await client.memories.remember({ namespace: aNamespace(), content: "The order is W1" });
  const { client: shaky, seen, close } = await flaky(["cut"]);
  await assert.rejects(shaky.memories.revise(memory.id, { importance: 0.9 }), ConnectionFailed);
  await close();
  assert.equal(seen.length, 1);
});

test("a caller stops a call, and what waits for a retry", async () => {
  const lost = new Warmline({ baseUrl: "http://127.0.0.1:9", apiKey: "k", backoffMs: 60_000 });
  const stop = new AbortController();
  setTimeout(() => stop.abort(new Error("enough")), 50);
  await assert.rejects(lost.whoami({ signal: stop.signal }), /enough/);
});

test("events stream while they happen, and stop when they are told to", async () => {
  const stop = new AbortController();
  const session = await client.session({ namespace: aNamespace(), agent: "bot" });
  const heard = [];
  const reading = (async () => {
    for await (const event of client.events.stream({ chain_id: session.id, after: 0, types: ["session.ended"] }, { signal: stop.signal })) {
      heard.push(event.type);
      stop.abort();
    }
  })();
  await session.end();
  await reading;
  assert.deepEqual(heard, ["session.ended"]);
  const listed = await collected(client.events.list({ chain_id: session.id }));
  assert.deepEqual(listed.map((one) => one.type), ["session.started", "session.ended"]);
});

test("a loop that is left closes its stream", async () => {
  const session = await client.session({ namespace: aNamespace(), agent: "bot" });
  for await (const event of client.events.stream({ chain_id: session.id, after: 0 })) {
    if (event.type === "session.started") break;
  }
});

test("a stream with a wrong key fails at once", async () => {
  const stranger = new Warmline({ apiKey: "wl_wrong" });
  await assert.rejects(stranger.events.stream().next(), (error) => error.type === "unauthenticated");
});

test("a batcher keeps everything in its order, each memory once, though answers are lost", async () => {
  const namespace = aNamespace();
  const { client: shaky, close } = await flaky(["cut", null, 502]);
  const session = await client.session({ namespace, agent: "bot" });
  const batcher = shaky.memories.batcher({ size: 20, capacity: 40 });
  for (let number = 0; number < 100; number += 1) {
    await batcher.add({ session_id: session.id, content: `Line ${number}` });
    assert.ok(batcher.waiting <= 40);
  }
  await batcher.flush();
  await close();
  const kept = await collected(client.memories.list({ namespace, limit: 500 }));
  assert.deepEqual(kept.map((one) => one.content).reverse(), Array.from({ length: 100 }, (_, number) => `Line ${number}`));
});

test("a flush raises what a batch failed with, and goes on with the next one", async () => {
  const namespace = aNamespace();
  const batcher = client.memories.batcher({ size: 1 });
  await batcher.add({ content: "No namespace" });
  await batcher.add({ namespace, content: "Fine" });
  await assert.rejects(batcher.flush(), (error) => error.type === "invalid-request");
  await batcher.flush();
  assert.equal((await collected(client.memories.list({ namespace }))).length, 1);
});

test("a handoff that is cancelled gets no brief", async () => {
  const session = await client.session({ namespace: aNamespace(), agent: "bot" });
  const handoff = await session.handOff({ to: "billing", reason: "A question", review: true });
  await client.handoffs.cancel(handoff.id);
  await assert.rejects(client.handoffs.waitForBrief(handoff.id), BriefNotWritten);
});

test("the signature of a webhook's message is checked", async () => {
  const key = Buffer.alloc(32, 7);
  const body = JSON.stringify({ data: { type: "webhook.pinged" } });
  const moment = String(Math.floor(Date.now() / 1000));
  const signature = createHmac("sha256", key).update(`m1.${moment}.${body}`).digest("base64");
  const headers = { "Webhook-Id": "m1", "webhook-timestamp": moment, "webhook-signature": `v1,AAAA v1,${signature}` };
  const secret = `whsec_${key.toString("base64")}`;
  assert.equal((await verify(secret, headers, body)).type, "webhook.pinged");
  await assert.rejects(verify(secret, headers, `${body} `), InvalidSignature);
  await assert.rejects(verify(secret, headers, body, Date.now() + 600_000), InvalidSignature);
});
