"""Frames in, frames and text out: key results measured, judged, forecast, explained and shown."""
