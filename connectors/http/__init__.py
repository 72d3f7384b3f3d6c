"""One HTTP client for all connectors: limits, retries, paging, redaction, errors that say what is wrong."""
