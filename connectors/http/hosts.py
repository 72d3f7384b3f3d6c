"""Where a source may be asked: its own address, the hosts it declares beside it, and nowhere else."""

from collections.abc import Collection

import httpx

from connectors.http.addresses import check_base
from connectors.http.errors import RequestError


class Hosts:
    """
    The addresses of one source; a configured `base_url` stands for the vendor's own host and for every other.

    Args:
        vendor_url: root of the API, without a path.
        base_url: what is asked instead, where configured.
        others: hosts that are asked by full address.
        insecure: plain http and private addresses are allowed.

    Raises:
        RequestError: when it is not an address to send a credential to.
    """

    def __init__(self, vendor_url: str, base_url: str | None, others: Collection[str], *, insecure: bool) -> None:
        self.base = check_base(base_url or vendor_url, insecure=insecure)
        self._root = str(self.base).rstrip("/")
        self._own = {self.base.host, httpx.URL(vendor_url).host}
        self._others = frozenset(others)
        self._is_replaced = base_url is not None

    def locate(self, path: str) -> tuple[httpx.URL, bool]:
        """
        Return the address of a path from the base on, or of a full address, and whether it was given from the base on.

        Raises:
            RequestError: when it leads to a host that is not declared.
        """
        if path.startswith("/"):
            return httpx.URL(self._root + path), True
        try:
            target = httpx.URL(path)
        except httpx.InvalidURL:
            target = httpx.URL()
        if not target.userinfo and _origin(target) == _origin(self.base):
            return target, False
        if target.scheme != "https" or target.userinfo or not self._is_declared(target.host):
            raise RequestError("redirect", "leads to another host, which is refused")
        return (httpx.URL(self._root + target.raw_path.decode()) if self._is_replaced else target), False

    def _is_declared(self, host: str) -> bool:
        """Whether a host is one of the others; one that begins with a dot stands for all below it."""
        return any(host == other or (other.startswith(".") and host.endswith(other)) for other in self._others)

    def path_of(self, link: str, asked: str) -> str:
        """
        Return the path and query, from the base on, of a link in the answer to a path.

        Raises:
            RequestError: when it leads to another host.
        """
        try:
            target = self.base.copy_with(path=asked).join(link)
            is_own = target.host in self._own
        except httpx.InvalidURL:
            is_own = False
        if not is_own:
            raise RequestError("redirect", "links to a next page on another host, which is refused")
        return target.raw_path.decode().removeprefix(self.base.path.rstrip("/"))


def _origin(url: httpx.URL) -> tuple[str, str, int | None]:
    return url.scheme, url.host, url.port
