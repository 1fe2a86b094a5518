"""Slow and hostile clients against the real server, over loopback.

python3 bench/http_hostile.py build/release/clientele

Prints how long a healthy client waits for /health and for a small churn_label while 200 clients send
a byte of their headers or body at a time, and the server's resident memory before and after thousands
of connections that send garbage.
"""
import http.client
import json
import multiprocessing
import os
import random
import socket
import subprocess
import sys
import tempfile
import time

PORT = 18098
SLOW_CLIENTS = 200
GARBAGE_CONNECTIONS = 1000
BODY = json.dumps({"business_type": "saas", "data": [
    {"customer_id": "S-1", "snapshot_date": "2025-04-01", "subscription_cancelled": True}]})


def connect():
    connection = socket.create_connection(("127.0.0.1", PORT))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def be_slow(ready, stop, key):
    """200 connections: half drip headers, half have sent their headers and drip the body."""
    head = (b"POST /api/v1/ai/churn_label HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n" +
            "".join(f"{k}: {v}\r\n" for k, v in key.items()).encode())
    clients = []
    for i in range(SLOW_CLIENTS):
        connection = connect()
        if i % 2:
            connection.sendall(head + b"Content-Length: 100000\r\n\r\n")
        clients.append((connection, head if i % 2 == 0 else b" " * 100000))
    ready.set()
    sent = 0
    while not stop.is_set():
        for connection, text in clients:
            try:
                connection.send(text[sent % len(text):sent % len(text) + 1])
            except OSError:
                pass  # closed by its deadline, as it should be
        sent += 1
        time.sleep(0.05)


def send_garbage():
    random.seed(7)
    for _ in range(GARBAGE_CONNECTIONS):
        connection = connect()
        try:
            connection.sendall(random.randbytes(random.randint(1, 20000)))
            connection.settimeout(0.02)
            connection.recv(4096)
        except OSError:
            pass
        connection.close()


def resident_kib(process):
    with open(f"/proc/{process}/status", encoding="utf-8") as status:
        return int(next(line for line in status if line.startswith("VmRSS")).split()[1])


def waits(key, count=400):
    """Sorted waiting times in milliseconds of a client that asks on one connection."""
    client = http.client.HTTPConnection("127.0.0.1", PORT)
    times = []
    for i in range(count):
        start = time.perf_counter()
        if i % 2:
            client.request("POST", "/api/v1/ai/churn_label", BODY,
                           {"Content-Type": "application/json", **key})
        else:
            client.request("GET", "/health")
        answer = client.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        times.append(1000 * (time.perf_counter() - start))
        time.sleep(0.002)
    return sorted(times)


def main():
    program = sys.argv[1]
    with tempfile.TemporaryDirectory() as folder:
        environment = dict(os.environ, CLIENTELE_STORE_PATH=f"{folder}/store.db")
        created = subprocess.run([program, "key", "create", "--tenant", "bench"], env=environment,
                                 capture_output=True, text=True, check=True)
        key = dict(line.split(": ", 1) for line in (created.stdout + created.stderr).splitlines()
                   if line.startswith("X-"))
        server = subprocess.Popen(
            [program, "serve", "--http-port", str(PORT), "--log-file", f"{folder}/log",
             "--limits-requests-per-minute", "0", "--limits-concurrency", "0"],
            env=environment, stderr=subprocess.DEVNULL)
        try:
            time.sleep(1)
            report("alone", waits(key))
            ready, stop = multiprocessing.Event(), multiprocessing.Event()
            slow = multiprocessing.Process(target=be_slow, args=(ready, stop, key))
            slow.start()
            ready.wait()
            report(f"beside {SLOW_CLIENTS} slow clients", waits(key))
            stop.set()
            slow.join()
            for round_number in range(4):
                print(f"resident memory after {round_number * GARBAGE_CONNECTIONS} garbage connections: "
                      f"{resident_kib(server.pid)} KiB")
                send_garbage()
            report("after all of it", waits(key))
        finally:
            server.terminate()
            server.wait()


def report(name, times):
    print(f"{name}: median {times[len(times) // 2]:.2f} ms, 99 % {times[len(times) * 99 // 100]:.2f} ms, "
          f"longest {times[-1]:.2f} ms")


main()
