"""Social accounts: followers and posts, as they are now."""
