"""Why a score is what it is: its arithmetic, its outlook, in sentences."""
