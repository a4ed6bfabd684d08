"""Each kind of display, drawn without the display."""

import pytest
from gpiozero.pins.mock import MockFactory, MockPWMPin
from luma.core.device import dummy
from luma.core.interface.serial import noop
from luma.led_matrix.device import max7219
from luma.oled.device import ssd1306

from appliance.adapters.matrix_display import MatrixDisplay
from appliance.adapters.oled_display import OledDisplay
from appliance.adapters.segment_display import SegmentDisplay, SegmentPins

SEGMENTS = SegmentPins(segments=(2, 3, 4, 5, 6, 7, 8), dot=9, digits=(22, 23, 24, 25))


def test_seven_segments_show_a_number_at_the_end_of_the_row() -> None:
    factory = MockFactory(pin_class=MockPWMPin)
    display = SegmentDisplay(SEGMENTS, pin_factory=factory)
    display.show("A7")
    assert display.value == (" ", " ", "A", "7")
    display.show("9.00")
    assert display.value == (" ", "9.", "0", "0")
    display.show("10.30")
    assert display.value == ("1", "0.", "3", "0")
    display.show("----")
    assert display.value == ("-", "-", "-", "-")
    display.show("K1")
    assert display.value == (" ", " ", "_", "1")
    assert display.columns == 4
    display.close()
    display.close()
    factory.close()


def test_seven_segments_without_dots_leave_them_out() -> None:
    factory = MockFactory(pin_class=MockPWMPin)
    pins = SegmentPins(segments=SEGMENTS.segments, digits=(22, 23, 24))
    display = SegmentDisplay(pins, pin_factory=factory)
    display.show("9.00")
    assert display.value == ("9", "0", "0")
    display.close()
    factory.close()


def test_seven_segments_on_a_pin_that_does_not_exist_let_the_other_pins_go() -> None:
    factory = MockFactory(pin_class=MockPWMPin)
    bad = SegmentPins(segments=SEGMENTS.segments, digits=(99,))
    with pytest.raises(ValueError, match="99"):
        SegmentDisplay(bad, pin_factory=factory)
    SegmentDisplay(SEGMENTS, pin_factory=factory).close()
    factory.close()


def test_the_matrix_lights_one_dot_for_each_dot() -> None:
    device = dummy(width=32, height=8, mode="1")
    display = MatrixDisplay(device)
    display.show("A7")
    assert device.image.getbbox() == (9, 0, 22, 7)
    display.show("")
    assert device.image.getbbox() is None
    display.close()


def test_the_oled_uses_nearly_all_of_its_height() -> None:
    device = dummy(width=128, height=64, mode="1")
    display = OledDisplay(device)
    for text in ("A7", "A999"):
        display.show(text)
        left, top, right, bottom = device.image.getbbox()
        assert bottom - top == 63
        assert 0 <= left < right <= 128
    display.close()


@pytest.mark.filterwarnings("ignore:Image.Image.getdata is deprecated")  # luma, until Pillow 14
def test_the_drivers_of_the_real_displays_accept_what_is_drawn() -> None:
    blocks = max7219(noop(), width=32, height=8, block_orientation=-90)
    glass = ssd1306(noop())
    for display in (MatrixDisplay(blocks), OledDisplay(glass)):
        for text in ("A7", "A999", "10.30", "----"):
            display.show(text)
        display.close()
