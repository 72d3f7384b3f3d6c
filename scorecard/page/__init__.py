"""The report: one HTML page from frames."""
