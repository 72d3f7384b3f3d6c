"""Daily series of open data: readers of packages, and one small function for every source."""
