"""The commands of `okr`, by theme: each module lists its own in `COMMANDS` and imports what they need when they run."""
