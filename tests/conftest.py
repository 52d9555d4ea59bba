"""For all tests: a platform that needs no screen, chosen before Qt starts (with none Qt ends the process)."""

import os

from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A search is bounded by its number of examples and by pytest's timeout; a slow machine is not a failure.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")
