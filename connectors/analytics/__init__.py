"""Web analytics: visitors, visits and page views by day, week and month."""
