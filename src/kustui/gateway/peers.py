"""Who is calling: the address of a connection, or what a proxy of ours says it is."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable

from kustui.errors import SettingsTrouble

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Peers:
    """Believes X-Forwarded-For of the named proxies only, and in it the first address, counted from the
    right, that is none of theirs.
    """

    def __init__(self, proxies: Iterable[object]) -> None:
        """`proxies` are addresses or networks; raises SettingsTrouble for what is neither."""
        self._proxies: list[Network] = []
        for named in proxies:
            try:
                self._proxies.append(ipaddress.ip_network(str(named), strict=False))
            except ValueError:
                raise SettingsTrouble(
                    "No such address", f"gateway.proxies has {named!r}; write it like 127.0.0.1."
                ) from None

    def caller(self, remote: str, forwarded: str) -> str:
        """What a caller is counted by: the address, or for IPv6 the network of one household."""
        address = remote
        for hop in reversed(forwarded.split(",")):
            if not self.believed(address):
                break
            if _address(hop.strip()) is None:
                break
            address = hop.strip()
        found = _address(address)
        if isinstance(found, ipaddress.IPv6Address):
            return str(ipaddress.ip_network((found, 64), strict=False))
        return str(found or "unknown")

    def believed(self, address: str) -> bool:
        """Whether an address is one of the proxies'."""
        found = _address(address)
        return found is not None and any(found in network for network in self._proxies)


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
