"""The connectors there are, as people read about them."""
