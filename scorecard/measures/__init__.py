"""What each kind of key result measures: the value, its history, its freshness."""
