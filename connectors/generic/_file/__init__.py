"""Sheets as people keep them: where they lie, what they are made of, how their days and numbers are written."""
