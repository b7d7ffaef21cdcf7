"""leafletkit: one patient leaflet in many languages and formats, each proved to carry its warnings."""

__version__ = "0.1.0"
