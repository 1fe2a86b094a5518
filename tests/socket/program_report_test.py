"""`clientele report`: files, friendly errors, and rewriting by a chat endpoint that may misbehave."""

import http.server
import json
import threading
import time

from program_under_test import FolderCase, example, main, run


class ChatStub(http.server.BaseHTTPRequestHandler):
    """An OpenAI-compatible endpoint; `reword` turns each section into another one."""

    reword = staticmethod(lambda text: text)
    delay = 0.0

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        sections = json.loads(body["messages"][1]["content"])
        time.sleep(self.delay)
        content = json.dumps({name: self.reword(text) for name, text in sections.items()})
        answer = json.dumps({"choices": [{"message": {"content": content}}]}).encode()
        try:
            self.send_response(200)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)
        except OSError:
            pass  # the program has stopped waiting

    def log_message(self, *_):
        pass


class Report(FolderCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        (cls.folder / "segments.json").write_bytes(example("segmentation_report_json"))

    def report(self, *words):
        done = run(self.folder, "report", "segments.json", *words)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done

    def test_the_pdf_is_written_and_is_the_same_again(self):
        for lang in ("en", "es", "pt"):
            self.report("--pdf", f"{lang}.pdf", "--lang", lang)
            self.report("--pdf", "again.pdf", "--lang", lang)
            written = (self.folder / f"{lang}.pdf").read_bytes()
            self.assertTrue(written.startswith(b"%PDF"))
            self.assertEqual(written, (self.folder / "again.pdf").read_bytes())
            self.assertFalse((self.folder / f"{lang}.pdf.part").exists())
        self.assertEqual(json.loads(self.report("--lang", "es").stdout)["language"], "Español")

    def test_errors_name_the_file_and_what_to_do(self):
        for words, code, texts in (
            (("report", "gone.json"), 8, ("gone.json", "Check the path")),
            (("report", "segments.json", "--pdf", "no/such/folder.pdf"), 8,
             ("no/such/folder.pdf", "folder")),
            (("report", "segments.json", "--lang", "zh"), 2, ("'zh'", "en es pt")),
            (("report", "segments.json", "--currency", "E1R"), 2, ("/currency", "ISO 4217")),
        ):
            done = run(self.folder, *words)
            self.assertEqual(done.returncode, code, words)
            for text in texts:
                self.assertIn(text, done.stderr.decode())
            self.assertEqual(done.stdout, b"")

    def reworded(self, reword, delay=0.0):
        stub = type("Stub", (ChatStub,), {"reword": staticmethod(reword), "delay": delay})
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), stub)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            return self.rewritten_by(server.server_port)
        finally:
            server.shutdown()
            server.server_close()

    def rewritten_by(self, port):
        begin = time.monotonic()
        done = self.report(f"--report-llm-url=http://127.0.0.1:{port}/v1", "--report-llm-model=stub",
                           "--report-llm-seconds=1")
        self.assertLess(time.monotonic() - begin, 10)
        answer = json.loads(done.stdout)
        return answer, [warning["code"] for warning in answer.get("warnings", [])]

    def test_only_texts_without_new_numbers_replace_the_computed_ones(self):
        plain = json.loads(self.report().stdout)
        self.assertNotIn("rewritten", plain)
        good, warnings = self.reworded(lambda text: "In short: " + text)
        self.assertEqual(good["executive_summary"], "In short: " + plain["executive_summary"])
        self.assertEqual((len(good["rewritten"]), warnings), (8, []))
        for wrong in (lambda text: text + " Sales rose by 17%.", lambda text: "Fine."):
            answer, warnings = self.reworded(wrong)
            self.assertEqual(answer["executive_summary"], plain["executive_summary"])
            self.assertEqual((answer["rewritten"], set(warnings)), ([], {"rewriting_refused"}))

    def test_a_slow_or_absent_endpoint_leaves_the_computed_texts(self):
        plain = json.loads(self.report().stdout)
        with http.server.HTTPServer(("127.0.0.1", 0), ChatStub) as closed:
            port = closed.server_port
        for answer, warnings in (self.reworded(lambda text: text, delay=4), self.rewritten_by(port)):
            self.assertEqual(answer["executive_summary"], plain["executive_summary"])
            self.assertEqual(warnings, ["rewriting_failed"])


if __name__ == "__main__":
    main()
