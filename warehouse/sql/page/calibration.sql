-- grain: one row per closed key result and quarter of its time
from calibration
