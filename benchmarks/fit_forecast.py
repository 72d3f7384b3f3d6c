"""
Fits the forecast's constants: `uv run python benchmarks/fit_forecast.py [--leave-out SOURCE]` prints and writes them.

The loss is log loss plus three times the Brier score of the chance of every question, sources weighted by the square
root of their size, questions before any plan at the period's start included, so that suggested targets are
fitted too. Constants are fitted as logarithms, pulled a little towards round first guesses, by BFGS on finite differences.
"""

import argparse
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path

import numpy as np
from backtest import Case, cut, load

from okr_config.models import Judge
from scorecard import forecast_parameters
from scorecard.forecast import stretches_at_due
from scorecard.forecast_ahead import Stretches
from scorecard.forecast_history import Histories, gather
from scorecard.forecast_memory import Memory, remember
from scorecard.forecast_parameters import HABITS, Habits
from scorecard.forecast_rate import believe, spread_ahead
from scorecard.forecast_spread import Spread
from scorecard.question import Floats
