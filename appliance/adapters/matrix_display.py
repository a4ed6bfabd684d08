"""Four LED blocks in a row, 32×8 dots, on the SPI bus."""

from typing import Any

from appliance.adapters.displays import Display, OpenDisplay
from appliance.core.dots import centred


class MatrixDisplay:
    """One dot of a sign is one LED; `device` is any luma device."""

    columns = 4

    def __init__(self, device: Any, *, digit_mm: float = 32.0) -> None:  # noqa: ANN401 - luma has no types
        from luma.core.render import canvas  # only a box with such a display pays for luma

        self.digit_mm = digit_mm
        self._device = device
        self._canvas = canvas

    def show(self, text: str) -> None:
        """The text in the middle."""
        field = centred(text, width=self._device.width, height=self._device.height)
        with self._canvas(self._device) as draw:
            for y, row in enumerate(field):
                draw.point([(x, y) for x, dot in enumerate(row) if dot == "#"], fill="white")

    def close(self) -> None:
        """Dark, and the bus is free."""
        self._device.cleanup()


def matrix_display(
    *, port: int = 0, device: int = 0, contrast: int = 80, digit_mm: float = 32.0
) -> OpenDisplay:
    """How to open the MAX7219 blocks on /dev/spidev<port>.<device>."""

    def opening() -> Display:
        from luma.core.interface.serial import noop, spi
        from luma.led_matrix.device import max7219

        # noop: the SPI bus has its own chip select, so no GPIO library is asked for, on any Pi.
        bus = spi(port=port, device=device, gpio=noop())
        blocks = max7219(bus, width=32, height=8, block_orientation=-90)
        blocks.contrast(contrast)
        return MatrixDisplay(blocks, digit_mm=digit_mm)

    return opening
