"""leafletkit: one patient leaflet in many languages and formats, each proved to carry its warnings."""

import os

# Every core has a process of its own. Threads of numpy's algebra would only wait for each other, at full load.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
