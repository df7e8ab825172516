"""Callers: whose request this is, and the one transaction in which it is answered."""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeAlias
from uuid import UUID

from fastapi import Depends, Header, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, SecretStr

from warmline_api import versions
from warmline_api.addresses import address_of
from warmline_api.admissions import Admissions, Admitted
from warmline_api.answers import Answer, Shape
from warmline_api.limits import ConnectionShares, Quotas
from warmline_api.needs import NEEDS, Need
from warmline_api.problems import only_looking
from warmline_api.queries import check_parameters
from warmline_memory import logs, storage, tenancy
from warmline_memory.embedding import Embeddings
from warmline_memory.errors import ChangedMeanwhile, NotFound, Unauthenticated, WarmlineError
from warmline_memory.messaging import Onlookers
from warmline_memory.platform import Platform
from warmline_memory.storage import Transaction
from warmline_schemas.tenancy import TenantLimits

bearer = HTTPBearer(auto_error=False, description="An API key, made by `warmline keys create`.")

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=200,
        description="A string of your own. The same request with the same key is done once, and answered the same.",
        examples=["5f1c9e0a-refund-4521"],
    ),
]

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=1_000,
        description="The `ETag` that was read: the change is made only if it is still that version.",
    ),
]


Work: TypeAlias = Callable[[Transaction], Shape | Callable[[], Shape]]
"""What a request does in its transaction: it gives the answer, or what makes it."""


@dataclass(frozen=True)
class Caller:
    """Who calls: an API key that is looked up in the same transaction as the work that it allows."""

    platform: Platform
    admissions: Admissions
    quotas: Quotas
    connections: ConnectionShares
    onlookers: Onlookers
    key_hash: bytes
    need: Need
    operation: str
    """The name of the route, as in `/openapi.json`."""
    route: str
    address: str | None = None
    namespaces: tuple[str, ...] = ()
    """The namespaces that the path or the query names."""
    idempotency_key: str | None = None
    if_match: str | None = None
    """The version of a thing that the request is about, as its ETag named it."""
    adds: int = 1
    """How much the request adds to what the tenant has a quota of."""

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a transaction inside the caller's tenant. Raises ``Unauthenticated`` and ``NotGranted``.

        The block ends, and so commits, before its route returns: no answer leaves before its commit.
        """
        used: tuple[UUID, UUID] | None = None
        try:
            with (
                self.connections.one(self._share),
                self.platform.database.transaction(key_hash=self.key_hash, address=self.address) as db,
            ):
                tenancy.sign_in(db, self.key_hash)
                who = tenancy.signed_in(db)
                used = who.tenant_id, who.id
                logs.about(tenant_id=who.tenant_id)
                self._check_need(db)
                whose = Admitted(who.tenant_id, who.limits)
                self.admissions.note(self.key_hash, whose)
                self.admissions.note(self._admission, whose)
                yield db
        finally:
            # Whatever came of the request: whoever tries in vain uses the key, too.
            if used is not None:
                self._note_use(*used)

    @contextmanager
    def editing(self, read: Callable[[Transaction], BaseModel]) -> Iterator[Transaction]:
        """The same, to change what ``read`` shows; where the request says which version it has seen, only that one.

        Raises ``ChangedMeanwhile`` too. Changes of one thing wait for each other, also those that name no version:
        otherwise one of them could come between this look and the change.
        """
        with self.transaction() as db:
            storage.take_turn(db, self.route.partition(" ")[2])
            if self.if_match is not None and not versions.names(self.if_match, _version(db, read)):
                raise ChangedMeanwhile
            yield db

    @contextmanager
    def adding(self) -> Iterator[Transaction]:
        """The same, where the tenant has less than its quota of what the route adds to. Raises ``QuotaReached`` too."""
        with self.transaction() as db:
            self.quotas.check(db, self.operation)
            yield db

    def check(self) -> None:
        """Raise ``Unauthenticated`` and ``NotGranted`` before anything costly is done for a key that did not allow it a
        moment ago."""
        if not self.admissions.holds(self._admission):
            with only_looking(), self.transaction():
                pass

    def embed(self, texts: Sequence[str]) -> Embeddings:
        """Embed texts that are stored, within the share of the caller's tenant. Never inside a transaction."""
        return self.platform.embed(texts, self._share)

    def embed_query(self, query: str) -> Embeddings:
        """Embed a text that is looked for, within the share of the caller's tenant. Never inside a transaction."""
        return self.platform.embed_query(query, self._share)

    def once(self, ask: BaseModel, status: int, work: Work[Shape], *, shown_once: str | None = None) -> Answer[Shape]:
        """Do ``work`` in one transaction; with an Idempotency-Key, at most once ever.

        Where it gives a function in the place of the answer, that makes the answer, when the transaction is over if
        nothing of it has to be recorded: what needs no database and takes long shall not hold a connection.

        What the work makes is validated when it is made; as an answer it is not validated again. ``shown_once`` names a
        field of it that the first answer alone has: a repeat is answered with null there. Where Postgres ends the
        transaction to break a deadlock, as a migration can bring one about, it is tried again.
        """
        return storage.until_not_deadlocked(lambda: self._once(ask, status, work, shown_once))

    def _once(self, ask: BaseModel, status: int, work: Work[Shape], shown_once: str | None) -> Answer[Shape]:
        # The block commits when it ends, before the answer is made: no client hears of what might yet be rolled back
        # (docs/decisions/0004-commit-before-the-answer-leaves.md).
        with self.transaction() as db:
            tenancy.check_request(db, ask)
            if self.idempotency_key is None:
                made = self._worked(db, work)
            else:
                # The claim is a row of this very transaction. A second request with the same key waits for that row,
                # and finds the answer in it, or nothing where the first one was rolled back.
                # Passwords do not tell requests apart: no hash that is fast to compute is made of them, with any key.
                secret = {name for name, value in ask if isinstance(value, SecretStr)}
                asked = ask.model_dump(mode="json", exclude_unset=True, exclude=secret)
                first = storage.claim_answer(db, self.idempotency_key, self._told_apart(db, asked))
                if first is not None:
                    return Answer.repeated(first, status, self.operation)
                made = answer = _finished(self._worked(db, work))
                recorded = answer.model_dump(mode="json") | ({shown_once: None} if shown_once else {})
                storage.record_answer(db, self.idempotency_key, recorded, asked)
        return Answer.of(_finished(made), status, self.operation)

    def _worked(self, db: Transaction, work: Work[Shape]) -> Shape | Callable[[], Shape]:
        # Only here: what was done once is answered again, however much the tenant has by now.
        self.quotas.check(db, self.operation, self.adds)
        return work(db)

    @property
    def _share(self) -> str:
        whose = self.admissions.whose(self.key_hash)
        return "" if whose is None else str(whose.tenant_id)

    @property
    def _admission(self) -> bytes:
        # A key that may do one thing is not let in to another.
        return self.key_hash + (self.need.scope or "").encode()

    def _check_need(self, db: Transaction) -> None:
        if self.need.scope is not None:
            tenancy.require(db, self.need.scope, whole_tenant=self.need.whole_tenant)
        for namespace in self.namespaces:
            tenancy.check_namespace(db, namespace)

    def _note_use(self, tenant_id: UUID, key_id: UUID) -> None:
        """Note that the key was used, once a minute, in a transaction of its own."""
        # Not an admission, which every request prolongs: a key in constant use is noted again after a minute.
        used = self.key_hash + b" used"
        if self.admissions.holds(used):
            return
        self.admissions.note(used, Admitted(tenant_id, TenantLimits()))
        # The request is done. That it used its key is not worth failing for.
        with suppress(WarmlineError), self.platform.database.transaction(tenant_id=tenant_id) as db:
            tenancy.note_use_of_key(db, key_id)

    def _told_apart(self, db: Transaction, asked: dict[str, Any]) -> bytes:
        # ``asked`` holds only what was set: a field that a later version adds, with its default, does not make a repeat
        # another request. Surrogates that stand alone are valid in JSON and have no UTF-8, hence ``surrogatepass``.
        # The key is part of it: what was answered to one key may tell another one more than it may know.
        request = json.dumps([self.route, str(tenancy.signed_in(db).id), asked], sort_keys=True)
        return request.encode(errors="surrogatepass")


# The dependencies are coroutines, although they wait for nothing: FastAPI runs plain functions in a thread, and a
# thread for so little costs more than what it does.
async def read_caller(
    request: Request,
    key: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> Caller:
    """The caller of a route that takes no Idempotency-Key: GET, PATCH, PUT and DELETE."""
    if key is None:
        raise Unauthenticated
    check_parameters(request)
    if "handoff_id" in request.path_params:
        logs.about(handoff_id=request.path_params["handoff_id"])
    state = request.app.state
    return Caller(
        state.platform,
        state.admissions,
        state.quotas,
        state.connections,
        state.onlookers,
        tenancy.key_hash(key.credentials),
        # A route that says nothing of what it needs is served to nobody.
        NEEDS[request.scope["route"].name],
        operation=request.scope["route"].name,
        route=f"{request.method} {request.url.path}",
        address=address_of(request),
        namespaces=(
            *([request.path_params["namespace"]] if "namespace" in request.path_params else ()),
            *request.query_params.getlist("namespace"),
        ),
    )


async def write_caller(
    request: Request,
    key: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    idempotency_key: IdempotencyKey = None,
) -> Caller:
    """The caller of a POST, with its Idempotency-Key."""
    return replace(await read_caller(request, key), idempotency_key=idempotency_key)


async def edit_caller(
    request: Request,
    key: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
    if_match: IfMatch = None,
) -> Caller:
    """The caller of a PUT, PATCH or DELETE of what somebody else could have changed meanwhile."""
    return replace(await read_caller(request, key), if_match=if_match)


def _finished(made: Shape | Callable[[], Shape]) -> Shape:
    return made if isinstance(made, BaseModel) else made()


def _version(db: Transaction, read: Callable[[Transaction], BaseModel]) -> str | None:
    try:
        return versions.etag_of(read(db))
    except NotFound:
        return None


Reader = Annotated[Caller, Depends(read_caller)]
Editor = Annotated[Caller, Depends(edit_caller)]
Writer = Annotated[Caller, Depends(write_caller)]
