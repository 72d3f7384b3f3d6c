"""Databases that a team's query may be asked of; every one of them is only read."""
