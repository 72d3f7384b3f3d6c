"""Parts of the Vendure connector: queries and shapes."""
