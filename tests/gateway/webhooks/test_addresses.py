"""Where a webhook may go: out, over https, and to nothing inside."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from services.gateway.webhooks.addresses import (
    AddressNotPublic,
    UrlNotAllowed,
    allowed,
    is_public,
    resolve,
    target,
)

INSIDE = [
    "127.0.0.1", "127.255.0.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "0.0.0.0",  # noqa: S104 - refused, not bound
    "100.64.0.1", "224.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "240.0.0.1",
    "::1", "::", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::", "2002:a00:1::1",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_no_address_inside_is_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "64:ff9b::101:101"]
)
def test_an_address_outside_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.example/in", "ftp://hooks.example/", "https://", "https:///in",
        "https://user:word@hooks.example/", "https://user@hooks.example/",
        "https://hooks.example/#part", "https://hooks.example:99999/", "https://hooks.example/a b",
        "https://hooks.example/\r\nx: y", "https://hooks.exämple/", "https://[::1", "file:///etc",
        "https://" + "a" * 2000, "//hooks.example/",
    ],
)  # fmt: skip
def test_what_is_no_plain_https_url_is_refused(url: str) -> None:
    with pytest.raises(UrlNotAllowed):
        allowed(url, sandbox=False)


def test_the_url_is_kept_as_it_is_but_for_where_it_connects() -> None:
    assert allowed("https://Hooks.example:8443/in/?x=1", sandbox=False) == (
        "https",
        "hooks.example",
        8443,
        "/in/?x=1",
    )


async def of(*addresses: str, url: str = "https://hooks.example/in", sandbox: bool = False) -> str:
    async def found(_: str, __: int) -> list[str]:
        return list(addresses)

    return (await target(url, found, sandbox=sandbox)).url


async def test_one_address_inside_among_several_is_enough_to_refuse() -> None:
    with pytest.raises(AddressNotPublic):
        await of("93.184.216.34", "10.0.0.1")
    with pytest.raises(AddressNotPublic):
        await of()
    assert await of("93.184.216.34", "1.1.1.1") == "https://93.184.216.34:443/in"


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://2130706433/",
     "https://0x7f000001/", "https://127.1/", "https://[::ffff:127.0.0.1]/"],
)  # fmt: skip
async def test_this_machine_is_refused_however_it_is_spelt(url: str) -> None:
    with pytest.raises((AddressNotPublic, UrlNotAllowed, OSError)):
        await target(url, resolve, sandbox=False)


async def test_in_a_sandbox_plain_http_reaches_this_machine_and_no_other() -> None:
    url = "http://localhost:8080/in"
    assert await of("127.0.0.1", url=url, sandbox=True) == "http://127.0.0.1:8080/in"
    with pytest.raises(AddressNotPublic):
        await of("10.0.0.1", url=url, sandbox=True)
    with pytest.raises(AddressNotPublic):
        await of("93.184.216.34", url=url, sandbox=True)
    with pytest.raises(UrlNotAllowed):
        await of("127.0.0.1", url=url)
    with pytest.raises(AddressNotPublic):
        await of("127.0.0.1", sandbox=True)
