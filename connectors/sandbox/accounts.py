"""Who the sandbox knows: names and keys that open nothing but the sandbox."""

from functools import cache
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from joserfc.jwk import RSAKey

SHOP = "exportcounter.myshopify.com"
SHOP_NAME = "Export Counter"
SHOP_ACCESS_TOKEN = "shpat_sandbox_opens_no_real_shop"  # noqa: S105 - opens the sandbox only
SHOP_CLIENT_ID = "sandbox-client"
SHOP_CLIENT_SECRET = "shpss_sandbox_opens_no_real_shop"  # noqa: S105 - opens the sandbox only
SHOP_SCOPES = frozenset({"read_orders", "read_all_orders", "read_products", "read_customers"})

WOOCOMMERCE_KEY = "ck_sandbox_opens_no_real_shop"
WOOCOMMERCE_SECRET = "cs_sandbox_opens_no_real_shop"  # noqa: S105 - opens the sandbox only

PLAUSIBLE_SITE_ID = "exportcounter.example"
PLAUSIBLE_LOCKED_SITE_ID = "locked.exportcounter.example"
PLAUSIBLE_API_KEY = "sandbox-stats-key"

GA4_PROPERTY_ID = "345678901"
GA4_CLIENT_EMAIL = "okr@exportcounter.iam.gserviceaccount.com"
GA4_TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address

MATOMO_SITE_ID = "1"
MATOMO_TOKEN = "sandbox-matomo-token"  # noqa: S105 - opens the sandbox only

BLUESKY_ACCOUNT = "exportcounter.bsky.social"
BLUESKY_DID = "did:plc:sandboxexportcounter2345"
MASTODON_ACCOUNT = "exportcounter@social.example"
MASTODON_ID = "109000000000000001"


@cache
def ga4_key() -> "RSAKey":
    """Return the key of the service account, made anew in each process: none is kept in a file."""
    from joserfc.jwk import RSAKey  # noqa: PLC0415 - large, and wanted only where somebody signs in

    return RSAKey.generate_key(2048, private=True)


def ga4_credentials() -> str:
    """Return the service account's JSON key, as Google hands it out."""
    return orjson.dumps(
        {
            "type": "service_account",
            "private_key_id": "sandbox",
            "private_key": ga4_key().as_pem(private=True).decode(),
            "client_email": GA4_CLIENT_EMAIL,
            "token_uri": GA4_TOKEN_URI,
        }
    ).decode()
