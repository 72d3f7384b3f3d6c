"""The calibrated chance: history, rate, season and paths to one distribution of outcomes."""
