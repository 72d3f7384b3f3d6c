"""WooCommerce's REST API over the sandbox's shop."""
