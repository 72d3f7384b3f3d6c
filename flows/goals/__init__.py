"""Looking ahead and writing goals: forecasts from what is published, targets, edits of an objective file."""
