-- grain: one row per closed key result or back-test bin
from calibration
