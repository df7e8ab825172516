"""Which URLs a webhook may have, before anything is resolved."""

import pytest
from pydantic import ValidationError

from warmline_schemas.webhooks import AddWebhook

REFUSED = [
    "https://example.com/\r\nHost: evil.example",
    "https://example.com/a\nb",
    "https://example.com\\@evil.example/",
    "https:\\\\evil.example",
    "https:/\\evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:///evil.example",
    "https://?x",
    "https://exa mple.com/",
    "https://exa\u00a0mple.com/",
    "https://example.com/\u2028x",
    "https://user:word@example.com/",
    "https://example.com/#x",
    "ftp://example.com/",
    "//example.com/",
    "example.com",
]


@pytest.mark.parametrize("url", REFUSED)
def test_a_url_that_two_parsers_could_read_in_two_ways_is_refused_at_the_door(url: str) -> None:
    with pytest.raises(ValidationError, match="url"):
        AddWebhook(url=url)


@pytest.mark.parametrize("url", ["https://example.com", "HTTPS://Example.com:8443/a/b?c=d%0a", "http://10.1.2.3/x"])
def test_a_plain_url_is_taken_as_it_is(url: str) -> None:
    assert AddWebhook(url=url).url == url
