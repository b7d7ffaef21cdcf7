"""The main job: `python build.py` makes and proves every leaflet of this project. Same verbs as `leafletkit`."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent / "src"))

if __name__ == "__main__":
    from leafletkit.cli import main

    sys.exit(main())
