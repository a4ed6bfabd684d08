"""A small OLED of 128×64 dots on the I2C bus."""

from typing import Any

from appliance.adapters.displays import Display, OpenDisplay
from appliance.core.dots import HEIGHT, rows


class OledDisplay:
    """One dot of a sign is a block as high as the glass allows; `device` is any luma device."""

    columns = 4

    def __init__(self, device: Any, *, digit_mm: float = 10.0) -> None:  # noqa: ANN401 - luma has no types
        from luma.core.render import canvas  # only a box with such a display pays for luma

        self.digit_mm = digit_mm
        self._device = device
        self._canvas = canvas

    def show(self, text: str) -> None:
        """The text in the middle, as large as it fits."""
        drawn = rows(text)
        high = max(1, self._device.height // HEIGHT)
        wide = max(1, min(high, self._device.width // max(1, len(drawn[0]))))
        left = (self._device.width - wide * len(drawn[0])) // 2
        top = (self._device.height - high * HEIGHT) // 2
        with self._canvas(self._device) as draw:
            for y, row in enumerate(drawn):
                for x, dot in enumerate(row):
                    if dot == "#":
                        x0, y0 = left + x * wide, top + y * high
                        draw.rectangle((x0, y0, x0 + wide - 1, y0 + high - 1), fill="white")

    def close(self) -> None:
        """Dark, and the bus is free."""
        self._device.cleanup()


def oled_display(*, port: int = 1, address: int = 0x3C, digit_mm: float = 10.0) -> OpenDisplay:
    """How to open the SSD1306 on /dev/i2c-<port>."""

    def opening() -> Display:
        from luma.core.interface.serial import i2c
        from luma.oled.device import ssd1306

        return OledDisplay(ssd1306(i2c(port=port, address=address)), digit_mm=digit_mm)

    return opening
