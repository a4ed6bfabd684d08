"""Every setting of the collector, in a file of its own or by environment."""

import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final, get_type_hints
from urllib.parse import urlsplit

from appliance.core.errors import BadConfig
from appliance.core.federation.small_cells import LEAST_K

SECTION: Final = "collector"
PREFIX: Final = "DIGIPUNT_COLLECTOR__"
USUAL: Final = Path("/etc/digipunt/collector.toml")
_HIGHEST_PORT: Final = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectorConfig:
    """The section [collector]."""

    name: str = "Cijfers van de digipunten"
    """What stands on top of its pages."""
    host: str = "127.0.0.1"
    """Address to listen on; a reverse proxy in front of it does the TLS."""
    port: int = 8090
    address: str = ""
    """How people reach it, such as https://cijfers.example.be; empty: http, host and port."""
    directory: str = "/var/lib/digipunt-collector"
    """Where the key lies, and the database unless `database` says otherwise."""
    database: str = ""
    """Its address, such as postgresql+asyncpg://…; empty: SQLite in `directory`."""
    key_file: str = ""
    """The private key; collectors on one database share it. Empty: collector.key in `directory`."""
    k: int = 5
    """A break-down whose boxes name smaller cells than this is not counted."""
    body_mb: int = 8
    """Megabytes of the largest delivery."""

    @property
    def database_url(self) -> str:
        file = Path(self.directory) / "collector.db"
        return self.database or f"sqlite+aiosqlite:///{file}"

    @property
    def key_path(self) -> Path:
        return Path(self.key_file or Path(self.directory) / "collector.key")


def load(path: Path | None, environ: Mapping[str, str] | None = None) -> CollectorConfig:
    """The file over the defaults, the environment over both; BadConfig says where and what."""
    values: dict[str, Any] = {}
    environ = os.environ if environ is None else environ
    if path is None and USUAL.exists():
        path = USUAL
    if path is not None:
        for section, content in _read(path).items():
            if section != SECTION or not isinstance(content, dict):
                raise BadConfig(f"{path}: unknown section [{section}]; expected [{SECTION}]")
            for key, value in content.items():
                values[key] = _checked(key, value, str(path))
    for name, text in sorted(environ.items()):
        if name.startswith(PREFIX):
            key = name.removeprefix(PREFIX).lower()
            whole = text.isdigit() and _kinds().get(key) is int
            values[key] = _checked(key, int(text) if whole else text, f"environment {name}")
    config = CollectorConfig(**values)
    _check(config, path)
    return config


def keys() -> Mapping[str, object]:
    """Every key with its default."""
    default = CollectorConfig()
    return {f"{SECTION}.{one.name}": getattr(default, one.name) for one in fields(default)}


def _kinds() -> Mapping[str, Any]:
    return get_type_hints(CollectorConfig)


def _read(path: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise BadConfig(f"{path}: there is no such file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise BadConfig(f"{path}: {error}") from error


def _checked(key: str, value: object, origin: str) -> object:
    kinds = _kinds()
    if key not in kinds:
        near = difflib.get_close_matches(key, kinds, n=1)
        hint = f"did you mean {near[0]}?" if near else f"expected one of {', '.join(kinds)}"
        raise BadConfig(f"{origin}: unknown key {SECTION}.{key}; {hint}")
    if not isinstance(value, kinds[key]) or isinstance(value, bool):
        wanted = "a whole number" if kinds[key] is int else "text"
        raise BadConfig(f"{origin}: {SECTION}.{key} must be {wanted}, not {value!r}")
    return value


def _check(config: CollectorConfig, path: Path | None) -> None:
    address = urlsplit(config.address)
    rules = (
        ("port", 0 <= config.port <= _HIGHEST_PORT, "must be 0 to 65535"),
        ("k", config.k >= LEAST_K, f"must be {LEAST_K} or more"),
        ("body_mb", 1 <= config.body_mb <= 100, "must be 1 to 100"),  # noqa: PLR2004
        ("name", bool(config.name.strip()), "must not be empty"),
        (
            "address",
            not config.address
            or (address.scheme in {"http", "https"} and bool(address.netloc) and not address.path),
            "must be like https://cijfers.example.be, without a path",
        ),
    )
    for key, fine, expected in rules:
        if not fine:
            raise BadConfig(f"{path or 'default'}: {SECTION}.{key} {expected}")
