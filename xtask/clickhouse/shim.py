"""A modern ClickHouse for tests where none can be installed: PyPI's `chdb` behind as much of ClickHouse's HTTP as the
collector speaks. Started like the server itself: `shim.py --config-file=FILE`, of which it takes port and path.

One request at a time: chdb has one session a process. Users and passwords are not looked at.
"""

import os
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock
from urllib.parse import parse_qsl, urlsplit

from chdb.session import Session

LOCK = Lock()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        settings = dict(parse_qsl(urlsplit(self.path).query))
        body = self.rfile.read(int(self.headers["Content-Length"]))
        statement = settings.pop("query", None)
        settings.pop("query_id", None)
        with LOCK:
            try:
                self.answer(200, run(statement, body, settings))
            except Exception as error:  # Whatever chdb says is the answer.
                self.answer(500, str(error).encode())

    def answer(self, status, body):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


def run(statement, body, settings):
    SESSION.query(f"USE `{settings.pop('database', 'default')}`")
    names = ", ".join(f"{name} = '{value}'" for name, value in settings.items())
    if statement is None:
        statement = body.decode()
        if names and statement.lstrip().startswith("SELECT"):
            select, _, format = statement.rpartition(" FORMAT ")
            statement = f"{select} SETTINGS {names} FORMAT {format}"
        return SESSION.query(statement, "TSV").bytes()
    with tempfile.NamedTemporaryFile(dir=FOLDER) as file:
        file.write(body)
        file.flush()
        into, _, format = statement.rpartition(" FORMAT ")
        SESSION.query(f"{into} FROM INFILE '{file.name}' SETTINGS {names} FORMAT {format}")
    return b""


config = ElementTree.parse(next(it for it in sys.argv if it.startswith("--config-file=")).partition("=")[2])
FOLDER = config.findtext("tmp_path")
os.makedirs(FOLDER, exist_ok=True)
SESSION = Session(config.findtext("path"))
ThreadingHTTPServer(("127.0.0.1", int(config.findtext("http_port"))), Handler).serve_forever()
