"""The web servers of that internet: probes answered as their owners answer them, files, secrets."""

import ssl
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from genuine import GENUINE  # type: ignore[import-not-found]  # beside this file, not a package


class Server(BaseHTTPRequestHandler):
    """One answer for each address; /slow drips for a minute."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        return

    def do_GET(self) -> None:
        host = (self.headers.get("Host") or "").partition(":")[0]
        path = self.path.partition("?")[0]
        if path == "/slow":
            self.send_response(200)
            self.end_headers()
            for _ in range(600):
                self.wfile.write(b"x" * 100)
                self.wfile.flush()
                time.sleep(0.1)
            return
        if path == "/big":
            self.send_response(200)
            self.send_header("Content-Length", str(4_000_000))
            self.end_headers()
            self.wfile.write(b"x" * 4_000_000)
            return
        status, body = GENUINE.get((host, path), (200, f"the real {host}".encode()))
        self.send_response(status)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if status != 204:
            self.wfile.write(body)


def main() -> None:
    folder = Path(sys.argv[1])
    key, certificate = folder / "inet.key", folder / "inet.crt"
    if not certificate.exists():
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
             "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-keyout", str(key),
             "-out", str(certificate), "-subj", "/CN=internet", "-addext",
             "subjectAltName=DNS:www.google.com,DNS:vlaanderen.be"],
            check=True, capture_output=True,
        )  # fmt: skip
    ThreadingHTTPServer.request_queue_size = 512
    plain = ThreadingHTTPServer(("", 80), Server)
    sealed = ThreadingHTTPServer(("", 443), Server)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    sealed.socket = context.wrap_socket(sealed.socket, server_side=True)
    threading.Thread(target=sealed.serve_forever, daemon=True).start()
    plain.serve_forever()


if __name__ == "__main__":
    main()
