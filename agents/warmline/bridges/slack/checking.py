"""Checking: what is wrong with a set-up, and how to mend it. Nothing is changed by that."""

from collections.abc import Iterator
from contextlib import closing

from warmline.bridges.desk import CannotLook, Later, Refused
from warmline.bridges.finding_faults import Finding, answers, warmline_itself
from warmline.bridges.slack.calls import SlackApi, scopes_of
from warmline.bridges.slack.settings import SlackSettings
from warmline.client import Warmline
from warmline.errors import WarmlineError

SCOPES = ("chat:write", "users:read", "users:read.email")
"""What the app must be allowed; to read the channels' history is asked for each channel."""


def check(settings: SlackSettings, client: Warmline) -> Iterator[Finding]:
    """Look at everything that a bridge needs, one after the other."""
    itself = warmline_itself(client)
    yield itself
    if itself.is_fine:
        yield _operators(settings, client)
    with closing(SlackApi(settings.api, settings.token)) as api:
        token = _token(api)
        yield token
        if token.is_fine:
            for target, channel in settings.channels.items():
                yield _channel(api, target, channel)
            for rota, channel in settings.rotas.items():
                yield _channel(api, f"rota {rota}", channel)
    if settings.public_url is None:
        yield Finding("public_url", False, "It is not set, so nothing was checked of how Slack reaches the bridge.")
    else:
        yield answers(settings.public_url)


def _operators(settings: SlackSettings, client: Warmline) -> Finding:
    try:
        people = [one for one in client.operators.list(page_size=200) if not one.disabled]
    except WarmlineError as error:
        return Finding("operators", False, f"They cannot be read: {error}")
    named = set(settings.names.values())
    unknown = sorted(named - {one.name for one in people})
    if unknown:
        return Finding("names", False, f"Warmline has no operator {', '.join(unknown)}: change the settings.")
    lost = sorted(one.name for one in people if not one.email and one.name not in named)
    if lost:
        mend = "set one by `warmline operators change NAME --email ADDRESS`, or name them in `names`"
        return Finding("operators", False, f"No e-mail address is known of {', '.join(lost)}: {mend}.")
    return Finding("operators", True, "Each of them can be found by their e-mail address or by `names`.")


def _token(api: SlackApi) -> Finding:
    try:
        found = scopes_of(api)
    except (Later, Refused) as error:
        return Finding("token", False, f"{error}: copy the bot user's token from the app's page once more.")
    given = {one.strip() for one in str(found.get("scopes", "")).split(",")}
    absent = [one for one in SCOPES if one not in given]
    if absent:
        return Finding("token", False, f"It lacks {', '.join(absent)}: add them to the app, and install it again.")
    return Finding("token", True, f"It is that of {found.get('user')} in {found.get('team')}.")


def _channel(api: SlackApi, target: str, channel: str) -> Finding:
    about = f"channel of {target}"
    try:
        found = api.ask("conversations.info", {"channel": channel}, as_form=True)["channel"]
        api.find(channel, "none")
    except (Later, Refused) as error:
        return Finding(about, False, f"{error}: look at its id, and invite the app into it.")
    except CannotLook as error:
        mend = "let the app read the channel's history (channels:history, groups:history), or invite it"
        return Finding(about, False, f"{error}: {mend}. Without it, what may have been posted is not looked for.")
    if not found.get("is_member"):
        return Finding(about, False, f"The app is not in #{found.get('name')}: invite it there.")
    return Finding(about, True, f"It is #{found.get('name')}.")
