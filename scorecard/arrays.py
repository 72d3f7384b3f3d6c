"""Arrays of numbers, as measuring and forecasting pass them."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
