"""For all tests: a platform that needs no screen, chosen before Qt starts (with none Qt ends the process)."""

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
