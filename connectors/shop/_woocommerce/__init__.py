"""Parts of the WooCommerce connector."""
