"""The week in ten lines: what moved and why, what needs a decision and whose, what is missing."""
