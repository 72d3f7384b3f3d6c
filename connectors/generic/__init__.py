"""Anything else: files and JSON APIs without code."""
