"""Start and end of the server."""

import json
import random
import threading
import time

from program_under_test import FolderCase, Server, example, main, run

BODY = example("nps")


def large_body():
    """A request that takes a while: 1 500 x 1 500 items."""
    draw = random.Random(3)
    names = [f"I{i:04d}" for i in range(1500)]
    transactions = [
        {"customer_id": f"C{i}", "items": sorted(draw.sample(names, 8))} for i in range(3000)
    ]
    return json.dumps({"level": "item", "transactions": transactions})


class Stopping(FolderCase):
    def test_a_signal_ends_an_idle_server(self):
        server = Server(self.folder)
        self.assertEqual(server.stop(), 0)

    def test_a_request_in_flight_is_answered(self):
        key = self.create_key()
        server = Server(self.folder)
        body = large_body()
        answers = []
        asked = threading.Thread(
            target=lambda: answers.append(server.call("cross_sell_matrix", body, key))
        )
        asked.start()
        time.sleep(0.05)
        code = server.stop()
        asked.join()
        self.assertEqual(code, 0, server.written())
        self.assertEqual(answers[0].status, 200)
        self.assertEqual(len(answers[0].json()["matrix"]), 1500)

    def test_a_body_half_sent_does_not_hold_the_server(self):
        key = self.create_key()
        server = Server(self.folder, "--http-stop-seconds", "1")
        connection = server.connect()
        connection.putrequest("POST", "/api/v1/ai/nps")
        for name, value in key.headers().items():
            connection.putheader(name, value)
        connection.putheader("Content-Length", "1000")
        connection.endheaders(b"{")
        begin = time.monotonic()
        self.assertEqual(server.stop(), 0)
        self.assertLess(time.monotonic() - begin, 20)
        connection.close()


class Starting(FolderCase):
    def test_a_taken_port_is_named(self):
        server = Server(self.folder)
        try:
            second = run(self.folder, "serve", "--http-port", server.port)
            self.assertIn(second.returncode, (7, 8))
            self.assertIn(str(server.port).encode(), second.stderr)
        finally:
            self.assertEqual(server.stop(), 0)

    def test_a_store_that_cannot_be_made_is_named(self):
        (self.folder / "plain").write_text("no folder")
        place = str(self.folder / "plain" / "store.sqlite")
        made = run(self.folder, "serve", "--http-port", "0", "--store-path", place)
        self.assertEqual(made.returncode, 8, made.stderr)
        self.assertIn(b"plain", made.stderr)

    def test_bad_settings_are_named(self):
        (self.folder / "bad.toml").write_text("[http]\nprot = 1\n")
        cases = (
            (("serve", "--http-port", "70000"), {}, b"http.port"),
            (("serve",), {"CLIENTELE_HTTP_PORT": "x"}, b"CLIENTELE_HTTP_PORT"),
            (("serve", "--config", "bad.toml"), {}, b"prot"),
            (("serve", "--config", "absent.toml"), {}, b"absent.toml"),
            (("config", "--limits-rows", "nps_row=5"), {}, b"nps_rows"),
        )
        for arguments, settings, named in cases:
            refused = run(self.folder, *arguments, **settings)
            self.assertIn(refused.returncode, (7, 8), (arguments, refused.stderr))
            self.assertIn(named, refused.stderr)


if __name__ == "__main__":
    main()
