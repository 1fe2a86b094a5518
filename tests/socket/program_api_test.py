"""What the running server answers: endpoints, refusals, documents."""

import gzip
import json
import random
import re
import sqlite3
import struct
import threading
import time

from program_under_test import Server, ServerCase, FolderCase, example, main

BODY = example("nps")
RFM = example("customer_rfm")  # with 5 bins
GARBAGE_BODIES = 300


def zstd_stored(data):
    """A Zstandard frame of raw blocks (RFC 8878, 3.1.1): no compressor is needed for it."""
    frame = struct.pack("<IBB", 0xFD2FB528, 0x00, 0x58)  # no content size; window 2 MB
    blocks = [data[i : i + 100_000] for i in range(0, len(data), 100_000)]
    for i, block in enumerate(blocks):
        header = len(block) << 3 | (i == len(blocks) - 1)
        frame += header.to_bytes(3, "little") + block
    return frame


class Endpoints(ServerCase):
    def test_every_example_is_answered(self):
        document = self.server.send("GET", "/openapi.json").json()
        paths = [path for path in document["paths"] if path.startswith("/api/v1/ai/")]
        self.assertGreaterEqual(len(paths), 9)
        for path in paths:
            name = path.rsplit("/", 1)[1]
            answer = self.server.call(name, example(name), self.key)
            self.assertEqual(answer.status, 200, (name, answer.body[:500]))
            declared = document["paths"][path]["post"]["responses"]["200"]["content"]
            self.assertIn(answer.headers["Content-Type"], declared, name)
            if "application/json" in declared:
                answer.json()
            else:
                self.assertTrue(answer.body.startswith(b"%PDF-"), name)

    def test_the_short_path_is_the_same_endpoint(self):
        long = self.server.call("nps", BODY, self.key)
        short = self.server.call("nps", BODY, self.key, prefix="/api/")
        self.assertEqual((short.status, short.body), (200, long.body))

    def test_query_parameters_are_fields(self):
        tree = example("segment_hierarchy_chart")
        flat = self.server.call("segment_hierarchy_chart", tree, self.key).json()
        self.assertIn("links", flat)
        sun = self.server.call("segment_hierarchy_chart", tree, self.key, "?format=sunburst").json()
        self.assertIn("children", json.dumps(sun))
        rfm = self.server.call("customer_rfm", RFM, self.key, "?bins=4").json()
        self.assertEqual(len(rfm["thresholds"]["recency"]), 3)
        wrong = self.server.call("customer_rfm", RFM, self.key, "?bins=1")
        self.assertIn("bins", json.dumps(self.assert_problem(wrong, 400, "invalid_input")))

    def test_a_bare_list_names_its_warnings_in_a_field(self):
        body = json.loads(example("churn_label", "saas"))
        body["busines_type"] = "saas"
        answer = self.server.call("churn_label", json.dumps(body), self.key)
        self.assertEqual(answer.status, 200, answer.body)
        self.assertIsInstance(answer.json(), list)
        self.assertTrue(answer.headers["X-Warnings"])
        clean = self.server.call("churn_label", example("churn_label", "saas"), self.key)
        self.assertIsNone(clean.headers["X-Warnings"])

    def test_rows_and_columns_say_the_same(self):
        rows = json.loads(BODY)
        self.assertIsInstance(rows["data"], list)
        columns = dict(rows)
        names = {name for row in rows["data"] for name in row}
        columns["data"] = {name: [row.get(name) for row in rows["data"]] for name in names}
        by_rows = self.server.call("nps", json.dumps(rows), self.key)
        by_columns = self.server.call("nps", json.dumps(columns), self.key)
        self.assertEqual((by_rows.status, by_columns.status), (200, 200), by_columns.body)
        self.assertEqual(by_rows.body, by_columns.body)

    def test_strict_refuses_what_is_else_ignored(self):
        body = json.loads(RFM)
        body["unheard_of"] = 1
        self.assertEqual(self.server.call("customer_rfm", json.dumps(body), self.key).status, 200)
        body["strict"] = True
        refused = self.server.call("customer_rfm", json.dumps(body), self.key)
        problem = self.assert_problem(refused, 400, "invalid_input")
        self.assertEqual(problem["errors"][0]["pointer"], "/unheard_of")

    def test_all_problems_are_listed_with_pointers(self):
        body = json.loads(BODY)
        body["data"] = [{"customer_id": "A", "answer": 11}, {"customer_id": "B", "answer": "x"}, {}]
        problem = self.assert_problem(
            self.server.call("nps", json.dumps(body), self.key), 400, "invalid_input"
        )
        pointers = {fault["pointer"] for fault in problem["errors"]}
        self.assertLessEqual({"/data/0/answer", "/data/1/answer"}, pointers)
        self.assertTrue(any(p.startswith("/data/2") for p in pointers), pointers)

    def test_a_wide_matrix_is_streamed(self):
        items = 2000
        draw = random.Random(7)
        names = [f"I{i:04d}" for i in range(items)]
        transactions = [
            {"customer_id": f"C{i}", "items": sorted({name, *draw.sample(names, 5)})}
            for i, name in enumerate(names)
        ]
        body = {"level": "item", "transactions": transactions}
        answer = self.server.call("cross_sell_matrix", json.dumps(body), self.key)
        self.assertEqual(answer.status, 200, answer.body[:500])
        self.assertEqual(answer.headers["Transfer-Encoding"], "chunked")
        self.assertIsNone(answer.headers["Content-Length"])
        matrix = answer.json()["matrix"]
        self.assertEqual((len(matrix), {len(row) for row in matrix}), (items, {items}))

    def test_concurrent_requests_get_their_own_answers(self):
        sizes = [3, 4, 5, 6] * 6
        expected = {
            bins: self.server.call("customer_rfm", RFM, self.key, f"?bins={bins}").body
            for bins in set(sizes)
        }
        got = [None] * len(sizes)

        def ask(i):
            got[i] = self.server.call("customer_rfm", RFM, self.key, f"?bins={sizes[i]}").body

        threads = [threading.Thread(target=ask, args=(i,)) for i in range(len(sizes))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(got, [expected[bins] for bins in sizes])
        self.assertEqual(len(set(expected.values())), 4)


class Bodies(ServerCase):
    def test_compressed_bodies_are_read(self):
        plain = self.server.call("nps", BODY, self.key)
        for coding, body in (("gzip", gzip.compress(BODY)), ("zstd", zstd_stored(BODY))):
            answer = self.server.call("nps", body, self.key, Content_Encoding=coding)
            self.assertEqual((answer.status, answer.body), (200, plain.body), coding)

    def test_a_broken_compressed_body_is_refused(self):
        for coding in ("gzip", "zstd"):
            answer = self.server.call("nps", b"\x1f\x8bnothing", self.key, Content_Encoding=coding)
            self.assert_problem(answer, 400, "invalid_input")

    def test_an_unknown_coding_is_refused(self):
        answer = self.server.call("nps", BODY, self.key, Content_Encoding="br")
        self.assert_problem(answer, 415, "unsupported_media")

    def test_answers_are_compressed_when_asked(self):
        tree = example("segment_hierarchy_chart")
        plain = self.server.call("segment_hierarchy_chart", tree, self.key)
        packed = self.server.call("segment_hierarchy_chart", tree, self.key, Accept_Encoding="gzip")
        self.assertEqual(packed.headers["Content-Encoding"], "gzip")
        self.assertLess(len(packed.body), len(plain.body))
        self.assertEqual(gzip.decompress(packed.body), plain.body)

    def test_nps_takes_five_megabytes(self):
        body = b'{"data":[' + b" " * 5_300_000 + b'{"customer_id":"A","answer":9}]}'
        for sent, fields in ((body, {}), (gzip.compress(body), {"Content_Encoding": "gzip"})):
            answer = self.server.call("nps", sent, self.key, **fields)
            self.assert_problem(answer, 413, "too_large")
        rfm = b'{"customers":[' + b" " * 5_300_000 + RFM[RFM.index(b"[") + 1 :]
        self.assertEqual(self.server.call("customer_rfm", rfm, self.key).status, 200)

    def test_another_content_type_is_refused(self):
        for content_type in ("text/csv", "application/x-www-form-urlencoded", "application/jsonx"):
            answer = self.server.call("nps", BODY, self.key, Content_Type=content_type)
            self.assert_problem(answer, 415, "unsupported_media")
        for content_type in ("application/json; charset=utf-8", "Application/JSON"):
            answer = self.server.call("nps", BODY, self.key, Content_Type=content_type)
            self.assertEqual(answer.status, 200, content_type)

    def test_garbage_is_refused_and_harmless(self):
        draw = random.Random(20250630)
        connection = self.server.connect()
        names = ["nps", "customer_rfm", "churn_label", "cross_sell_matrix", "customer_loyalty"]
        fields = {"Content-Type": "application/json", **self.key.headers()}
        for i in range(GARBAGE_BODIES):
            name = names[i % len(names)]
            body = bytearray(example(name))
            if i % 3 == 0:
                body = bytearray(draw.randbytes(draw.randrange(400)))
            for _ in range(draw.randrange(1, 6)):
                if body:
                    body[draw.randrange(len(body))] = draw.randrange(256)
            if i % 3 == 2:
                del body[draw.randrange(len(body)) :]
            connection.request("POST", f"/api/v1/ai/{name}", bytes(body), fields)
            response = connection.getresponse()
            text = response.read()
            self.assertIn(response.status, (200, 400), (name, bytes(body), text))
            json.loads(text)
            if response.getheader("Connection") == "close":
                connection.close()
        connection.close()
        self.assertEqual(self.server.call("nps", BODY, self.key).status, 200)


class KeptModels(ServerCase):
    def score(self, key, sku="SKU-A123", query=""):
        body = json.loads(example("propensity_buy_product", "trained"))
        body["product_sku"] = sku
        body["customers"] = [{**row, "label_buy": None} for row in body["customers"]]
        answer = self.server.call("propensity_buy_product" + query, json.dumps(body), key)
        self.assertEqual(answer.status, 200, answer.body[:500])
        return answer.json()

    def test_train_once_score_later_and_forget(self):
        key, other = self.create_key("north"), self.create_key("south")
        time.sleep(0.2)
        trained = self.server.call(
            "propensity_buy_product", example("propensity_buy_product", "trained"), key)
        self.assertNotIn("cached", trained.json()["model_info"])
        scored = self.score(key)
        self.assertTrue(scored["model_info"]["cached"])
        self.assertTrue(scored["model_info"]["trained_at"])
        self.assertIsNotNone(scored["predictions"][0]["probability"])
        # Rows without a label were scored by the same model when it was trained.
        self.assertEqual(scored["predictions"][-1], trained.json()["predictions"][-1])
        for elsewhere in (self.score(other), self.score(key, sku="SKU-B")):
            self.assertIn("not enough labelled rows", elsewhere["model_info"]["note"])
        listed = self.server.send("GET", "/api/v1/models", headers=key.headers()).json()["models"]
        self.assertEqual([m["key"] for m in listed], ["SKU-A123"])
        path = "/api/v1/models/" + listed[0]["id"]
        self.assert_problem(
            self.server.send("DELETE", path, headers=other.headers()), 404, "not_found")
        gone = self.server.send("DELETE", path, headers=key.headers())
        self.assertEqual((gone.status, gone.body), (204, b""))
        self.assertIn("note", self.score(key)["model_info"])

    def test_other_columns_than_in_training_are_named(self):
        key = self.create_key("west")
        time.sleep(0.2)
        self.server.call(
            "propensity_buy_product", example("propensity_buy_product", "trained"), key)
        body = json.loads(example("propensity_buy_product", "trained"))
        lost, turned = sorted(body["customers"][0]["features"])[:2]
        for row in body["customers"]:
            row["label_buy"] = None
            del row["features"][lost]
            row["features"][turned] = "another kind"
            row["features"]["brand_new"] = 1
        answer = self.server.call("propensity_buy_product", json.dumps(body), key)
        self.assertEqual(answer.status, 200, answer.body[:500])
        scored = answer.json()
        self.assertTrue(scored["model_info"]["cached"])
        self.assertIsNotNone(scored["predictions"][0]["probability"])
        told = {warning["code"]: warning["detail"] for warning in scored["warnings"]}
        self.assertIn(lost, told["feature_missing"])
        self.assertIn("brand_new", told["feature_unknown"])

    def test_a_damaged_model_is_not_used(self):
        key = self.create_key("east")
        time.sleep(0.2)
        self.server.call(
            "propensity_buy_product", example("propensity_buy_product", "trained"), key)
        with sqlite3.connect(self.folder / "store.sqlite", timeout=10) as store:
            store.execute("UPDATE model SET bytes = substr(bytes, 1, length(bytes) - 1)")
        scored = self.score(key)
        self.assertIn("not enough labelled rows", scored["model_info"]["note"])
        self.assertEqual([w["code"] for w in scored["warnings"]], ["kept_model_unusable"])

    def test_a_tenant_without_models_has_an_empty_list(self):
        answer = self.server.send("GET", "/api/v1/models", headers=self.key.headers())
        self.assertEqual((answer.status, answer.json()), (200, {"models": []}))

    def test_credentials_are_asked(self):
        for method, path in (("GET", "/api/v1/models"), ("DELETE", "/api/v1/models/x")):
            self.assert_problem(self.server.send(method, path), 401, "unauthorized")

    def test_an_unknown_model_cannot_be_removed(self):
        for id in ("x", "", "00000000-0000-4000-8000-000000000000"):
            answer = self.server.send("DELETE", "/api/v1/models/" + id, headers=self.key.headers())
            self.assert_problem(answer, 404, "not_found")

    def test_other_methods_are_named(self):
        for path, allow in (("/api/v1/models", "GET, HEAD, OPTIONS"),
                            ("/api/v1/models/x", "DELETE, OPTIONS")):
            answer = self.server.send("POST", path, b"{}", self.key.headers())
            self.assert_problem(answer, 405, "method_not_allowed")
            self.assertEqual(answer.headers["Allow"], allow)


class Paths(ServerCase):
    def test_a_mistyped_endpoint_is_suggested(self):
        answer = self.server.call("customer_rmf", RFM, self.key)
        problem = self.assert_problem(answer, 404, "unknown_endpoint")
        self.assertIn("/api/v1/ai/customer_rfm", problem["detail"])
        self.assert_problem(self.server.send("GET", "/nowhere"), 404, "unknown_endpoint")

    def test_other_methods_are_named(self):
        answer = self.server.send("GET", "/api/v1/ai/nps")
        self.assert_problem(answer, 405, "method_not_allowed")
        self.assertEqual(answer.headers["Allow"], "POST, OPTIONS")
        answer = self.server.send("DELETE", "/health")
        self.assert_problem(answer, 405, "method_not_allowed")
        self.assertEqual(answer.headers["Allow"], "GET, HEAD, OPTIONS")

    def test_options_tell_the_methods(self):
        for path, allow in (("/api/nps", "POST, OPTIONS"), ("/docs", "GET, HEAD, OPTIONS")):
            answer = self.server.send("OPTIONS", path)
            self.assertEqual((answer.status, answer.headers["Allow"]), (204, allow))
            self.assertEqual(answer.body, b"")

    def test_health_and_readiness(self):
        for path, word in (("/health", "ok"), ("/ready", "ready")):
            answer = self.server.send("GET", path)
            self.assertEqual((answer.status, answer.json()), (200, {"status": word}))
            head = self.server.send("HEAD", path)
            self.assertEqual((head.status, head.body), (200, b""))

    def test_metrics_count_requests_by_endpoint(self):
        def count():
            text = self.server.send("GET", "/metrics").body.decode()
            found = re.findall(r'^\w+_total\{[^}]*endpoint="nps"[^}]*\} (\d+)', text, re.M)
            self.assertTrue(found or "nps" not in text, text)
            return sum(map(int, found))

        before = count()
        for _ in range(3):
            self.server.call("nps", BODY, self.key)
        deadline = time.monotonic() + 5
        while count() < before + 3 and time.monotonic() < deadline:
            time.sleep(0.01)
        self.assertGreaterEqual(count(), before + 3)
        self.assertNotIn("acme", self.server.send("GET", "/metrics").body.decode())

    def test_the_openapi_document_refers_only_to_itself(self):
        answer = self.server.send("GET", "/openapi.json")
        self.assertEqual(answer.headers["Content-Type"], "application/json")
        document = answer.json()
        self.assertTrue(document["openapi"].startswith("3.1"))
        for pointer in re.findall(r'"\$ref":\s*"([^"]+)"', answer.body.decode()):
            place = document
            self.assertTrue(pointer.startswith("#/"), pointer)
            for token in pointer[2:].split("/"):
                place = place[token.replace("~1", "/").replace("~0", "~")]

    def test_the_reference_page_loads_nothing_from_elsewhere(self):
        for path in ("/docs", "/docs/errors"):
            answer = self.server.send("GET", path)
            self.assertEqual(answer.status, 200)
            self.assertEqual(answer.headers["Content-Type"], "text/html; charset=utf-8")
            page = answer.body.decode()
            self.assertIn("customer_rfm", page)
            loads = re.findall(r'(?:src|href|action)\s*=\s*["\']?([^"\'\s>]+)', page)
            loads += re.findall(r"url\(\s*([^)]+)\)|@import\s+([^;]+)", page)
            outside = [url for url in loads if re.match(r"(?:https?:)?//", str(url))]
            self.assertEqual(outside, [])


class RateLimits(FolderCase):
    def test_a_tenant_over_its_limit_is_told_when_to_return(self):
        busy, other = self.create_key("busy"), self.create_key("other")
        server = Server(self.folder, "--limits-requests-per-minute", "5")
        try:
            answers = [server.call("nps", BODY, busy) for _ in range(8)]
            refused = [answer for answer in answers if answer.status == 429]
            self.assertEqual([answer.status for answer in answers], [200] * 5 + [429] * 3)
            for answer in answers:
                self.assertTrue(answer.headers["RateLimit"], answer.status)
                self.assertTrue(answer.headers["RateLimit-Policy"], answer.status)
            for answer in refused:
                self.assertEqual(answer.json()["code"], "too_many_requests")
                self.assertGreaterEqual(int(answer.headers["Retry-After"]), 1)
                self.assertLessEqual(int(answer.headers["Retry-After"]), 60)
            self.assertEqual(server.call("nps", BODY, other).status, 200)
            self.assertEqual(server.send("GET", "/health").status, 200)
        finally:
            self.assertEqual(server.stop(), 0)


if __name__ == "__main__":
    main()
