"""Signing in through a tenant's OpenID provider: to it, and back from it with a code."""

from functools import partial
from secrets import compare_digest
from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from warmline_api.addresses import address_of
from warmline_api.console import shell
from warmline_api.console.entrance import cookies
from warmline_api.console.entrance.refusals import ForeignAnswer, NoProvider
from warmline_api.console.entrance.round_trips import SECONDS, RoundTrips
from warmline_api.console.languages import _, marked
from warmline_api.console.shell import PREFIX
from warmline_api.identity import ProviderClient, ProviderFailed, Question
from warmline_api.lines import Line
from warmline_memory import operators
from warmline_memory.errors import NotAnOperator, WarmlineError
from warmline_memory.operators import Provider
from warmline_memory.platform import Platform

router = APIRouter()

HERE = f"{PREFIX}/sign-in/provider"
STATE_COOKIE = "warmline_provider"
TITLE = marked("Sign in through your provider")


@router.get("/sign-in/provider")
def show_provider(request: Request, tenant: str = "", next: str = "") -> Response:
    """Which provider somebody is about to be sent to. A form cannot lead out of the console, so that a link does."""
    try:
        provider = _provider(request, tenant) if tenant else None
    except WarmlineError as error:
        return _page(request, tenant, next, error=error)
    return _page(request, tenant, next, provider)


@router.get("/sign-in/provider/begin")
async def begin_at_provider(request: Request, tenant: str = "", next: str = "") -> Response:
    """Send a browser to the tenant's provider."""
    line: Line = request.app.state.providers
    try:
        address, state = await line.served(_begin, request, tenant, next)
    except WarmlineError as error:
        return _page(request, tenant, next, error=error)
    response = RedirectResponse(address, 303)
    # Whoever comes back is the browser that was sent away: nobody can have somebody else sign in as them unnoticed.
    secure = request.url.scheme == "https"
    response.set_cookie(STATE_COOKIE, state, SECONDS, path=HERE, httponly=True, samesite="lax", secure=secure)
    return response


@router.get("/sign-in/provider/done")
async def come_back(request: Request, state: str = "", code: str = "", iss: str = "") -> Response:
    """Come back from a provider, with the code that it gave."""
    line: Line = request.app.state.providers
    try:
        if not compare_digest(state.encode(), request.cookies.get(STATE_COOKIE, "").encode()):
            raise ForeignAnswer
        token, after = await line.served(_come_back, request, state, code, iss)
        response = cookies.let_in(request, token, after)
    except WarmlineError as error:
        response = _page(request, "", "", error=error)
    response.delete_cookie(STATE_COOKIE, path=HERE)
    return response


def _begin(request: Request, tenant: str, next: str) -> tuple[str, str]:
    """Where the browser goes, and its state. Raises ``NoProvider``, ``ProviderFailed`` and ``Unavailable``."""
    provider, question = _provider(request, tenant), Question.new()
    client: ProviderClient = request.app.state.provider_client
    trips: RoundTrips = request.app.state.round_trips
    # The issuer is kept too: an answer of one provider must not be taken to the next that an administrator names.
    state = trips.begin({"tenant": tenant, "issuer": provider.issuer, "next": next, **question.to_json()})
    return client.address_for(provider, question, state, _redirect_uri(request)), state


def _come_back(request: Request, state: str, code: str, iss: str) -> tuple[str, str]:
    """The cookie's secret of a new login, and the page that was asked for."""
    trips: RoundTrips = request.app.state.round_trips
    begun = trips.take(state) if state else None
    if begun is None:
        raise ForeignAnswer
    provider = _provider(request, begun["tenant"])
    platform: Platform = request.app.state.platform
    inside = partial(platform.database.transaction, tenant_id=provider.tenant_id, address=address_of(request))
    try:
        # RFC 9207: where a provider says in its answer who it is, that must be the one that was asked.
        if provider.issuer != begun["issuer"] or (iss and iss != provider.issuer):
            raise ProviderFailed(why="another provider answered")
        if not code:
            raise ProviderFailed(why="it let nobody in")
        client: ProviderClient = request.app.state.provider_client
        question = Question(begun["nonce"], begun["verifier"])
        claims = client.claims(provider, question, code, _redirect_uri(request))
        with inside() as db:
            browser = request.headers.get("user-agent")
            return operators.sign_in_by_provider(db, provider, claims, browser), begun["next"]
    except (ProviderFailed, NotAnOperator) as error:
        with inside() as db:
            operators.record_failed_provider(db, provider, type(error).__name__)
        raise


def _provider(request: Request, tenant: str) -> Provider:
    """Raises ``NoProvider``, whether the tenant has none or there is no such tenant."""
    platform: Platform = request.app.state.platform
    with platform.database.transaction(tenant_name=tenant) as db:
        provider = operators.find_provider(db, tenant)
    if provider is None:
        raise NoProvider
    return provider


def _redirect_uri(request: Request) -> str:
    return str(request.url.replace(path=f"{HERE}/done", query="", fragment=""))


def _page(
    request: Request, tenant: str, next: str, provider: Provider | None = None, error: WarmlineError | None = None
) -> Response:
    return shell.page(
        request,
        "entrance/provider.html",
        title=_(TITLE),
        error=error,
        tenant=tenant,
        host=provider and urlsplit(provider.issuer).hostname,
        next=shell.inside(next),
    )
