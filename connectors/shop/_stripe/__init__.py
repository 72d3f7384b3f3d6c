"""Parts of the Stripe connector: what went back."""
