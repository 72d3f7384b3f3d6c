"""Which account settings name."""

from typing import ClassVar

import pytest
from pydantic import SecretStr

from okr_config.accounts import account_of
from okr_config.models import SourceSettings


class _Shop(SourceSettings):
    identity: ClassVar[tuple[str, ...]] = ("url", "site")

    url: str = ""
    site: int | None = None


class _Keyed(SourceSettings):
    identity: ClassVar[tuple[str, ...]] = ("api_key", "store")

    api_key: SecretStr
    store: str | None = None


class _Query(SourceSettings):
    identity: ClassVar[tuple[str, ...]] = ("query",)
    follows_account: ClassVar[bool] = False

    query: str = "select 1"


@pytest.mark.parametrize(
    ("url", "account"),
    [
        ("https://mugs.example", "mugs.example"),
        ("http://www.MUGS.example/", "mugs.example"),
        ("https://mugs.example/Shop/", "mugs.example/Shop"),
        ("https://mugs.example:8443", "mugs.example:8443"),
        ("http://127.0.0.1:40001/woo", "127.0.0.1/woo"),
    ],
)
def test_an_address_is_its_host_and_path(url: str, account: str) -> None:
    """The scheme, a leading www and the port of a test server make no other shop; a path does."""
    assert account == account_of(_Shop(id="a", connector="shop", url=url))
    assert f"{account} 4" == account_of(_Shop(id="a", connector="shop", url=url, site=4))


def test_a_secret_names_no_account() -> None:
    """A key is renewed without the account being another one; what stands beside it may be any account's."""
    assert account_of(_Keyed(id="a", connector="shop", api_key=SecretStr("s"), store="4")) is None


def test_a_query_names_no_account() -> None:
    """It may be edited at will."""
    assert account_of(_Query(id="a", connector="sql")) is None
