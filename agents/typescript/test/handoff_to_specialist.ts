import { Dakera } from 'warmline';
const client = new Dakera({
baseUrl: 'http://localhost:3300',
apiKey: 'dk-...'
});
async function handoffToSpecialist(
userId: string,
currentSessionId: string,
targetAgent: string,
reason: string
) {
// Store structured handoff
await client.memory.store({
content: `HANDOFF to ${targetAgent}: ${reason}`,
namespace: `user-${userId}`,
metadata: {
session_id: currentSessionId,
type: 'handoff',
to_agent: targetAgent,
importance: 1.0
}
});
// End current session
await client.sessions.end({ sessionId: currentSessionId });
// Start new session for target agent
const newSession = await client.sessions.start({
namespace: `user-${userId}`,
metadata: { agent: targetAgent }
});
// Bootstrap target agent with relevant context
const context = await client.memory.recall({
query: `handoff ${targetAgent}`,
namespace: `user-${userId}`,
topK: 5
});
return { session: newSession, context: context.results };
}

export { client, handoffToSpecialist };
