"""Credentials of a running server: what opens it, what does not, what is written down."""

import json
import time
import uuid

from program_under_test import Key, Server, ServerCase, FolderCase, example, main, run

BODY = example("nps")
# Within this time a running server knows what another process did to its keys.
SEEN_SECONDS = 0.2


class Credentials(ServerCase):
    def seen_key(self, tenant="acme"):
        key = self.create_key(tenant)
        time.sleep(SEEN_SECONDS)
        return key

    def test_a_key_of_the_command_line_opens_the_server(self):
        answer = self.server.call("nps", BODY, self.key)
        self.assertEqual(answer.status, 200, answer.body)
        self.assertIn("overall", answer.json())

    def test_every_wrong_credential_gets_the_same_answer(self):
        other = self.create_key("globex")
        good = self.key.headers()
        cases = {
            "none": {},
            "no secret": {"X-Customer-Api-Id": self.key.id},
            "no id": {"X-Secret": self.key.secret},
            "unknown id": {**good, "X-Customer-Api-Id": str(uuid.uuid4())},
            "wrong secret": {**good, "X-Secret": self.key.secret[:-1] + "x"},
            "secret of another tenant": {**good, "X-Secret": other.secret},
            "id that is no id": {**good, "X-Customer-Api-Id": "'; drop table keys; --"},
            "empty": {"X-Customer-Api-Id": "", "X-Secret": ""},
            "very long": {**good, "X-Secret": "x" * 8000},
        }
        bodies = set()
        fields = set()
        for name, headers in cases.items():
            answer = self.server.send("POST", "/api/v1/ai/nps", BODY, headers)
            problem = self.assert_problem(answer, 401, "unauthorized")
            bodies.add(answer.body.replace(problem["request_id"].encode(), b"ID"))
            fields.add(tuple(sorted(k for k in answer.headers if k != "Connection")))
        self.assertEqual(len(bodies), 1, bodies)
        self.assertEqual(len(fields), 1, fields)

    def test_credentials_are_asked_before_the_body_is_judged(self):
        answer = self.server.call("nps", b"no json", None)
        self.assert_problem(answer, 401, "unauthorized")

    def test_two_tenants_have_keys_of_their_own(self):
        first, second = self.seen_key("north"), self.seen_key("south")
        for key in (first, second):
            self.assertEqual(self.server.call("nps", BODY, key).status, 200)
        mixed = Key(f"X-Customer-Api-Id: {first.id}\nX-Secret: {second.secret}".encode())
        self.assertEqual(self.server.call("nps", BODY, mixed).status, 401)
        refused = run(self.folder, "key", "revoke", "--tenant", "south", "--id", first.id)
        self.assertEqual(refused.returncode, 4, refused.stderr)
        self.assertEqual(self.server.call("nps", BODY, first).status, 200)

    def test_rotation_keeps_both_secrets(self):
        old = self.seen_key()
        rotated = run(self.folder, "key", "rotate", "--tenant", "acme", "--id", old.id)
        self.assertEqual(rotated.returncode, 0, rotated.stderr)
        new = Key(rotated.stdout)
        time.sleep(SEEN_SECONDS)
        self.assertEqual(new.id, old.id)
        self.assertNotEqual(new.secret, old.secret)
        for key in (old, new):
            self.assertEqual(self.server.call("nps", BODY, key).status, 200)

    def test_rotation_without_overlap_ends_the_old_secret(self):
        old = self.seen_key()
        rotated = run(
            self.folder, "key", "rotate", "--tenant", "acme", "--id", old.id,
            "--store-key-overlap-hours", "0",
        )
        self.assertEqual(rotated.returncode, 0, rotated.stderr)
        time.sleep(SEEN_SECONDS)
        self.assertEqual(self.server.call("nps", BODY, Key(rotated.stdout)).status, 200)
        self.assertEqual(self.server.call("nps", BODY, old).status, 401)

    def test_revocation_counts_at_once(self):
        key = self.seen_key()
        self.assertEqual(self.server.call("nps", BODY, key).status, 200)
        revoked = run(self.folder, "key", "revoke", "--tenant", "acme", "--id", key.id)
        self.assertEqual(revoked.returncode, 0, revoked.stderr)
        time.sleep(SEEN_SECONDS)
        self.assert_problem(self.server.call("nps", BODY, key), 401, "unauthorized")
        self.assertEqual(self.server.call("nps", BODY, self.key).status, 200)

    def test_the_list_shows_states_and_no_secret(self):
        key = self.create_key("listed")
        run(self.folder, "key", "revoke", "--tenant", "listed", "--id", key.id)
        listed = run(self.folder, "key", "list", "--tenant", "listed")
        text = listed.stdout.decode()
        self.assertIn(key.id, text)
        self.assertIn("revoked", text)
        self.assertNotIn(self.key.id, text)
        self.assertNotIn(key.secret, text)
        self.assertIn(self.key.id, run(self.folder, "key", "list").stdout.decode())


class Secrecy(FolderCase):
    def test_no_secret_reaches_log_store_or_standard_error(self):
        key = self.create_key()
        log = self.folder / "access.log"
        server = Server(self.folder, "--log-file", str(log), "--log-level", "debug")
        try:
            server.call("nps", BODY, key)
            server.call("nps", BODY, key, query=f"?secret={key.secret}")
            server.call("nps", b"{", key)
            server.send("POST", "/api/v1/ai/nps", BODY, {"X-Secret": key.secret})
            server.send("GET", "/nowhere", None, key.headers())
        finally:
            self.assertEqual(server.stop(), 0)
        lines = [json.loads(line) for line in log.read_text().splitlines()]
        self.assertGreaterEqual(len(lines), 5)
        secret = key.secret.encode()
        for path in self.folder.iterdir():
            if path.is_file():
                self.assertNotIn(secret, path.read_bytes(), path.name)

    def test_an_answer_never_repeats_the_secret(self):
        key = self.create_key()
        server = Server(self.folder)
        try:
            for body in (BODY, b"{", b"[]"):
                answer = server.call("nps", body, key)
                self.assertNotIn(key.secret.encode(), answer.body)
                self.assertNotIn(key.secret, str(answer.headers))
        finally:
            self.assertEqual(server.stop(), 0)


class Restart(FolderCase):
    def test_keys_survive_a_kill(self):
        server = Server(self.folder)
        key = self.create_key()
        revoked = self.create_key()
        run(self.folder, "key", "revoke", "--tenant", "acme", "--id", revoked.id)
        time.sleep(SEEN_SECONDS)
        self.assertEqual(server.call("nps", BODY, key).status, 200)
        server.kill()
        again = Server(self.folder)
        try:
            self.assertEqual(again.call("nps", BODY, key).status, 200)
            self.assertEqual(again.call("nps", BODY, revoked).status, 401)
        finally:
            self.assertEqual(again.stop(), 0)

    def test_a_lost_pepper_is_named(self):
        self.create_key()
        pepper = next(self.folder.glob("*pepper*"))
        away = pepper.rename(self.folder / "away")
        try:
            created = run(self.folder, "key", "create", "--tenant", "acme")
            self.assertEqual(created.returncode, 7, created.stderr)
            self.assertIn(b"pepper", created.stderr)
        finally:
            away.rename(pepper)


if __name__ == "__main__":
    main()
