"""The first of several ways to the same end that works here."""

from collections.abc import Sequence

from appliance.core.errors import HardwareUnavailable
from appliance.ports import Radio


class FirstRadio:
    """Opens the first that opens; who is not there today may be tomorrow, so each time anew."""

    def __init__(self, radios: Sequence[Radio]) -> None:
        self._radios = radios
        self._open: Radio | None = None

    async def open(self) -> None:
        await self.shut()
        troubles: list[str] = []
        for radio in self._radios:
            try:
                await radio.open()
            except HardwareUnavailable as trouble:
                troubles.append(str(trouble))
                continue
            self._open = radio
            return
        raise HardwareUnavailable("; ".join(troubles))

    async def shut(self) -> None:
        opened, self._open = self._open, None
        if opened is not None:
            await opened.shut()

    async def works(self) -> bool:
        return self._open is not None and await self._open.works()
