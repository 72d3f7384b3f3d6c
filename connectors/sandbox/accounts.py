"""Who the sandbox knows: names and keys that open nothing but the sandbox."""

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

BLUESKY_ACCOUNT = "exportcounter.bsky.social"
BLUESKY_DID = "did:plc:sandboxexportcounter2345"
MASTODON_ACCOUNT = "exportcounter@social.example"
MASTODON_ID = "109000000000000001"
