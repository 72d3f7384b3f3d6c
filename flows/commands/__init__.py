"""The commands of `okr`: one module each, named as typed, which `flows.cli` imports when its command is run."""
