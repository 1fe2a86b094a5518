"""The real `clientele` binary: one-off commands, a server on a free port with a store of its own."""

import http.client
import json
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time
import unittest

BINARY = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else None
ENDPOINTS = pathlib.Path(__file__).resolve().parents[2] / "src" / "endpoints"
START_SECONDS = 30


def environment(folder, **settings):
    """Nothing of the caller's CLIENTELE_ settings; the store lies in `folder`."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CLIENTELE_")}
    kept["CLIENTELE_STORE_PATH"] = str(folder / "store.sqlite")
    kept["XDG_CONFIG_HOME"] = str(folder)
    kept.update(settings)
    return kept


def run(folder, *arguments, stdin=b"", **settings):
    """Runs one command to its end; stdout and stderr are bytes."""
    return subprocess.run(
        [BINARY, *map(str, arguments)],
        input=stdin,
        capture_output=True,
        timeout=120,
        cwd=folder,
        env=environment(folder, **settings),
    )


def example(endpoint, name=None):
    """The request of an endpoint's example as text."""
    pattern = f"*/{endpoint}/examples/{name or '*'}.request.json"
    return sorted(ENDPOINTS.glob(pattern))[0].read_bytes()


class Key:
    """An API key as `clientele key create` and `rotate` print it."""

    def __init__(self, printed):
        values = dict(line.split(": ", 1) for line in printed.decode().splitlines())
        self.id = values["X-Customer-Api-Id"]
        self.secret = values["X-Secret"]

    def headers(self):
        return {"X-Customer-Api-Id": self.id, "X-Secret": self.secret}


class Answer:
    def __init__(self, response, body):
        self.status = response.status
        self.headers = response.headers
        self.body = body

    def json(self):
        return json.loads(self.body)


class Server:
    """`clientele serve` on 127.0.0.1; stop() must be called."""

    def __init__(self, folder, *arguments, **settings):
        self.folder = folder
        self.log = open(folder / "serve.stderr", "ab")
        seen = self.log.tell()
        self.process = subprocess.Popen(
            [BINARY, "serve", "--http-port", "0", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=self.log,
            stderr=self.log,
            cwd=folder,
            env=environment(folder, **settings),
        )
        self.port = self._port(seen)

    def _port(self, seen):
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            text = (self.folder / "serve.stderr").read_bytes()[seen:]
            found = re.search(rb"listens on http://[^\s:]+:(\d+)\n", text)
            if found:
                return int(found[1])
            time.sleep(0.01)
        raise AssertionError(f"no server: {self.written()}")

    def written(self):
        """Everything that the server wrote to its standard output and error."""
        return (self.folder / "serve.stderr").read_bytes().decode()

    def connect(self):
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)

    def send(self, method, path, body=None, headers=None):
        connection = self.connect()
        try:
            connection.request(method, path, body=body, headers=headers or {})
            response = connection.getresponse()
            return Answer(response, response.read())
        finally:
            connection.close()

    def call(self, endpoint, body, key, query="", prefix="/api/v1/ai/", **headers):
        fields = {"Content-Type": "application/json", **(key.headers() if key else {})}
        fields.update({name.replace("_", "-"): value for name, value in headers.items()})
        return self.send("POST", prefix + endpoint + query, body, fields)

    def kill(self):
        self.process.kill()
        self.process.wait()
        self.log.close()

    def stop(self):
        """SIGTERM; the exit code."""
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            code = None
        self.log.close()
        return code


class FolderCase(unittest.TestCase):
    """A test case with a folder of its own."""

    @classmethod
    def setUpClass(cls):
        held = tempfile.TemporaryDirectory(prefix="clientele-program-")
        cls.addClassCleanup(held.cleanup)
        cls.folder = pathlib.Path(held.name)

    @classmethod
    def create_key(cls, tenant="acme"):
        made = run(cls.folder, "key", "create", "--tenant", tenant)
        assert made.returncode == 0, made.stderr
        return Key(made.stdout)


class ServerCase(FolderCase):
    """A server for the tests of the class, and a key of tenant acme."""

    arguments = ()
    settings = {}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.key = cls.create_key()
        cls.server = Server(cls.folder, *cls.arguments, **cls.settings)
        cls.addClassCleanup(cls.stop_server)

    @classmethod
    def stop_server(cls):
        if cls.server.process.poll() is None:
            code = cls.server.stop()
            assert code == 0, f"exit code {code}: {cls.server.written()}"

    def assert_problem(self, answer, status, code):
        self.assertEqual(answer.status, status, answer.body[:500])
        self.assertEqual(answer.headers["Content-Type"], "application/problem+json")
        problem = answer.json()
        self.assertEqual(problem["status"], status)
        self.assertEqual(problem["code"], code)
        self.assertTrue(problem["type"].endswith(code), problem["type"])
        self.assertTrue(problem["title"] and problem["detail"] and problem["request_id"])
        return problem


class _Lines(unittest.TestResult):
    """One line a case, as GoogleTest writes it."""

    def startTest(self, test):
        super().startTest(test)
        self.begin = time.monotonic()
        print(f"[ RUN      ] {self.name(test)}", flush=True)

    @staticmethod
    def name(test):
        return test.id().removeprefix("__main__.")

    def _end(self, mark, test, text=""):
        elapsed = round((time.monotonic() - getattr(self, "begin", time.monotonic())) * 1000)
        print(f"{text}[{mark}] {self.name(test)} ({elapsed} ms)", flush=True)

    def addSuccess(self, test):
        self._end("       OK ", test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._end("  FAILED  ", test, self.failures[-1][1])

    def addError(self, test, err):
        super().addError(test, err)
        self._end("  FAILED  ", test, self.errors[-1][1])


def main():
    """Runs the cases of the calling script: SCRIPT BINARY [NAME...]."""
    cases = unittest.defaultTestLoader.loadTestsFromModule(sys.modules["__main__"])
    if sys.argv[2:]:
        cases = unittest.defaultTestLoader.loadTestsFromNames(
            sys.argv[2:], sys.modules["__main__"]
        )
    result = _Lines()
    cases.run(result)
    sys.exit(0 if result.wasSuccessful() and result.testsRun else 1)
