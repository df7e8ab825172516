"""Who has a case open, as Redis keeps it for all processes; and a Redis that is gone costs nobody anything."""

from queue import Queue
from uuid import UUID, uuid4

from tests.builders.waits import PATIENCE, eventually
from warmline_memory.messaging import Listener, Onlooker, Onlookers
from warmline_memory.messaging.onlookers import HERE_SECONDS, LEAVING_SECONDS
from warmline_memory.settings import Settings

ANN, BOB = "human:ann", "human:bob"


def test_somebody_is_there_once_however_many_pages_they_have_open_and_is_gone_with_the_last(settings: Settings) -> None:
    tenant, chain = uuid4(), uuid4()
    with Onlookers(settings) as onlookers:
        for page in ("one", "two"):
            onlookers.look(tenant, chain, ANN, page)
        onlookers.look(tenant, chain, BOB, "three")
        company = onlookers.read(tenant, chain)
        assert company.onlookers == [Onlooker(ANN, is_typing=False), Onlooker(BOB, is_typing=False)]
        assert company.until is not None
        onlookers.leave(tenant, chain, BOB, "three")
        onlookers.leave(tenant, chain, ANN, "one")
        left = eventually(lambda: onlookers.read(tenant, chain), lambda now: len(now.onlookers) == 1)
        assert left.onlookers == [Onlooker(ANN, is_typing=False)]


def test_whoever_leaves_is_told_to_be_gone_soon_and_whoever_says_nothing_later(settings: Settings) -> None:
    tenant, chain = uuid4(), uuid4()
    with Onlookers(settings) as onlookers:
        onlookers.look(tenant, chain, ANN, "one")
        stays = onlookers.read(tenant, chain).until
        onlookers.leave(tenant, chain, ANN, "one")
        leaves = onlookers.read(tenant, chain).until
        assert stays is not None
        assert leaves is not None
        assert stays - leaves > (HERE_SECONDS - LEAVING_SECONDS) / 2


def test_who_types_is_told_until_it_is_said(settings: Settings) -> None:
    tenant, chain = uuid4(), uuid4()
    with Onlookers(settings) as onlookers:
        onlookers.look(tenant, chain, ANN, "one")
        onlookers.type(tenant, chain, ANN)
        assert onlookers.read(tenant, chain).onlookers == [Onlooker(ANN, is_typing=True)]
        onlookers.stop(tenant, chain, ANN)
        assert onlookers.read(tenant, chain).onlookers == [Onlooker(ANN, is_typing=False)]


def test_other_tenants_and_other_chains_have_their_own(settings: Settings) -> None:
    tenant, chain = uuid4(), uuid4()
    with Onlookers(settings) as onlookers:
        onlookers.look(tenant, chain, ANN, "one")
        assert onlookers.read(uuid4(), chain).onlookers == onlookers.read(tenant, uuid4()).onlookers == []


def test_a_listener_is_told_of_which_chain_and_one_that_did_not_ask_of_none(settings: Settings) -> None:
    tenant, chain = uuid4(), uuid4()
    heard, seen, other = Queue[UUID](), Queue[tuple[UUID, UUID]](), Queue[UUID]()
    with (
        Onlookers(settings) as onlookers,
        Listener(settings, heard.put, lambda *which: seen.put(which)),
        Listener(settings, other.put),
    ):

        def told() -> bool:
            onlookers.look(tenant, chain, ANN, "one")
            # Other tests may have cases open meanwhile.
            return (tenant, chain) in list(seen.queue)

        eventually(told, seconds=3 * PATIENCE)
        assert tenant not in list(heard.queue) + list(other.queue)


def test_without_redis_nobody_else_is_there_and_nothing_fails() -> None:
    tenant, chain = uuid4(), uuid4()
    with Onlookers(Settings(redis_url="redis://127.0.0.1:1/0")) as onlookers:
        onlookers.look(tenant, chain, ANN, "one")
        assert onlookers.read(tenant, chain).onlookers == ()
        onlookers.leave(tenant, chain, ANN, "one")
