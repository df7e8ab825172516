"""Visitors: the operator whose request for a page this is, and the transactions in which it is answered.

A page takes ``Signed``; a form's target takes ``Posted``, which is the same person after the form was shown to be ours.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from secrets import compare_digest
from typing import Annotated, Any, cast
from urllib.parse import urlsplit
from uuid import UUID

from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData

from warmline_api.addresses import address_of
from warmline_api.console import languages
from warmline_api.console.shell.refusals import AuditorsOnlyRead, ForeignForm, RoleForbids
from warmline_api.console.shell.wording import target
from warmline_api.files import SentFile, files_of_form
from warmline_memory import events, operators, queues, tenancy
from warmline_memory.errors import Unauthenticated
from warmline_memory.operators import Login, Person
from warmline_memory.platform import Platform
from warmline_memory.storage import Transaction
from warmline_schemas.operators import OperatorRole

COOKIE = "warmline_stay"
"""The cookie that holds the token of a sign-in."""
CSRF_FIELD = "csrf"
IDLE = "X-Idle"
"""The header of what an open page asks for by itself, after half an hour without a key or a pointer."""
NAMED = re.compile(r"\b(?:human|queue|skill):[a-z0-9](?:[a-z0-9_.-]*[a-z0-9_-])?")
"""People, queues and skills as the platform's own sentences name them; a full stop behind one is the sentence's."""
RANKS = (OperatorRole.OPERATOR, OperatorRole.LEAD, OperatorRole.ADMIN)
"""Roles, each of which may do all that the ones before it may."""


@dataclass(frozen=True)
class Visitor:
    """An operator who is signed in. ``form`` holds the fields of the form that was posted, ``files`` its files."""

    platform: Platform
    request: Request
    token_hash: bytes
    operator: Person
    login: Login
    seen: int
    """The number of the newest event when the request began. An open page is read again after later events."""
    form: FormData = field(default_factory=FormData)
    files: Sequence[SentFile] = ()

    @cached_property
    def agent(self) -> str:
        """The agent as which the operator works: ``human:NAME``."""
        return self.operator.agent

    @property
    def sign_in_name(self) -> str:
        """The name that the operator signs in with."""
        return f"{self.operator.tenant}/{self.operator.name}"

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What people call operators and queues, by target; read when a page first names one."""
        with self.transaction() as db:
            return {**queues.titles(db), **operators.display_names(db)}

    def called(self, name: str) -> str:
        """A target as people say it: `Tom Baker`, `Billing`, `queue fraud`, `tier1-bot`."""
        return self.names.get(name) or target(name)

    def worded(self, said: str) -> str:
        """A sentence of the platform's in the operator's language, and with targets as people say them: `Tom Baker has
        reserved this.`"""
        return NAMED.sub(lambda found: self.called(found[0]), languages.platform_said(said))

    def may(self, role: str) -> bool:
        """Whether the operator may do what takes at least this role. An auditor has none: they change nothing."""
        own = self.operator.role
        return own in RANKS and RANKS.index(own) >= RANKS.index(OperatorRole(role))

    def may_read(self, role: str) -> bool:
        """Whether the operator may read what takes at least this role to change; an auditor reads everything."""
        return self.may(role) or self.operator.role is OperatorRole.AUDITOR

    def check_sees(self, db: Transaction, table: type[Any], row_id: UUID) -> None:
        """Raise ``NotFound`` for a handoff, session or memory of a case that is not the operator's to see."""
        operators.check_sees(db, self.operator, table, row_id)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a transaction inside the operator's tenant, as ``human:NAME``. Raises ``Unauthenticated``."""
        address = address_of(self.request)
        with self.platform.database.transaction(key_hash=self.token_hash, address=address) as db:
            operators.enter_sign_in(db, self.token_hash)
            yield db


def require(visitor: Visitor, role: OperatorRole) -> None:
    """Raise ``RoleForbids`` unless the operator may do what takes at least this role."""
    if not visitor.may(role):
        raise RoleForbids(role=role.value)


def require_reading(visitor: Visitor, role: OperatorRole) -> None:
    """Raise ``RoleForbids`` unless the operator has at least this role, or is an auditor."""
    if not visitor.may_read(role):
        raise RoleForbids(role=role.value)


def signed_in(request: Request) -> Visitor:
    """The operator who is signed in. Raises ``Unauthenticated``, which is answered with the page for signing in."""
    return signed_in_by(request, COOKIE)


def signed_in_by(request: Request, cookie: str) -> Visitor:
    """The operator whose login's token a cookie holds. Raises ``Unauthenticated``."""
    token = request.cookies.get(cookie)
    if not token:
        raise Unauthenticated
    platform = cast(Platform, request.app.state.platform)
    token_hash = tenancy.key_hash(token)
    with platform.database.transaction(key_hash=token_hash, address=address_of(request)) as db:
        login = operators.enter_sign_in(db, token_hash)
        # Every page prolongs the login, so that nobody is signed out in the middle of their work. An open page before
        # which nobody sits says so, and then nobody counts as there.
        if IDLE not in request.headers:
            operators.prolong_sign_in(db, token_hash, login)
        operator = operators.signed_in_person(db)
        seen = events.last_sequence(db)
    languages.use(operator.language)
    return Visitor(platform, request, token_hash, operator, login, seen)


async def posting(request: Request) -> Visitor:
    """The operator who is signed in and posts one of our forms. Raises ``Unauthenticated``, ``ForeignForm``, and
    ``AuditorsOnlyRead``."""
    visitor = await posting_by(request, COOKIE)
    if visitor.operator.role is OperatorRole.AUDITOR:
        raise AuditorsOnlyRead
    return visitor


async def posting_for_oneself(request: Request) -> Visitor:
    """Who posts a form of their own sign-in, such as signing out, which an auditor may do too. Raises
    ``Unauthenticated`` and ``ForeignForm``."""
    return await posting_by(request, COOKIE)


async def posting_by(request: Request, cookie: str) -> Visitor:
    """Who posts a form, by the cookie of their login. Raises ``Unauthenticated`` and ``ForeignForm``."""
    refuse_other_origins(request)
    # The form is read before anybody is looked up: the body has to be read in the event loop, the database in a thread.
    async with request.form() as fields:
        form = FormData([(name, value) for name, value in fields.multi_items() if isinstance(value, str)])
        files = await files_of_form(fields)
    visitor = await run_in_threadpool(signed_in_by, request, cookie)
    # Compared in constant time, so that the answer's time does not give the token away one character at a time.
    if not compare_digest(str(form.get(CSRF_FIELD, "")).encode(), visitor.login.csrf.encode()):
        raise ForeignForm
    return replace(visitor, form=form, files=files)


def refuse_other_origins(request: Request) -> None:
    """Raise ``ForeignForm`` for a request that a browser sends on behalf of another site."""
    # Browsers send Origin with every POST to another site. Programs without a browser send none, and have no cookie
    # that another site could use. The token in the form, which is checked as well, holds where a browser sends no
    # Origin.
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise ForeignForm


Signed = Annotated[Visitor, Depends(signed_in)]
Posted = Annotated[Visitor, Depends(posting)]
PostedForOneself = Annotated[Visitor, Depends(posting_for_oneself)]
