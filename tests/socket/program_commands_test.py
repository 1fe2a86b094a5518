"""The command line: exit codes, suggestions, files in, JSON out."""

import gzip
import json
import pathlib
import re
import signal
import subprocess

from program_under_test import BINARY, FolderCase, environment, example, main, run

ORDERS = """order_id,customer_id,date,Quantity,UnitPrice,region
1,A,2025-01-05,2,10.5,north
2,B,2025-02-01,1,20,south
3,A,2025-03-05,-1,10.5,north
4,C,2025-03-09,3,1e1,north
"""
ROOT = pathlib.Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
RFM = ("call", "customer_rfm")
GROUPED = ("--customers-from", "customer_id", "--today", "2025-06-30")
PRICED = ("--map", "amount=Quantity*UnitPrice", "--where", "Quantity>0")


class Calls(FolderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.folder / "orders.csv").write_text(ORDERS)
        (cls.folder / "orders.csv.gz").write_bytes(gzip.compress(ORDERS.encode()))

    def answer(self, *arguments, stdin=b""):
        done = run(self.folder, *arguments, stdin=stdin)
        self.assertEqual(done.returncode, 0, done.stderr)
        return json.loads(done.stdout)

    def refusal(self, code, *arguments, stdin=b""):
        done = run(self.folder, *arguments, stdin=stdin)
        self.assertEqual(done.returncode, code, (arguments, done.stderr))
        self.assertEqual(done.stdout, b"")
        return done.stderr.decode()

    def test_orders_in_csv_become_customers(self):
        for file in ("orders.csv", "orders.csv.gz"):
            scores = self.answer(*RFM, file, *GROUPED, *PRICED)
            spent = {row["customer_id"]: row["monetary_total"] for row in scores["customers"]}
            self.assertEqual(spent, {"A": 21, "B": 20, "C": 30}, file)

    def test_flags_may_stand_anywhere_and_win(self):
        body = example("customer_rfm")
        self.assertEqual(json.loads(body)["bins"], 5)
        for words in (("--bins", "4", "-"), ("-", "--bins=4"), ("-", "--json", "--bins", "4")):
            scores = self.answer(*RFM, *words, stdin=body)
            self.assertEqual(len(scores["thresholds"]["recency"]), 3, words)

    def test_a_yes_or_no_field_is_a_switch(self):
        for words in (("--merge_lines",), ("--merge_lines", "true"), ("--merge_lines=true",)):
            scores = self.answer(*RFM, *words, "orders.csv", *GROUPED, *PRICED, "--map",
                                 "transaction_id=customer_id")
            self.assertEqual({row["frequency"] for row in scores["customers"]}, {1}, words)

    def test_a_field_may_be_called_format(self):
        tree = example("segment_hierarchy_chart")
        call = ("call", "segment_hierarchy_chart", "--format", "sunburst", "-")
        self.assertIn("children", json.dumps(self.answer(*call, stdin=tree)))

    def test_every_example_runs(self):
        listed = run(self.folder, "endpoints").stdout.decode()
        names = re.findall(r"^  (\w+) ", listed, re.M)
        self.assertGreaterEqual(len(names), 9)
        for name in names:
            request = run(self.folder, "example", name).stdout
            answered = run(self.folder, "call", name, "-", stdin=request)
            self.assertEqual(answered.returncode, 0, answered.stderr)
            if not answered.stdout.startswith(b"%PDF-"):
                json.loads(answered.stdout)
            described = run(self.folder, "describe", name)
            self.assertEqual(described.returncode, 0)
            self.assertIn(name, described.stdout.decode())

    def test_the_readme_shows_what_is_answered(self):
        shown = re.search(r"```sh\n\$ (echo .*?)```\n```json\n(.*?)```", README.read_text(), re.S)
        command = shown[1].replace("build/demo/clientele", '"$CLIENTELE"')
        self.assertIn('"$CLIENTELE" call', command)
        done = subprocess.run(["sh", "-c", command], capture_output=True, timeout=60,
                              env={**environment(self.folder), "CLIENTELE": str(BINARY)})
        self.assertEqual(done.returncode, 0, done.stderr)
        # The page breaks the answer's one line between members.
        self.assertEqual(re.sub(r"\n *", "", shown[2]), done.stdout.decode().rstrip("\n"))

    def test_flags_in_the_documents_exist(self):
        known = set(re.findall(r"(--[\w-]+)", run(self.folder, "call", "--help").stdout.decode()))
        called = 0
        for page in (README, *sorted((ROOT / "docs").glob("*.md"))):
            text = re.sub(r"\\\n\s*", "", page.read_text())
            for name, words in re.findall(r"clientele call (\w+) (.*)", text):
                called += 1
                described = run(self.folder, "describe", name).stdout.decode()
                fields = re.findall(r"^  (\w+)  ", described, re.M)
                for flag in re.findall(r"(?<=\s)(--[\w-]+)", words):
                    field = flag.removeprefix("--").replace("-", "_")
                    self.assertTrue(flag in known or field in fields, (page.name, name, flag))
        self.assertGreater(called, 8)

    def test_ndjson_errors_name_the_line(self):
        rows = b'{"customer_id":"A","answer":9}\n\n{"customer_id":"B","answer":12}\n'
        told = self.refusal(2, "call", "nps", "-", "--input-format", "ndjson", stdin=rows)
        self.assertIn("line 3, field answer", told)
        told = self.refusal(
            2, "call", "nps", "-", "--input-format", "ndjson", stdin=rows.replace(b"12}", b"12,}")
        )
        self.assertIn("line 3", told)

    def test_csv_errors_name_the_line(self):
        text = ORDERS.replace("2025-02-01", "2025-02-31")
        told = self.refusal(
            2, *RFM, "-", *GROUPED, *PRICED, "--input-format", "csv", stdin=text.encode()
        )
        self.assertIn("line 3, field date", told)

    def test_mistyped_words_are_suggested(self):
        for words, meant in (
            (("cal", "nps"), "'call'"),
            (("key", "lst"), "'list'"),
            (("call", "customer_rmf", "-"), "'customer_rfm'"),
            (("describe", "customer_rmf"), "'customer_rfm'"),
            ((*RFM, "--bin", "4", "orders.csv"), "'--bins'"),
            ((*RFM, "orders.csv", "--jsn"), "'--json'"),
            (("serve", "--http-prot", "1"), "'--http-port'"),
        ):
            done = run(self.folder, *words)
            self.assertIn(done.returncode, (2, 4), done.stderr)
            self.assertIn(f"Did you mean {meant}?", done.stderr.decode())

    def test_exit_codes_are_those_of_the_help(self):
        self.assertIn("customer_id", self.refusal(2, *RFM, "orders.csv"))
        self.assertIn("No such file", self.refusal(8, *RFM, "absent.csv"))
        self.assertIn("colour", self.refusal(2, *RFM, "orders.csv", "--customers-from", "colour"))
        self.refusal(2, "call", "nps", "-", stdin=b"{")
        self.refusal(4, "call", "nothing_of_the_kind", "-")
        self.refusal(2, "call")
        self.refusal(2)
        self.refusal(7, "config", "--http-port", "no")
        self.refusal(4, "example", "nothing_of_the_kind")
        told = run(self.folder, "--help").stdout.decode()
        for code in ("0 done", "2 invalid input", "4 not", "7 configuration", "8 file"):
            self.assertIn(code, told)

    def test_keys_of_nobody_are_not_found(self):
        missing = "00000000-0000-4000-8000-000000000000"
        for action in ("rotate", "revoke"):
            self.refusal(4, "key", action, "--tenant", "nobody", "--id", missing)
        self.refusal(2, "key", "create", "--tenant", "../../etc")
        self.refusal(2, "key", "create")

    def test_the_configuration_tells_origins(self):
        (self.folder / "own.toml").write_text("[http]\nqueue_length = 7\n")
        done = run(
            self.folder, "config", "--config", "own.toml", "--http-port", "9000",
            CLIENTELE_LIMITS_CONCURRENCY="3", CLIENTELE_PEPPER="p" * 40,
        )
        lines = done.stdout.decode()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertRegex(lines, r"(?m)^http\.port = 9000 .*# .*flag|--http-port")
        self.assertRegex(lines, r"(?m)^http\.queue_length = 7 .*# .*own\.toml")
        self.assertRegex(lines, r"(?m)^limits\.concurrency = 3 .*# .*CLIENTELE_LIMITS_CONCURRENCY")
        self.assertNotIn("pppp", lines)

    def test_a_call_offers_no_limits_of_tenants(self):
        for command in ("call", "report"):
            text = run(self.folder, command, "--help").stdout.decode()
            self.assertIn("--limits-rows", text)
            self.assertNotIn("--limits-requests-per-minute", text)
            self.assertNotIn("--limits-concurrency", text)

    def test_help_fits_eighty_columns(self):
        for words in ((), ("call",), ("serve",), ("key",), ("key", "create"), ("demo",)):
            text = run(self.folder, *words, "--help").stdout.decode()
            self.assertTrue(text)
            self.assertEqual([line for line in text.splitlines() if len(line) > 80], [], words)

    def test_documents_are_valid(self):
        document = json.loads(run(self.folder, "openapi").stdout)
        self.assertIn("/api/v1/ai/nps", document["paths"])
        self.assertRegex(run(self.folder, "version").stdout, rb"^clientele \d+\.\d+\.\d+\n$")


class Demo(FolderCase):
    def test_its_orders_and_its_calls_work(self):
        shop = self.folder / "shop"
        demo = subprocess.Popen(
            [BINARY, "demo", "--folder", shop, "--customers", "40"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment(self.folder),
        )
        try:
            printed = b""
            while b"Ctrl-C" not in printed:
                line = demo.stdout.readline()
                self.assertTrue(line, printed)
                printed += line
            calls = [line for line in printed.decode().splitlines() if line.startswith("curl ")]
            self.assertEqual(len(calls), 3)
            for call in calls:
                answer = subprocess.run(["sh", "-c", call], capture_output=True, timeout=60)
                self.assertNotIn("request_id", json.loads(answer.stdout), call)
            for name in sorted(json.loads(run(self.folder, "openapi").stdout)["paths"]):
                endpoint = name.removeprefix("/api/v1/ai/")
                if endpoint == name or "/" in endpoint:
                    continue
                other = calls[0].replace("customer_rfm", endpoint) + " -o /dev/null -w '%{http_code}'"
                answer = subprocess.run(["sh", "-c", other], capture_output=True, timeout=120)
                self.assertEqual(answer.stdout, b"200", endpoint)
        finally:
            demo.send_signal(signal.SIGTERM)
            self.assertEqual(demo.wait(60), 0)
            demo.stdout.close()
        scored = run(self.folder, *RFM, shop / "orders.csv", "--customers-from", "customer_id")
        self.assertEqual(scored.returncode, 0, scored.stderr)
        self.assertGreater(len(json.loads(scored.stdout)["customers"]), 20)


if __name__ == "__main__":
    main()
