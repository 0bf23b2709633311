"""AWS Lambda's own runtime interface client against a stand-in of the service on this machine."""

import http.server
import os
import struct
import subprocess
import sys
import threading


class Service(http.server.BaseHTTPRequestHandler):
    """Hands out two invocations."""

    protocol_version = "HTTP/1.1"
    left = 2

    def do_GET(self):
        """The next invocation."""
        if not Service.left:
            threading.Event().wait(20)
        Service.left -= 1
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", f"5e3e9d1c-0000-4000-8000-00000000000{Service.left}")
        self.send_header("Lambda-Runtime-Deadline-Ms", "1900000000000")
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:1:function:shop")
        body = b'{"order": 7}'
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self):
        """What the function answers."""
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *arguments):
        """Say nothing."""


def records(pipe):
    """Print what the client sends to the service's log: a record has 16 bytes that say its size."""
    while header := pipe.read(16):
        text = pipe.read(struct.unpack(">4xIQ", header)[0]).decode()
        print(text.removesuffix("\n"), flush=True)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Service)
threading.Thread(target=server.serve_forever, daemon=True).start()
source, sink = os.pipe()
threading.Thread(target=records, args=(open(source, "rb"),), daemon=True).start()
environment = {
    **os.environ,
    "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}",
    "_LAMBDA_TELEMETRY_LOG_FD": str(sink),
    "_HANDLER": "shop_handler.handler",
    "LAMBDA_TASK_ROOT": "/srv/app",
    "AWS_LAMBDA_FUNCTION_NAME": "shop",
    "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
    "PYTHONPATH": "/srv/app",
}
command = [sys.executable, "-m", "awslambdaric", "shop_handler.handler"]
process = subprocess.Popen(command, env=environment, cwd="/srv/app", pass_fds=[sink])
try:
    process.wait(4)
except subprocess.TimeoutExpired:
    process.kill()
os._exit(0)
