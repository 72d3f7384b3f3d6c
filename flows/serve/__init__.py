"""Serving the page over HTTP, and keeping the schedule."""
