"""Read the square codes of a finished PDF as the camera of a phone would."""

from __future__ import annotations

import zxingcpp

from .raster import sheets

_DPI = 150
_LAST = 4  # pages: the code stands at the end


def codes(data: bytes) -> tuple[str, ...]:
    """What each square code on the last pages says, from the end."""
    with sheets(data) as pages:
        last = sorted(pages, reverse=True)[:_LAST]
        return tuple(code.text for n in last for code in zxingcpp.read_barcodes(pages[n].grey(_DPI), formats=zxingcpp.barcode_formats_from_str("QRCode")))
