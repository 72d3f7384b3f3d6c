"""Writes project folders: what they begin with, their files, the next period of one that is there."""
