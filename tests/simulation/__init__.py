"""A till, its line and its host on one simulated clock: the real code below, seconds of years above."""
