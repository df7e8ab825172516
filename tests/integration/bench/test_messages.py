"""A transcript that is sent while the API is killed twice, and then sent again, is stored once."""

from bench.messages.killing import KilledApi
from bench.messages.sending import Stored, send, send_again, stored, transcript
from tests.conftest import TenantKey
from warmline import Warmline
from warmline_memory.settings import Settings


def test_a_transcript_is_stored_once_although_the_api_is_killed_twice(
    settings: Settings, tenant: TenantKey, client: Warmline
) -> None:
    messages = transcript(200)
    session = client.sessions.start("user-dave", "bot")
    with KilledApi(settings) as api:
        send(api, tenant.key, session, messages, 20)
    whole = Stored(memories=180, missing=0, twice=0)
    assert (api.killed, stored(client, session, messages)) == (2, whole)
    assert send_again(client, session, messages, 41) == {"created": 0, "repeated": 200}
    assert stored(client, session, messages) == whole
