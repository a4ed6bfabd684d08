"""A page on its way out: policy made from what it holds, compressed once, kept while it fits."""

import base64
import gzip
import hashlib
import re
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final

from aiohttp import web

KEPT: Final = 64
"""How many rendered pages are kept."""
_INLINE: Final = re.compile(r"<(script|style)\b[^>]*>(.*?)</\1>", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """One page, ready to send."""

    plain: bytes
    packed: bytes
    policy: str


_KEEP: Final = web.AppKey("KEEP", OrderedDict[Hashable, Rendered])


def keep_pages(app: web.Application) -> None:
    """Give an application a place to keep rendered pages."""
    app[_KEEP] = OrderedDict()


def page(
    request: web.Request,
    *,
    render: Callable[[], str],
    key: Hashable = None,
    status: int = 200,
) -> web.Response:
    """Send a page; with a key it is rendered and compressed once, and then kept."""
    kept = request.app[_KEEP]
    rendered = kept.get(key) if key is not None else None
    if rendered is None:
        rendered = rendered_page(render())
        if key is not None:
            kept[key] = rendered
            if len(kept) > KEPT:
                kept.popitem(last=False)
    packed = "gzip" in request.headers.get("Accept-Encoding", "")
    headers = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": rendered.policy,
        "Vary": "Accept-Language, Accept-Encoding",
    }
    if packed:
        headers["Content-Encoding"] = "gzip"
    body = rendered.packed if packed else rendered.plain
    return web.Response(body=body, status=status, headers=headers)


def rendered_page(text: str) -> Rendered:
    """Compress a page and write the policy that allows exactly the code and style it holds."""
    hashes: dict[str, list[str]] = {"script": [], "style": []}
    for kind, content in _INLINE.findall(text):
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        hashes[kind].append(f"'sha256-{digest}'")
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {' '.join(hashes['script']) or _NONE}",
            f"style-src {' '.join(hashes['style']) or _NONE}",
            "img-src 'self' data:",
            "connect-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
        ]
    )
    plain = text.encode()
    return Rendered(plain=plain, packed=gzip.compress(plain, 6, mtime=0), policy=policy)


_NONE: Final = "'none'"
