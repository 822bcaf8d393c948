"""How the operator names the printers of the network."""

from __future__ import annotations

import pytest

from adapters.settings import Settings, SettingsError


@pytest.mark.parametrize(
    "value",
    ["10.0.0.5", "10.0.0.5:0", "10.0.0.5:65536", "10.0.0:9100", "fd00::5:9100", "http://10.0.0.5:9100", "Acme=10.0.0.5:9100"],
)
def test_what_is_no_printer_is_said_with_what_to_write(value: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        Settings.from_environment({"RELEVO_PRINTERS": f"10.0.0.4:9100, {value}"})
    said = wrong.value.format("en")
    assert said.startswith(f"RELEVO_PRINTERS cannot hold '{value}': write printers as host:port, such as 10.0.0.5:9100")
