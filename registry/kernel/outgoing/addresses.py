"""Where a message may be sent to. A typed address is a way into this network, unless every step of it is checked.

The name is resolved here, every address behind it is judged, and whoever sends connects to the address that was
judged: a name that resolves to something else a moment later leads nowhere else (no rebinding).
"""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

LONGEST = 500
NAT64 = ip_network("64:ff9b::/96")
"""IPv6 addresses that stand for IPv4 addresses behind a translator (RFC 6052)."""
IPAddress = IPv4Address | IPv6Address


class NotAllowed(Exception):
    """Nothing may be sent there; the message is a sentence for whoever typed the address."""


@dataclass(frozen=True)
class Target:
    """A checked address: what to connect to, and whom to ask for there."""

    scheme: str
    host: str
    port: int
    path: str
    address: str


def read(url: str) -> SplitResult:
    """The parts of `url`, once its form is sound. Nothing is resolved. Raises NotAllowed."""
    parts = _split(url)
    schemes = {"https", "http"} if settings.WEBHOOK_ALLOW_HTTP else {"https"}
    if parts.scheme not in schemes:
        raise NotAllowed(_("The address must begin with https://."))
    if parts.username or parts.password:
        raise NotAllowed(_("The address must not hold a user name or a password."))
    if parts.fragment:
        raise NotAllowed(_("The address must not have a part after “#”."))
    return parts


def checked(url: str) -> Target:
    """Resolves the name and judges every address behind it. Raises NotAllowed; OSError where the name is unknown."""
    parts = read(url)
    host = str(parts.hostname)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    allowed = _networks(settings.WEBHOOK_ALLOWED_NETWORKS)
    for address in addresses:
        if not is_allowed(address, allowed):
            raise NotAllowed(
                _("%(host)s leads to %(address)s, which is no public address. Nothing is sent there.")
                % {"host": host, "address": address}
            )
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, path, addresses[0])


def is_allowed(address: str, allowed: Iterable[object] = ()) -> bool:
    """Whether `address` is public, or in one of the networks that the settings name.

    Loopback, private, link-local (where clouds keep their metadata), shared and reserved addresses are not public,
    nor is what only wraps one of them: IPv4 in IPv6, 6to4, Teredo and NAT64.
    """
    found = _unwrapped(ip_address(address.partition("%")[0]))
    if any(found in network for network in allowed):  # type: ignore[operator]
        return True
    if isinstance(found, IPv6Address) and found.is_site_local:
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved)


def _unwrapped(found: IPAddress) -> IPAddress:
    if isinstance(found, IPv4Address):
        return found
    if found.ipv4_mapped is not None:
        return found.ipv4_mapped
    if found.sixtofour is not None:
        return found.sixtofour
    if found.teredo is not None:
        return found.teredo[1]
    if isinstance(NAT64, IPv6Network) and found in NAT64:
        return IPv4Address(int(found) & 0xFFFFFFFF)
    return found


def _networks(names: Iterable[str]) -> list[object]:
    return [ip_network(name, strict=False) for name in names]


def _split(url: str) -> SplitResult:
    if len(url) > LONGEST or any(ord(each) <= 32 or ord(each) == 127 for each in url) or "\\" in url:
        raise NotAllowed(_("This is not an address that can be called."))
    try:
        parts = urlsplit(url)
        is_sound = bool(parts.hostname) and (parts.port is None or parts.port > 0)
        str(parts.hostname).encode("idna")
        url.encode("ascii")
    except ValueError:
        is_sound = False
    if not is_sound:
        raise NotAllowed(_("This is not an address that can be called."))
    return parts
