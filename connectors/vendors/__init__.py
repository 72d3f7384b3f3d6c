"""What several connectors of one vendor share."""
