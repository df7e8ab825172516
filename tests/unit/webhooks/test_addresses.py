"""Which addresses events may be sent to."""

import pytest

from warmline_memory.settings import Settings
from warmline_memory.webhooks import AllowedAddresses

NOWHERE_PUBLIC = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.2.1",
    "198.18.0.1",
    "203.0.113.9",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "64:ff9b::7f00:1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2002:a00:1::1",
    "2001:0:7f00:1::",
    "2001:db8::1",
    "100::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "192.0.0.192",
    "192.0.0.9",
    "192.88.99.1",
    "192.31.196.1",
    "198.51.100.7",
    "3fff::1",
    "3fff:fff::1",
    "2001:2::1",
    "2001:20::1",
    "2620:4f:8000::1",
    "64:ff9b::c000:c0",
    "64:ff9b:1::c000:c0",
    "::ffff:192.0.0.192",
    "::ffff:0:10.0.0.1",
    "2002:c058:6301::1",
    "2002:c000:c0::1",
    "5f00::1",
    "4000::1",
    "::1.1.1.1",
]


@pytest.mark.parametrize("address", NOWHERE_PUBLIC)
def test_what_is_no_public_address_is_refused(address: str) -> None:
    assert not AllowedAddresses("").allows(address)


@pytest.mark.parametrize(
    "address",
    ["1.1.1.1", "93.184.216.34", "::ffff:1.1.1.1", "64:ff9b::101:101", "2606:4700::1", "2002:101:101::1", "2a00::1"],
)
def test_public_addresses_are_allowed(address: str) -> None:
    assert AllowedAddresses("").allows(address)


def test_an_allowed_network_lets_its_own_addresses_through_and_no_others() -> None:
    allowed = AllowedAddresses("10.0.0.0/8, 127.0.0.1")
    assert [allowed.allows(one) for one in ("10.9.9.9", "127.0.0.1", "127.0.0.2", "192.168.0.1")] == [
        True,
        True,
        False,
        False,
    ]


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "169.254.169.254"])
def test_a_private_address_is_refused_before_anything_is_sent(host: str) -> None:
    assert "no public address" in str(AllowedAddresses("").refusal("https", host))


def test_http_without_tls_is_for_allowed_networks_alone() -> None:
    assert "https://" in str(AllowedAddresses("").refusal("http", "example.com"))
    assert AllowedAddresses("10.0.0.0/8").refusal("http", "intranet.example") is None


def test_a_setting_that_names_no_network_is_refused() -> None:
    with pytest.raises(ValueError, match="private-ish"):
        Settings(webhook_allow_private="10.0.0.0/8,private-ish")
